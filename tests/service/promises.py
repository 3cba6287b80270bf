"""What the package promises, in the order in which it is tried: each goes on where the one before ended.

A promise raises Broken, or returns what it measured.
"""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

COMMUNITY = "/etc/shouwang/communities/first/community.yaml"
GATEWAY = "/etc/shouwang/gateway.yaml"
SENT = "/var/lib/shouwang/sent.jsonl"

# One person who holds every post, with a phone that is a file.
LEDGERS = {
    "persons.csv": "id,addresses,verified\nP0001,push test:P0001/push,2026-01-01\n"
                   "P0002,push test:P0002/push,2026-01-01\n",
    "holders.csv": "post,person,from\nUH-B01-U1,P0001,2020-01-01\nSEC,P0002,2020-01-01\n",
    "rota.csv": "from,until,a,b\n2020-01-01,2099-01-01,P0001,P0002\n",
}
PHONE = f"""
push:
  type: test
  kind: push
  url: file:{SENT}
"""


class Broken(Exception):
    pass


def expect(truth, complaint):
    if not truth:
        raise Broken(complaint)


class Site:
    """The machine with the gateway on it, in the words of the promises."""

    def __init__(self, machine, deb, package):
        self.machine = machine
        self.deb = deb
        self.package = package
        self.incident = None

    def show(self, name, unit="shouwang.service"):
        return self.machine.ask("systemctl", "show", "--value", "-p", name, unit).strip()

    def pid(self):
        return int(self.show("MainPID"))

    def http(self, path):
        return self.machine.command("curl", "-s", "-o", "/dev/stdout", "-w", "\n%{http_code}", "-m", "2",
                                    f"http://127.0.0.1:8080{path}").stdout.rsplit("\n", 1)

    def is_ready(self):
        return self.http("/readyz")[-1] == "200"

    def journal(self, since, form="cat"):
        return self.machine.ask("journalctl", "-u", "shouwang.service", "--no-pager", "-o", form,
                                f"--after-cursor={since}")

    def now(self):
        """A place in the journal: what comes later is found with journal()."""
        self.machine.ask("journalctl", "--sync")
        said = self.machine.ask("journalctl", "-n", "0", "--show-cursor", "--no-pager")
        return said.split("-- cursor: ")[1].strip()

    def status(self):
        return json.loads(self.machine.do("shouwangctl", "--json", "status"))

    def is_connected(self):
        done = self.machine.command("shouwangctl", "--json", "status")
        if done.returncode != 0:
            return False
        return all(line["well"] for line in json.loads(done.stdout)["health"] if line["part"] == "broker")

    def open_incidents(self):
        done = self.machine.command("shouwangctl", "--json", "incidents")
        return [one["incident"] for one in json.loads(done.stdout)] if done.returncode == 0 else []

    def sent(self):
        try:
            lines = self.machine.read(SENT).splitlines()
        except OSError:
            return []
        return [line for line in map(json.loads, lines) if line["incident"] == self.incident]

    def edit(self, path, was, becomes):
        text = self.machine.read(path)
        expect(was in text, f"{path} does not hold: {was}")
        self.machine.write(path, text.replace(was, becomes, 1))

    def install(self, deb):
        return self.machine.do("apt-get", "-q", "install", "-y", "--no-install-recommends",
                               "-o", "Dpkg::Options::=--force-confold", deb)

    def expect_the_incident(self):
        expect(self.open_incidents() == [self.incident], f"open: {self.open_incidents()}, not {self.incident}")

    def expect_ringing(self, seconds=30):
        before = len(self.sent())
        return self.machine.wait("nobody is called again", seconds, lambda: len(self.sent()) > before)[1]

    def variant(self, version, change=None):
        """The package as another version; its path inside."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.machine.folder))
        subprocess.run(["dpkg-deb", "-R", self.package, folder / "tree"], check=True)
        control = folder / "tree/DEBIAN/control"
        control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text()))
        if change:
            change(folder / "tree")
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", "-Znone", folder / "tree",
                        self.machine.root / f"root/variant-{version}.deb"], check=True, capture_output=True)
        shutil.rmtree(folder)
        return f"/root/variant-{version}.deb"


# ---- installed

def starts(site):
    """apt resolves what the package needs, and the service is active and notified right after the installation"""
    said = site.install(site.deb)
    expect(site.show("ActiveState") == "active", f"it is {site.show('ActiveState')}: {said[-1500:]}")
    expect(site.show("Type") == "notify" and site.show("SubState") == "running", "not Type=notify")
    expect(site.show("UnitFileState") == "enabled", "not enabled at boot")
    expect(site.show("ActiveState", "shouwang-backup.timer") == "active", "no daily backup")
    return site.show("StatusText")


def answers(site):
    """/healthz answers 200, /readyz 503 while there is no broker, and the configuration that was installed is sound by hand too"""
    site.install("curl")
    expect(site.http("/healthz") == ["live\n", "200"], f"/healthz: {site.http('/healthz')}")
    expect(site.http("/readyz") == ["not ready\n", "503"], f"/readyz: {site.http('/readyz')}")
    for folder in ("/etc/shouwang", "/usr/share/doc/shouwang/examples/changshan"):
        site.machine.do("shouwangd", "--config", folder, "--check")


def is_kept_apart(site):
    """its user has no shell, its directories are closed to others, and the credentials to the service as well"""
    stat = site.machine.do("stat", "-c", "%a %U:%G", "/etc/shouwang", "/etc/shouwang/credentials",
                           "/var/lib/shouwang", "/run/shouwang")
    expect(stat.splitlines() == ["750 root:shouwang", "700 root:root", "750 shouwang:shouwang",
                                 "750 shouwang:shouwang"], stat)
    user = site.machine.do("getent", "passwd", "shouwang").strip()
    expect(user.endswith(":/var/lib/shouwang:/usr/sbin/nologin"), user)
    nobody = site.machine.command("runuser", "-u", "nobody", "--", "shouwangctl", "status")
    expect(nobody.returncode != 0, "anybody may use shouwangctl")


def is_hardened(site):
    """systemd-analyze security sees an exposure of at most 2.0"""
    said = site.machine.do("systemd-analyze", "security", "--no-pager", "shouwang.service")
    exposure = float(re.search(r"Overall exposure level.*?: ([0-9.]+)", said).group(1))
    expect(exposure <= 2.0, f"exposure {exposure}")
    return f"exposure {exposure}"


# ---- at work

def hears_the_broker(site):
    """with mosquitto installed, and the example configuration in its conf.d, the gateway is connected"""
    site.install("mosquitto")
    site.install("mosquitto-clients")
    site.machine.do("cp", "/usr/share/doc/shouwang/examples/mosquitto.conf", "/etc/mosquitto/conf.d/shouwang.conf")
    site.machine.do("systemctl", "restart", "mosquitto")
    took = site.machine.wait("not connected", 30, site.is_connected)[1]
    lines = site.machine.do("journalctl", "-u", "shouwang", "-o", "cat", "--no-pager")
    expect("can not be reached: Connection refused" in lines, "the journal did not say why it was not connected")
    return f"{took:.1f} s"


def takes_a_sound_change(site):
    """systemctl reload takes a sound change, in the same process"""
    pid, since = site.pid(), site.now()
    site.machine.write("/etc/shouwang/communities/first/devices.csv",
                       "id,profile,address,place,note\nGA-1,native,,B01-U1,\n")
    site.machine.write("/etc/shouwang/channels.yaml", site.machine.read("/etc/shouwang/channels.yaml") + PHONE)
    community = site.machine.read(COMMUNITY)
    for was, becomes in (("60s", "5s"), ("150s", "10s"), ("300s", "15s"), ("every: 5s", "every: 10s")):
        community = community.replace(was, becomes)
    site.machine.write(COMMUNITY, community)
    site.machine.do("systemctl", "reload", "shouwang")
    expect("configuration taken" in site.journal(since), site.journal(since))
    expect(site.pid() == pid, "another process")
    expect("GA-1" in site.machine.do("shouwangctl", "devices"), "the new device is not known")


def refuses_a_faulty_change(site):
    """systemctl reload refuses a faulty change: it fails, the journal names file:line:column, all runs on"""
    pid, since = site.pid(), site.now()
    site.edit(COMMUNITY, "door: {limit: 10min", "door: {limit: 10days")
    reload = site.machine.command("systemctl", "reload", "shouwang")
    said = site.journal(since)
    site.edit(COMMUNITY, "door: {limit: 10days", "door: {limit: 10min")
    expect(reload.returncode != 0, "the reload says that all is well")
    fault = re.search(r"communities/first/community\.yaml:\d+:\d+: .*10days.*", said)
    expect(fault, f"no file:line:column: {said}")
    expect(site.pid() == pid and site.is_ready(), "the gateway is not the one from before")
    expect(site.show("ActiveState") == "active", site.show("ActiveState"))
    site.machine.do("systemctl", "reload", "shouwang")
    return fault.group(0)


def calls(site):
    """a gas alarm from the broker opens an incident, and people are called again and again"""
    for name, text in LEDGERS.items():
        site.machine.write(f"/root/ledgers/{name}", text)
    site.machine.do("shouwangctl", "import", "/root/ledgers")
    alarm = {"v": 1, "event": "1-1", "boot": 1, "seq": 1, "kind": "gas", "state": "alarm"}
    site.machine.do("mosquitto_pub", "-h", "127.0.0.1", "-q", "1", "-t", "shouwang/v1/first/GA-1/event", "-m", json.dumps(alarm))
    found, took = site.machine.wait("no incident", 10, site.open_incidents)
    site.incident = found[0]
    site.machine.wait("nobody is called", 5, site.sent)
    site.expect_ringing()
    return f"incident after {took:.1f} s"


def knows_its_people(site):
    """the guide's commands make a login and a link for a phone, for members of the group only"""
    machine = site.machine
    user = ["env", "SHOUWANG_PASSWORD=correct-horse-battery", "shouwangctl", "users", "put", "duty", "--role", "duty_a",
            "--person", "P0001"]
    machine.do(*user)
    expect("duty" in machine.do("shouwangctl", "users", "list"), "no login")
    expect("http://127.0.0.1:8080/" in machine.do("shouwangctl", "phones", "enrol", "P0001", "--qr"), "no link")
    machine.do("useradd", "-G", "shouwang", "helper")
    machine.do("runuser", "-u", "helper", "--", "shouwangctl", "--socket", "/run/shouwang/control.sock", "incidents")


