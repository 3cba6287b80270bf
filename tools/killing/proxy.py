"""A network that can fail: a port on the loopback that passes everything on to another one, until it
is told not to.

    open     both ways
    cut      connections are reset, new ones too
    silent   nothing passes and nothing says so, as when a cable is pulled: connections half open
    mute     what clients send is held back, answers come through
    deaf     clients are heard, answers are held back

What was held back goes on its way when the line is open again, or never if it is cut first.
"""

import selectors
import socket
import struct
import threading

OPEN, CUT, SILENT, MUTE, DEAF = "open", "cut", "silent", "mute", "deaf"
HELD_MAX = 1 << 18  # Bytes on their way to one that does not read.


class _End:
    """One end of a connection through the proxy: what it says goes to `other`."""

    def __init__(self, wire, is_client):
        self.wire = wire
        self.is_client = is_client
        self.other = None
        self.outgoing = bytearray()
        self.ends = False  # Once `outgoing` is sent.
        self.watched = 0


class Proxy:
    def __init__(self, target):
        """`target`: the port behind it, on the loopback. Starts at once, open."""
        self.target = target
        self.mode = OPEN
        self.passed = 0  # Connections, ever.
        self._ends = set()
        self._orders = []
        self._changed = threading.Condition()
        self._poll = selectors.DefaultSelector()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._door.setblocking(False)
        self.port = self._door.getsockname()[1]
        self._bell, self._ear = socket.socketpair()
        self._ear.setblocking(False)
        self._poll.register(self._door, selectors.EVENT_READ)
        self._poll.register(self._ear, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def set(self, mode):
        """In force when this returns."""
        self._order(mode)

    def reset(self):
        """Cuts what connections there are, with all that is held back; new ones as the mode says."""
        self._order("reset")

    def close(self):
        if self._thread.is_alive():
            self._order("end")
            self._thread.join()
            for one in (self._poll, self._bell, self._ear):
                one.close()

    def _order(self, order):
        with self._changed:
            self._orders.append(order)
            self._bell.send(b"!")
            if not self._changed.wait_for(lambda: not self._orders, 10):
                raise RuntimeError("the proxy does not obey")

    def _run(self):
        while True:
            for key, events in self._poll.select():
                if key.fileobj is self._door:
                    self._accept()
                elif key.fileobj is self._ear:
                    self._ear.recv(4096)
                elif key.data in self._ends:
                    self._serve(key.data, events)
            with self._changed:
                orders, self._orders = self._orders, []
                for order in orders:
                    self._obey(order)
                self._changed.notify_all()
            if "end" in orders:
                self._door.close()
                return

    def _obey(self, order):
        if order in (OPEN, CUT, SILENT, MUTE, DEAF):
            self.mode = order
        if order in ("reset", "end", CUT):
            while self._ends:
                self._abort(next(iter(self._ends)))
        for end in self._ends:
            self._watch(end)

    def _accept(self):
        try:
            wire, _ = self._door.accept()
        except OSError:
            return
        client = _End(wire, True)
        if self.mode == CUT:
            self._abort(client)
            return
        try:
            behind = socket.create_connection(("127.0.0.1", self.target), timeout=2)
        except OSError:
            self._abort(client)
            return
        server = _End(behind, False)
        client.other, server.other = server, client
        self.passed += 1
        for end in (client, server):
            end.wire.setblocking(False)
            end.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._ends.add(end)
            self._watch(end)

    def _may_pass(self, end):
        """Whether what this end says is heard by the other."""
        return self.mode == OPEN or self.mode == (DEAF if end.is_client else MUTE)

    def _watch(self, end):
        wanted = 0
        if self._may_pass(end) and not end.other.ends and len(end.other.outgoing) < HELD_MAX:
            wanted |= selectors.EVENT_READ
        if end.outgoing and self._may_pass(end.other):
            wanted |= selectors.EVENT_WRITE
        if wanted == end.watched:
            return
        if not end.watched:
            self._poll.register(end.wire, wanted, end)
        elif not wanted:
            self._poll.unregister(end.wire)
        else:
            self._poll.modify(end.wire, wanted, end)
        end.watched = wanted

    def _serve(self, end, events):
        try:
            if events & selectors.EVENT_READ:
                data = end.wire.recv(65536)
                end.other.outgoing += data
                if not data:
                    end.other.ends = True
                    if not end.other.outgoing:
                        self._abort(end, reset=False)
                        return
            for side in (end, end.other):
                if side.outgoing and self._may_pass(side.other):
                    del side.outgoing[:side.wire.send(side.outgoing)]
                if side.ends and not side.outgoing:
                    self._abort(end, reset=False)
                    return
        except BlockingIOError:
            pass
        except OSError:
            self._abort(end)
            return
        self._watch(end)
        self._watch(end.other)

    def _abort(self, end, reset=True):
        """Both ends of the connection are gone."""
        for side in filter(None, (end, end.other)):
            self._ends.discard(side)
            if side.watched:
                self._poll.unregister(side.wire)
                side.watched = 0
            if reset:
                side.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            side.wire.close()
