"""A Debian 12 of its own: bootstrapped once, copied, booted under its own systemd by systemd-nspawn.

Nothing of it is seen outside: it has a network of its own (loopback only), its own mounts, its own process
numbers. It ends with the program that booted it.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time

PATH = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"

# nspawn wants what a host with systemd has: /run/systemd and one cgroup tree of version 2. Where they are
# missing they are made, in a mount namespace that nobody else sees.
BOOT = """
set -e
[ -d /run/systemd/system ] || { mkdir -p /run/systemd; mount -t tmpfs tmpfs /run/systemd; }
if [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ]; then
  umount -R /sys/fs/cgroup 2>/dev/null || true
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi
exec systemd-nspawn "$@"
"""


class MachineError(Exception):
    pass


def run(command, **options):
    done = subprocess.run(command, text=True, capture_output=True, **options)
    if done.returncode != 0:
        raise MachineError(f"{' '.join(map(str, command))}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


class Base:
    """The tree from which machines are copied: a minimal Debian with systemd, and with every package
    fetched that the machines will install. Kept in `cache` for the next time."""

    def __init__(self, cache, mirror, tree=None):
        self.path = pathlib.Path(cache) / "bookworm"
        self.mirror = mirror
        self.tree = tree

    def prepare(self):
        if (self.path / "etc/debian_version").exists():
            return
        making = self.path.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        making.parent.mkdir(parents=True, exist_ok=True)
        if self.tree:
            run(["cp", "-a", "--reflink=auto", self.tree, making])
        else:
            run(["debootstrap", "--variant=minbase", "--include=systemd,systemd-sysv,dbus,ca-certificates",
                 "bookworm", making] + ([self.mirror] if self.mirror else []))
        making.rename(self.path)

    def fetch(self, *packages):
        """Fetches packages and what they need, and installs nothing. A file is given by its path."""
        within = []
        for package in packages:
            if isinstance(package, pathlib.Path):
                shutil.copy(package, self.path / "root")
                package = f"/root/{package.name}"
            within.append(package)
        shutil.copy("/etc/resolv.conf", self.path / "etc/resolv.conf")
        apt = ["chroot", self.path, "env", "-i", PATH, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
        fetching = apt + ["install", "-y", "--download-only", "--no-install-recommends", *within]
        try:
            run(fetching)
        except MachineError:
            run(apt + ["update"])
            run(fetching)


class Machine:
    def __init__(self, base, network=False):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="shouwang-service-", dir="/var/tmp"))
        self.root = self.folder / "root"
        self.network = network
        self.nspawn = None
        self.init = None
        self.base = base

    def __enter__(self):
        try:
            run(["cp", "-a", "--reflink=auto", self.base.path, self.root])
            self.boot()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder)

    def boot(self):
        flags = ["-D", self.root, "--quiet", "--boot", f"--machine=sw{os.getpid()}", "--console=read-only"]
        if not self.network:
            flags.append("--private-network")
        if not pathlib.Path("/run/systemd/system").is_dir():
            flags += ["--register=no", "--keep-unit"]
        with open(self.folder / "console", "w") as console:
            self.nspawn = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "unshare", "-m", "bash", "-c", BOOT, "nspawn", *flags],
                stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT)
        self.wait("the machine has no init", 30, self._find_init)
        self.wait("systemd does not come up", 60,
                  lambda: self.ask("systemctl", "is-system-running").strip() in ("running", "degraded"))

    def _find_init(self):
        if self.nspawn.poll() is not None:
            raise MachineError("systemd-nspawn: " + (self.folder / "console").read_text()[-2000:])
        waiting = [self.nspawn.pid]
        while waiting:
            process = waiting.pop()
            try:
                children = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text().split()
                status = pathlib.Path(f"/proc/{process}/status").read_text()
            except OSError:
                continue
            waiting += [int(child) for child in children]
            numbers = next(line for line in status.splitlines() if line.startswith("NSpid:")).split()
            if len(numbers) > 2 and numbers[-1] == "1" and "\nName:\tsystemd\n" in "\n" + status:
                self.init = process
                return True
        return False

    def stop(self):
        if self.nspawn is None:
            return
        if self.nspawn.poll() is None and self.init:
            self.ask("systemctl", "poweroff")
            try:
                self.nspawn.wait(30)
            except subprocess.TimeoutExpired:
                pass
        if self.nspawn.poll() is None:
            self.nspawn.kill()  # Its children go with it.
        self.nspawn.wait(30)

    # ---- inside

    def command(self, *words, **options):
        """Runs a command inside, as root; its finished process, whatever it ended with."""
        return subprocess.run(
            ["nsenter", "-t", str(self.init), "-m", "-u", "-i", "-n", "-p", "-r", "-w", "--",
             "env", "-i", PATH, "DEBIAN_FRONTEND=noninteractive", *map(str, words)],
            text=True, capture_output=True, timeout=600, **options)

    def ask(self, *words):
        """What a command says, whatever it ended with."""
        return self.command(*words).stdout

    def do(self, *words):
        """What a command says that must succeed."""
        done = self.command(*words)
        if done.returncode != 0:
            raise MachineError(f"inside: {' '.join(map(str, words))}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stdout

    def write(self, path, text, mode=0o644):
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(mode)

    def read(self, path):
        return (self.root / path.lstrip("/")).read_text()

    @staticmethod
    def wait(complaint, seconds, question):
        """Asks until the answer is true, and gives it and the time that it took."""
        began = time.monotonic()
        while True:
            answer = question()
            took = time.monotonic() - began
            if answer:
                return answer, took
            if took > seconds:
                raise MachineError(f"{complaint} after {seconds} s")
            time.sleep(0.05)