def logs_fields(site):
    """the journal has the incident, the community and the place as fields, and nothing about a person"""
    lines = site.machine.do("journalctl", "-u", "shouwang", "-o", "json", "--no-pager",
                            f"SHOUWANG_INCIDENT={site.incident}").splitlines()
    expect(lines, "no line with SHOUWANG_INCIDENT")
    opened = json.loads(lines[0])
    expect(opened["SHOUWANG_COMMUNITY"] == "first" and opened["SYSLOG_IDENTIFIER"] == "shouwangd", opened)
    expect(opened["PRIORITY"] == "6" and opened.get("SHOUWANG_PLACE"), opened)
    everything = site.machine.do("journalctl", "-u", "shouwang", "-o", "json", "--no-pager")
    expect("P0001" not in everything, "a person stands in the journal")
    return f"{len(lines)} lines"


def measures(site):
    """promtool check metrics has no remark on /metrics, with an incident open"""
    text, code = site.http("/metrics")
    expect(code == "200", f"/metrics: {code}")
    expect('shouwang_open_incidents{community="first"} 1\n' in text, text)
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, capture_output=True)
    expect(checked.returncode == 0 and not checked.stdout + checked.stderr, checked.stdout + checked.stderr)
    return f"{sum(not line.startswith('#') for line in text.splitlines())} samples"


