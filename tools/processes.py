"""Programs that a tool starts and ends: by pid, whole, whichever way the tool itself is ended."""

import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parent.parent


class Unexpected(AssertionError):
    """Says what was expected and what came."""


_shields = 0
_asked_to_end = None


def end_by_signal(number, _):
    """Lets the first SIGINT or SIGTERM unwind the program, and nothing disturb that."""
    global _asked_to_end
    if _shields:
        _asked_to_end = number
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)


@contextlib.contextmanager
def shielded():
    """What is begun here is finished before a signal is heard: no process is started and forgotten."""
    global _shields
    _shields += 1
    try:
        yield
    finally:
        _shields -= 1
    if _asked_to_end and not _shields:
        end_by_signal(_asked_to_end, None)


def end_cleanly():
    """Call at the start of a program that uses rigs: whichever way it is asked to end, they end."""
    signal.signal(signal.SIGINT, end_by_signal)
    signal.signal(signal.SIGTERM, end_by_signal)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, timeout=15.0, every=0.01):
    """The condition's first true value. Unexpected, naming `what`, if it does not come in time."""
    until = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > until:
            raise Unexpected(f"expected within {timeout:g} s: {what}; it did not come")
        time.sleep(every)


class Child:
    """A program that this rig has started. Its output goes to a file."""

    def __init__(self, arguments, log, environment=None, before=None):
        self.log = pathlib.Path(log)
        with shielded(), open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                [str(a) for a in arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env={**os.environ, **(environment or {})}, start_new_session=True, preexec_fn=before)

    def code(self):
        """Exit code (negative: the signal), or None while it runs."""
        return self.process.poll()

    def send(self, number):
        if self.code() is None:
            self.process.send_signal(number)

    def end(self, number=signal.SIGTERM, timeout=20):
        self.send(number)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Unexpected(f"expected to end within {timeout} s: {self.process.args[0]}") from None


class Broker:
    """A private mosquitto, which can die and come back on the same port."""

    def __init__(self, folder, settings=None):
        self.folder = pathlib.Path(folder)
        self.added = []
        self.port = free_port()
        if settings:
            added = self.folder.with_suffix(".added.conf")
            added.write_text(settings.format(port=self.port))
            self.added = ["--add", str(added)]
        self.start()

    def start(self):
        line = subprocess.run(
            [TOP / "tools/broker", "start", "--dir", self.folder, "--port", str(self.port)] + self.added,
            check=True, stdout=subprocess.PIPE, text=True, start_new_session=True).stdout
        self.pid = int(re.search(r"pid=(\d+)", line).group(1))

    def stop(self):
        if (self.folder / "pid").exists():
            subprocess.run([TOP / "tools/broker", "stop", self.folder], check=True)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        wait_for("the broker to be gone", self._is_gone)

    def _is_gone(self):
        try:
            status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        except FileNotFoundError:
            return True
        return re.search(r"^State:\s*Z", status, re.MULTILINE) is not None

    def forget(self):
        """Its memory of sessions and retained states is gone. REQUIRES: it does not run."""
        (self.folder / "state" / "mosquitto.db").unlink(missing_ok=True)

    def save(self):
        """Has it write its memory to the disk now, and gives it the time to."""
        database = self.folder / "state" / "mosquitto.db"
        before = database.stat().st_mtime_ns if database.exists() else 0
        os.kill(self.pid, signal.SIGUSR1)
        wait_for("the broker's state file", lambda: database.exists()
                 and database.stat().st_mtime_ns > before)
