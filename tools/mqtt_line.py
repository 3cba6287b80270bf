"""One MQTT 3.1.1 connection of a device, small enough to trust.

Tests need to know exactly which messages the broker has acknowledged. So this speaks the few packets
itself: CONNECT, PUBLISH with QoS 1 and its PUBACK, SUBSCRIBE, PING. (Source: the OASIS standard,
MQTT Version 3.1.1, chapters 2 and 3.)

    line = Line(port, "GA-B05-U4-302")
    number = line.publish("shouwang/v1/…/event", b"{…}")
    line.wait_acked([number])          # or look at line.acked later
    line.subscribe("shouwang/v1/+/+/ack"); line.heard
"""

import collections
import socket
import struct
import threading
import time

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, DISCONNECT = 1, 2, 3, 4, 8, 9, 12, 14

Heard = collections.namedtuple("Heard", "at_ns topic payload retained")


def text(words):
    raw = words.encode() if isinstance(words, str) else words
    return struct.pack("!H", len(raw)) + raw


def packet(kind, flags, body):
    length, rest = b"", len(body)
    while True:
        length += bytes([rest % 128 | (0x80 if rest >= 128 else 0)])
        rest //= 128
        if not rest:
            return bytes([kind << 4 | flags]) + length + body


class Line:
    """Usable from one thread; what has come in may be read from any."""

    def __init__(self, port, client_id, user=None, password=None, keep_alive=60):
        self.acked = {}  # Number of a message -> time.time_ns() at which its PUBACK came.
        self.heard = []  # Messages of subscriptions, as Heard.
        self.is_open = True
        self._next = 0
        self._wire = 0
        self._awaited = {}  # Packet identifier -> number.
        self._subscribed = set()
        self._changed = threading.Condition()
        self._sending = threading.Lock()
        self._keep_alive = keep_alive
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        flags = 0x02 | (0x80 if user else 0) | (0x40 if password else 0)
        names = text(client_id) + (text(user) if user else b"") + (text(password) if password else b"")
        self._send(packet(CONNECT, 0, text("MQTT") + struct.pack("!BBH", 4, flags, keep_alive) + names))
        kind, _, body = self._receive()
        if kind != CONNACK or body[1] != 0:
            self._socket.close()
            raise ConnectionError(f"the broker refuses: CONNACK {body.hex()}")
        self._socket.settimeout(None)
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._ping, daemon=True).start()

    def publish(self, topic, payload, retain=False, qos=1):
        """Sends and returns the message's number at once. ConnectionError if the line is cut."""
        payload = payload.encode() if isinstance(payload, str) else payload
        with self._changed:
            self._next += 1
            number = self._next
            identifier = b""
            if qos:
                self._wire = self._wire % 65535 + 1
                if self._wire in self._awaited:
                    raise ConnectionError("65535 messages are without acknowledgement")
                self._awaited[self._wire] = number
                identifier = struct.pack("!H", self._wire)
        self._send(packet(PUBLISH, qos << 1 | int(retain), text(topic) + identifier + payload))
        return number

    def wait_acked(self, numbers, timeout=10):
        """True if the broker has acknowledged all of them within so many seconds."""
        with self._changed:
            return self._changed.wait_for(
                lambda: all(n in self.acked for n in numbers) or not self.is_open, timeout
            ) and all(n in self.acked for n in numbers)

    def subscribe(self, topic_filter, qos=1):
        self._wire = self._wire % 65535 + 1
        identifier = self._wire
        self._send(packet(SUBSCRIBE, 2,
                          struct.pack("!H", identifier) + text(topic_filter) + bytes([qos])))
        with self._changed:
            if not self._changed.wait_for(lambda: identifier in self._subscribed, 10):
                raise ConnectionError("no SUBACK")

    def close(self):
        if self.is_open:
            self.is_open = False
            try:
                self._send(packet(DISCONNECT, 0, b""))
            except OSError:
                pass
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _send(self, data):
        with self._sending:
            try:
                self._socket.sendall(data)
            except OSError as cut:
                self.is_open = False
                raise ConnectionError(f"the line is cut: {cut}") from cut

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            more = self._socket.recv(count - len(data))
            if not more:
                raise ConnectionError("the broker has hung up")
            data += more
        return data

    def _receive(self):
        first = self._exactly(1)[0]
        length, shift = 0, 0
        while True:
            byte = self._exactly(1)[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return first >> 4, first & 0x0F, self._exactly(length)

    def _listen(self):
        try:
            while True:
                kind, flags, body = self._receive()
                at = time.time_ns()
                if kind == PUBLISH:
                    self._take(flags, body, at)
                with self._changed:
                    if kind == PUBACK:
                        number = self._awaited.pop(struct.unpack("!H", body[:2])[0], None)
                        self.acked[number] = at
                    if kind == SUBACK:
                        self._subscribed.add(struct.unpack("!H", body[:2])[0])
                    self._changed.notify_all()
        except (ConnectionError, OSError):
            with self._changed:
                self.is_open = False
                self._changed.notify_all()
            self._socket.close()

    def _take(self, flags, body, at):
        length = struct.unpack("!H", body[:2])[0]
        topic, rest = body[2:2 + length].decode(), body[2 + length:]
        if flags & 0x06:
            self._send(packet(PUBACK, 0, rest[:2]))
            rest = rest[2:]
        with self._changed:
            self.heard.append(Heard(at, topic, rest, bool(flags & 1)))

    def _ping(self):
        while self.is_open:
            time.sleep(self._keep_alive / 3)
            try:
                self._send(packet(PINGREQ, 0, b""))
            except ConnectionError:
                return