# ---- hurt

def survives_a_kill(site):
    """killed with -9 it is back within 2 s, and goes on ringing"""
    pid = site.pid()
    site.machine.do("sh", "-c", f"kill -9 {pid}")
    _, took = site.machine.wait("not back", 2, lambda: site.pid() not in (0, pid) and site.is_ready())
    site.expect_the_incident()
    return f"back after {took:.2f} s, ringing after {site.expect_ringing():.1f} s"


def survives_a_hang(site):
    """stopped by SIGSTOP it is bitten by the watchdog and restarted, and goes on ringing"""
    site.machine.write("/etc/systemd/system/shouwang.service.d/test.conf", "[Service]\nWatchdogSec=4\n")
    site.machine.do("systemctl", "daemon-reload")
    site.machine.do("systemctl", "restart", "shouwang")
    pid, since = site.pid(), site.now()
    time.sleep(6)  # Longer than the watchdog's patience: a sound gateway is not bitten.
    expect(site.pid() == pid, "a gateway that works is bitten")
    site.machine.do("sh", "-c", f"kill -STOP {pid}")
    _, took = site.machine.wait("not bitten", 15, lambda: site.pid() not in (0, pid) and site.is_ready())
    expect("Watchdog timeout" in site.journal(since), "not by the watchdog")
    site.expect_the_incident()
    site.expect_ringing()
    site.machine.do("rm", "-r", "/etc/systemd/system/shouwang.service.d")
    site.machine.do("systemctl", "daemon-reload")
    site.machine.do("systemctl", "restart", "shouwang")
    return f"back after {took:.1f} s"


