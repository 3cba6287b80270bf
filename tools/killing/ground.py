"""What a night stands on: a rig whose network, disk and clock can fail.

    daemon --- Proxy --- broker          the clock and each write of the daemon go through shim.c;
    daemon --- Proxy --- phones          its store is on a file system of its own, if we are root
"""

import contextlib
import mmap
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import time

import rig as rigs
from rig import COMMUNITY, Child, Rig, Unexpected

from .proxy import OPEN, Proxy

HERE = pathlib.Path(__file__).resolve().parent
CROWD = 3145
WELL, FULL, ERROR, READ_ONLY, UNSURE = range(5)  # What the shim's disk answers.


def may_mount():
    """Nothing, or why no file system can be mounted here."""
    if os.geteuid() != 0:
        return "only root may mount"
    for program in ("mkfs.ext4", "mount", "umount"):
        if not shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            return f"there is no {program}"
    return "" if pathlib.Path("/dev/loop-control").exists() else "there are no loop devices"


class Shim:
    """shim.c, compiled, and its control file."""

    def __init__(self, folder, disk):
        self.library = folder / "shim.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", self.library, HERE / "shim.c", "-ldl"], check=True)
        path = folder / "shim.control"
        path.write_bytes(bytes(32))
        with open(path, "r+b") as file:
            self._page = mmap.mmap(file.fileno(), 32)
        self.environment = {"LD_PRELOAD": str(self.library), "SHIM_CONTROL": str(path), "SHIM_FOLDER": str(disk),
                            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}

    def step_clock(self, hours):
        """The system clock is off by so much from now on."""
        self._page[0:8] = struct.pack("=q", int(hours * 3600e9))

    def disk(self, answer):
        self._page[8:16] = struct.pack("=q", answer)

    @property
    def failures(self):
        return struct.unpack("=q", self._page[16:24])[0]


class Disk:
    """A small ext4 on a loop device, mounted where the daemon keeps its store."""

    def __init__(self, image, place):
        self.image, self.place = image, place
        with open(image, "wb") as file:
            file.truncate(96 << 20)
        _run("mkfs.ext4", "-q", "-m", "0", image)
        self.is_mounted = False
        self.mount()

    def mount(self):
        _run("mount", "-o", "loop,errors=remount-ro", self.image, self.place)
        self.is_mounted = True

    def fill(self):
        """Not a block is left, and what the daemon holds in reserve is used up."""
        for reserve in self.place.glob("*.reserve"):
            reserve.unlink()
        left = os.statvfs(self.place)
        with contextlib.suppress(OSError), open(self.place / "ballast", "wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                os.posix_fallocate(file.fileno(), 0, max(4096, left.f_bavail * left.f_frsize - 65536))
            file.seek(0, os.SEEK_END)
            while True:
                file.write(bytes(4096))

    def free(self):
        (self.place / "ballast").unlink(missing_ok=True)
        _run("sync", "-f", self.place)  # Its blocks are free once the file system's journal says so.

    def fail(self):
        """As the kernel does when it finds the file system damaged: from now on it is read-only."""
        device = _run("findmnt", "-no", "SOURCE", self.place).strip().removeprefix("/dev/")
        pathlib.Path(f"/sys/fs/ext4/{device}/trigger_fs_error").write_text("killtest\n")

    def mend(self):
        """REQUIRES: nobody has a file open on it."""
        self.unmount()
        _run("e2fsck", "-y", self.image, codes=(0, 1))
        self.mount()

    def unmount(self):
        if self.is_mounted:
            _run("umount", self.place)
            self.is_mounted = False


def _run(*words, codes=(0,)):
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    done = subprocess.run([shutil.which(words[0], path=path) or words[0], *map(str, words[1:])],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode not in codes:
        raise Unexpected(f"{' '.join(map(str, words))}: {done.stdout}")
    return done.stdout


class Ground(Rig):
    """A rig on such a ground; ends like any rig."""

    def __init__(self, build, seed, with_disk):
        self.disk = self.to_broker = self.to_phones = None
        self.deaths = []  # ns at which the daemon was killed.
        super().__init__(build)
        self.rng = random.Random(seed)
        self.to_broker = Proxy(self.broker.port)
        self.to_phones = Proxy(self.sink_port)
        if with_disk:
            self.disk = Disk(self.folder / "disk.img", self.store.parent)
        self.shim = Shim(self.folder, self.store.parent)
        self._configure()

    def _configure(self):
        """Nobody answers here: later waves would keep a night from ever becoming quiet. Summaries leave
        after 2 s instead of 15, for the same reason."""
        file = f"communities/{COMMUNITY}/community.yaml"
        for shipped, late, times in (("at: 60s", "at: 40min", 4), ("at: 150s", "at: 45min", 4),
                                     ("at: 300s", "at: 50min", 3), ("group_window: 15s", "group_window: 2s", 1)):
            self.edit(file, shipped, late, times)
        self.edit("gateway.yaml", r"keep_alive: \S+", "keep_alive: 5s")
        self.edit("gateway.yaml", r"uri: tcp://\S+", f"uri: tcp://127.0.0.1:{self.to_broker.port}")
        self.edit("channels.yaml", rf"http://127.0.0.1:{self.sink_port}",
                  f"http://127.0.0.1:{self.to_phones.port}", 3)
        crowd = "".join(f"GA-{n + 1:04},native\n" for n in range(CROWD))
        (self.config / "communities" / COMMUNITY / "devices-crowd.csv").write_text("id,profile\n" + crowd)

    def provide_store(self):
        """On the disk for good: what a file system that fails now forgets is not the gateway's fault."""
        super().provide_store()
        _run("sync", "-f", self.store.parent)

    def start_daemon(self, environment=None, **options):
        super().start_daemon({**self.shim.environment, **(environment or {})}, **options)

    def kill_daemon(self):
        super().kill_daemon()
        self.deaths.append(time.time_ns())

    def wait_ready(self, timeout=90):
        """What it recovers from takes seconds; this is for a machine that does a lot of other things."""
        super().wait_ready(timeout)

    def revive_daemon(self):
        """What systemd does: an end is followed by a start."""
        if self.daemon.code() is not None:
            self.start_daemon(ready=False)

    def devices_on_disk(self):
        return {s["device"] for i in self.incidents() for s in i["body"]["incident"]["sources"]}

    def kill_sink(self):
        self.sink.end(signal.SIGKILL)

    def start_sink_again(self):
        """On the same port; its file goes on."""
        self.sink = Child([self.bin / "phone_sink", "--port", self.sink_port, "--out", self.phones, "--quiet",
                           "--receipts"], self.folder / "sink.log")
        rigs.wait_for("the sink to be back", self._sink_answers)

    def _sink_answers(self):
        try:
            self.sink_obeys_again()
            return True
        except OSError:
            return False

    def heal(self):
        """No trouble any more."""
        self.to_broker.set(OPEN)
        self.to_phones.set(OPEN)
        self.shim.disk(WELL)
        if self.disk:
            self.disk.free()
        self.sink_obeys_again()

    def _end_all(self):
        keep, self.keep_folder = self.keep_folder, True
        super()._end_all()
        for proxy in (self.to_broker, self.to_phones):
            if proxy:
                proxy.close()
        if self.disk:
            self.disk.unmount()
        if self.folder and not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