def keeps_its_secret(site):
    """the broker's password is a credential: the gateway gets in with it, nobody else can read it"""
    site.machine.write("/etc/shouwang/credentials/broker", "correct-horse-battery\n", 0o600)
    site.machine.do("mosquitto_passwd", "-b", "-c", "/etc/mosquitto/shouwang.passwd", "gateway",
                    "correct-horse-battery")
    site.machine.do("chown", "mosquitto:", "/etc/mosquitto/shouwang.passwd")
    site.machine.write("/etc/mosquitto/conf.d/site.conf",
                       "listener 1883 127.0.0.1\nallow_anonymous false\npassword_file /etc/mosquitto/shouwang.passwd\n")
    site.machine.do("systemctl", "restart", "mosquitto")
    site.machine.wait("still connected without a password", 20, lambda: not site.is_connected())
    site.edit(GATEWAY, "  # user: shouwang ", "  user: gateway\n  password: {credential: broker}\n  # user: ")
    site.machine.do("shouwangd", "--check")
    site.machine.do("systemctl", "restart", "shouwang")
    site.machine.wait("not let in", 20, site.is_connected)
    site.machine.do("systemctl", "reload", "shouwang")
    expect(site.is_connected(), "not after a reload")
    given = "/run/credentials/shouwang.service/shouwang_broker"
    for user, path in (("nobody", given), ("nobody", "/etc/shouwang/credentials/broker"),
                       ("shouwang", "/etc/shouwang/credentials/broker")):
        reading = site.machine.command("runuser", "-u", user, "--", "cat", path)
        expect(reading.returncode != 0, f"{user} can read {path}")
    pid = site.pid()
    shown = site.machine.do("cat", f"/proc/{pid}/cmdline", f"/proc/{pid}/environ")
    logged = site.machine.do("journalctl", "-u", "shouwang", "--no-pager", "-o", "json")
    expect("correct-horse" not in shown + logged, "the password can be seen")


def waits_for_its_configuration(site):
    """started with a fault it says so and tries again every 10 s, until it is mended or stopped"""
    machine = site.machine
    machine.do("systemctl", "stop", "shouwang")
    machine.do("mv", "/etc/shouwang/credentials/broker", "/root/broker")
    since = site.now()
    starting = machine.command("systemctl", "start", "shouwang")
    expect(starting.returncode != 0, "it starts without its secret")
    expect(site.show("ExecMainStatus") == "78", f"exit status {site.show('ExecMainStatus')}")
    time.sleep(25)
    tries = re.findall(r"gateway\.yaml:\d+:\d+: credential `broker`", site.journal(since))
    expect(2 <= len(tries) <= 4, f"{len(tries)} tries in 25 s")
    machine.do("systemctl", "stop", "shouwang")
    since = site.now()
    time.sleep(12)
    expect("credential `broker`" not in site.journal(since), "stopped, it is tried again")
    machine.command("systemctl", "start", "shouwang")
    machine.do("mv", "/root/broker", "/etc/shouwang/credentials/broker")
    _, took = machine.wait("not back once mended", 13, site.is_ready)
    site.expect_the_incident()
    return f"{len(tries)} tries in 25 s; mended, back after {took:.1f} s"


def is_copied(site):
    """the daily backup makes a sound copy, and a gateway restored from it has the incident open"""
    machine = site.machine
    machine.do("touch", "-d", "20 days ago", "/var/lib/shouwang/backups/old.db")
    machine.do("systemctl", "start", "shouwang-backup.service")
    copies = machine.do("sh", "-c", "ls /var/lib/shouwang/backups/*.db").split()
    expect(len(copies) == 1, f"copies: {copies}")
    machine.do("systemctl", "stop", "shouwang")
    machine.do("sh", "-c", "rm /var/lib/shouwang/shouwang.db*")
    machine.do("runuser", "-u", "shouwang", "--", "shouwangctl", "backup", "--restore", copies[0])
    machine.do("systemctl", "start", "shouwang")
    site.expect_the_incident()
    site.expect_ringing()
    expect('"sound":true' in machine.do("shouwangctl", "verify"), "the journal's chain is broken")


# ---- another version

def is_upgraded(site):
    """an upgrade renews the library, keeps the owner's files, and the new process goes on ringing"""
    def improve(tree):
        for path in ("etc/shouwang/gateway.yaml", "usr/share/shouwang/texts/en.yaml"):
            (tree / path).write_text((tree / path).read_text() + "# of 99.1\n")

    pid, configuration = site.pid(), site.machine.read(GATEWAY)
    site.install(site.variant("99.1", improve))
    expect(site.pid() not in (0, pid), "the old process runs on")
    site.machine.wait("not ready", 5, site.is_ready)
    expect(site.machine.read("/usr/share/shouwang/texts/en.yaml").endswith("# of 99.1\n"), "the old texts")
    expect(site.machine.read(GATEWAY) == configuration, "gateway.yaml has changed")
    expect(site.machine.read(GATEWAY + ".dpkg-dist").endswith("# of 99.1\n"), "where is the new gateway.yaml?")
    site.expect_the_incident()
    site.expect_ringing()


def is_not_upgraded_into_silence(site):
    """an upgrade that does not take the configuration says so and leaves the running gateway alone"""
    def demand(tree):
        (tree / "usr/share/shouwang/profiles/native.yaml").write_text("profile: native\nnew_in_99_2: yes\n")

    pid = site.pid()
    said = site.machine.command("apt-get", "-q", "install", "-y", "-o", "Dpkg::Options::=--force-confold",
                                site.variant("99.2", demand))
    expect(said.returncode == 0, said.stderr)
    expect("profiles/native.yaml:2:1: unknown key" in said.stdout + said.stderr, said.stdout + said.stderr)
    expect(site.pid() == pid and site.is_ready(), "the gateway is not the one from before")
    site.expect_ringing()
    site.install(site.variant("99.3"))
    expect(site.pid() not in (0, pid), "the mended version is not running")
    site.machine.wait("not ready", 5, site.is_ready)
    site.expect_the_incident()


def stays_disabled(site):
    """a gateway that its administrator has disabled and stopped is neither enabled nor started by an upgrade"""
    site.machine.do("systemctl", "disable", "--now", "shouwang")
    site.install(site.variant("99.4"))
    expect(site.show("ActiveState") == "inactive", site.show("ActiveState"))
    expect(site.show("UnitFileState") == "disabled", site.show("UnitFileState"))
    site.machine.do("systemctl", "enable", "--now", "shouwang")


def comes_back(site):
    """removed it is gone but for configuration and records; installed again it has the incident open"""
    machine = site.machine
    machine.do("apt-get", "-q", "remove", "-y", "shouwang")
    expect(site.show("ActiveState") == "inactive" and site.show("LoadState") == "not-found", "still there")
    expect(site.show("ActiveState", "shouwang-retry.timer") == "inactive", "still tried")
    machine.do("ls", GATEWAY, "/var/lib/shouwang/shouwang.db", "/etc/shouwang/credentials/broker")
    site.install(site.variant("99.5"))
    machine.wait("not ready", 5, site.is_ready)
    site.expect_the_incident()
    site.expect_ringing()


def is_purged(site):
    """purged without a question it leaves the records, and nothing else"""
    machine = site.machine
    purging = machine.command("apt-get", "-q", "purge", "-y", "shouwang")
    said = purging.stdout + purging.stderr
    expect(purging.returncode == 0 and "records in /var/lib/shouwang are kept" in said, said)
    left = machine.ask("find", "/etc", "/lib/systemd", "/usr", "/var/lib", "-name", "*shouwang*",
                       "-not", "-path", "/etc/mosquitto/*").split()
    expect("/var/lib/shouwang/shouwang.db" in left, "the records are gone")
    left = [path for path in left if not path.startswith("/var/lib/shouwang")]
    expect(not left, f"left: {left}")
    expect(machine.command("ls", "/etc/shouwang").returncode != 0, "/etc/shouwang is there")


ALL = [
    starts, answers, is_kept_apart, is_hardened,
    hears_the_broker, takes_a_sound_change, refuses_a_faulty_change, calls, knows_its_people, logs_fields, measures,
    survives_a_kill, survives_a_hang, keeps_its_secret, waits_for_its_configuration, is_copied,
    is_upgraded, is_not_upgraded_into_silence, stays_disabled, comes_back, is_purged,
]
