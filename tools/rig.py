"""Everything around a real gateway, on this machine only: for the demo and the system tests.

A private mosquitto (tools/broker, config/mosquitto.conf), the reference community with its ledgers,
the phone sink that plays all phones, the daemon and its hand tool, in one temporary folder, on free
ports of the loopback:

    with Rig() as rig:                       # broker and sink run
        rig.start()                          # the daemon, with the ledgers imported
        event = rig.alarm("GA-B05-U4-302")   # the broker has acknowledged it when this returns
        rig.wait_for("three phones", lambda: len(rig.messages(letter="first")) >= 3)

Programs are those of build/<preset>/bin; `build`, the option --build of the tools, or the environment
variable SHOUWANG_BUILD says where. What a rig has started it ends by pid, and its folder goes with it.
Standard library only.
"""

import contextlib
import datetime
import http.client
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.parse

from mqtt_line import Line
from processes import (TOP, Broker, Child, Unexpected, end_by_signal, end_cleanly, free_port, shielded,
                       wait_for)
from turns import waiting_incidents

__all__ = ["COMMUNITY", "TOP", "Board", "Broker", "Child", "Rig", "Unexpected", "end_by_signal", "end_cleanly",
           "free_port", "shielded", "wait_for"]
COMMUNITY = "changshan"
_imported = {}  # Build folder -> folder with a store that holds the ledgers.


def default_build():
    return pathlib.Path(os.environ.get("SHOUWANG_BUILD") or TOP / "build" / "dev")


class Rig:
    def __init__(self, build=None, keep_folder=False, broker_settings=None, receipts=True):
        """Starts broker and sink; `broker_settings`: further lines of mosquitto's configuration,
        with {port} and {{}} as in str.format; they must name a listener of their own."""
        self.bin = pathlib.Path(build or default_build()).resolve() / "bin"
        for program in ("shouwangd", "shouwangctl", "phone_sink", "community"):
            if not (self.bin / program).exists():
                raise FileNotFoundError(f"{self.bin / program}: build it first")
        self.folder = self.broker = self.sink = self.daemon = self._line = None
        self.keep_folder = keep_folder
        try:
            with shielded():
                self._set_up(broker_settings, receipts)
        except BaseException:
            self.close()
            raise

    def _set_up(self, broker_settings, receipts):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="shouwang-rig-"))
        self.config = self.folder / "config"
        self.store = self.folder / "state" / "shouwang.db"
        self.control = self.folder / "control.sock"
        self.phones = self.folder / "phones.jsonl"
        self.daemon_log = self.folder / "daemon.log"
        self.credentials = {}  # user=, password= of the devices' connection.
        self._sequence = {}
        self._boot = int(time.time())
        self._messages = ([], 0)
        (self.folder / "state").mkdir()
        self.broker = Broker(self.folder / "broker", broker_settings)
        self._start_sink(receipts)
        self.web_port = free_port()
        self._write_config()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends everything and removes the folder."""
        with shielded():
            self._end_all()

    def _end_all(self):
        if self._line:
            self._line.close()
        for child in (self.daemon, self.sink):
            if child and child.code() is None:
                child.send(signal.SIGCONT)
                child.end(signal.SIGKILL)
        if self.broker:
            self.broker.stop()
            self.broker = None
        if self.folder and not self.keep_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    # ---- the configuration

    def _write_config(self):
        shutil.copytree(TOP / "config", self.config)
        self.edit("gateway.yaml", r"uri: \S+", f"uri: tcp://127.0.0.1:{self.broker.port}")
        self.edit("gateway.yaml", r"path: /var\S+", f"path: {self.store}")
        self.edit("gateway.yaml", r"listen: \S+", f"listen: 127.0.0.1:{self.web_port}")
        self.edit("gateway.yaml", r"public_url: \S+", f"public_url: {self.url}")
        self.edit("gateway.yaml", r"control_socket: \S+", f"control_socket: {self.control}")
        self.edit("gateway.yaml", r"target: auto", "target: stderr")
        self.edit("channels.yaml", r"http://127.0.0.1:18090", f"http://127.0.0.1:{self.sink_port}", 3)

    def edit(self, file, pattern, replacement, times=1):
        """Replaces exactly so many places of a configuration file."""
        path = self.config / file
        text, count = re.subn(pattern, replacement, path.read_text())
        if count != times:
            raise Unexpected(f"expected {times} places like {pattern} in {file}; found {count}")
        path.write_text(text)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.web_port}"

    # ---- the daemon

    def start(self, **options):
        """The daemon with the ledgers on record, ready."""
        self.provide_store()
        self.start_daemon(**options)

    def provide_store(self):
        """A store with the ledgers, unless there is one."""
        if not self.store.exists():
            for file in imported_store(self.bin.parent).glob("shouwang.db*"):
                shutil.copy(file, self.store.parent)

    def start_daemon(self, environment=None, before=None, ready=True, timeout=30):
        """ready: wait until pages are served and the broker is connected."""
        self.daemon = Child([self.bin / "shouwangd", "--config", self.config], self.daemon_log,
                            environment, before)
        if ready:
            self.wait_ready(timeout)

    def wait_ready(self, timeout=30):
        def is_ready():
            if self.daemon.code() is not None:
                raise Unexpected(f"the daemon ended with {self.daemon.code()}:\n{self.log()[-4000:]}")
            return self.is_served() and self.is_connected()
        wait_for("the daemon to be ready", is_ready, timeout, 0.005)

    def is_served(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.http("GET", "/healthz")[0] == 200
        return False

    def is_connected(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.metric("shouwang_broker_connected") == 1
        return False

    def kill_daemon(self):
        """kill -9, and gone when this returns."""
        self.daemon.send(signal.SIGKILL)
        self.daemon.process.wait()

    def stop_daemon(self):
        return self.daemon.end(signal.SIGTERM)

    def restart_daemon(self, **options):
        self.kill_daemon()
        self.start_daemon(**options)

    def log(self):
        return self.daemon_log.read_text(errors="replace") if self.daemon_log.exists() else ""

    def ctl(self, *words, environment=None, code=0):
        """shouwangctl --json …: its answer."""
        done = subprocess.run(
            [self.bin / "shouwangctl", "--config", self.config, "--json", *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120,
            env={**os.environ, **(environment or {})})
        if done.returncode != code:
            raise Unexpected(f"shouwangctl {words}: expected exit {code}, came {done.returncode}: "
                             f"{done.stdout}{done.stderr}")
        return json.loads(done.stdout) if done.stdout.lstrip()[:1] in ("{", "[") else done.stdout

    def metric(self, name):
        """A figure of /metrics without labels, or None."""
        page = self.http("GET", "/metrics")[2].decode()
        found = re.search(rf"^{name} (\S+)$", page, re.MULTILINE)
        return float(found.group(1)) if found else None

    # ---- devices

    @property
    def line(self):
        """A connection from which all devices of this rig speak."""
        if not self._line or not self._line.is_open:
            self._line = Line(self.broker.port, f"rig-{secrets.token_hex(4)}", **self.credentials)
        return self._line

    def payload(self, device, kind=None, state="alarm", event=None, **more):
        """A message of config/profiles/native.yaml: an event, or without one a beat."""
        self._sequence[device] = self._sequence.get(device, 0) + 1
        kind = kind or {"GA": "gas", "SM": "smoke", "CO": "co", "SO": "sos"}[device[:2]]
        body = {"v": 1, "boot": self._boot, "seq": self._sequence[device], "kind": kind, "state": state}
        if event:
            body["event"] = event
        return json.dumps({**body, **more})

    def alarm(self, device, state="alarm", event=None, timeout=10, **more):
        """An event, acknowledged by the broker when this returns; (event id, ns at the sending)."""
        event = event or f"{self._boot}-{secrets.token_hex(4)}"
        body = self.payload(device, state=state, event=event, **more)
        at = time.time_ns()
        number = self.line.publish(f"shouwang/v1/{COMMUNITY}/{device}/event", body)
        if not self.line.wait_acked([number], timeout):
            raise Unexpected(f"expected the broker's acknowledgement of {device}'s event; none came")
        return event, at

    def keep_beating(self, alarming=()):
        """All devices beat once a minute from now on, in a thread that ends with the rig: a community
        that is alive. `alarming` ones say that they still measure it."""
        line = Line(self.broker.port, f"rig-{secrets.token_hex(4)}", **self.credentials)
        listed = (self.config / "communities" / COMMUNITY / "devices.csv").read_text().splitlines()[1:]
        devices = [row.split(",")[0] for row in listed]

        def beat():
            with contextlib.suppress(ConnectionError):
                while line.is_open:
                    for device in devices:
                        state = "alarm" if device in alarming else "normal"
                        line.publish(f"shouwang/v1/{COMMUNITY}/{device}/beat",
                                     self.payload(device, state=state), retain=True)
                        time.sleep(60 / len(devices))
        threading.Thread(target=beat, daemon=True).start()

    # ---- phones

    def _start_sink(self, receipts):
        port_file = self.folder / "sink.port"
        arguments = [self.bin / "phone_sink", "--port-file", port_file, "--out", self.phones, "--quiet"]
        self.sink = Child(arguments + (["--receipts"] if receipts else []), self.folder / "sink.log")
        self.sink_port = int(wait_for("the sink's port",
                                      lambda: port_file.exists() and port_file.read_text().strip()))

    def sink_control(self, **order):
        """How phones behave: address="test:R07*", manner="hang" ...; see tools/phone_sink/phones.h."""
        self._to_sink("POST", "/control", json.dumps(order))

    def sink_obeys_again(self):
        self._to_sink("DELETE", "/control")

    def _to_sink(self, method, path, body=""):
        line = http.client.HTTPConnection("127.0.0.1", self.sink_port, timeout=10)
        line.request(method, path, body)
        status = line.getresponse().status
        line.close()
        if status != 200:
            raise Unexpected(f"expected 200 from the sink's {path}; came {status}")

    def messages(self, taken=True, **wanted):
        """What phones were sent, oldest first: the posted fields and `received_ns`, `status`. taken:
        only what the phone took. wanted: fields as they must be, letter="first", person="R0786"."""
        known, offset = self._messages
        if self.phones.exists():
            with open(self.phones, "rb") as file:
                file.seek(offset)
                for raw in file:
                    if not raw.endswith(b"\n"):
                        break
                    offset += len(raw)
                    whole = json.loads(raw)
                    known.append({**whole["message"], "received_ns": whole["received_ns"],
                                  "status": whole["status"],
                                  "taken": whole["status"] == 200 and whole["manner"] != "errcode"})
            self._messages = (known, offset)
        return [m for m in known if (m["taken"] or not taken)
                and all(m.get(name) == value for name, value in wanted.items())]

    # ---- pages

    def http(self, method, path, body=None, headers=None):
        """(status, headers, bytes). A dict as body is sent as JSON."""
        headers = dict(headers or {})
        if isinstance(body, dict):
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        line = http.client.HTTPConnection("127.0.0.1", self.web_port, timeout=20)
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            line.close()

    def press(self, link, action, **fields):
        """A button of a phone page, whose link came in a message; the page's fresh state."""
        token = urllib.parse.urlparse(link).path.rsplit("/", 1)[1]
        status, _, body = self.http("POST", f"/api/v1/pages/{token}/answers", {"action": action, **fields})
        if status != 200:
            raise Unexpected(f"expected 200 for {action}; came {status}: {body.decode()}")
        return json.loads(body)

    def add_user(self, name, role="duty_a", person="OF01"):
        """A login of the board with a random password, which is returned."""
        password = secrets.token_urlsafe(12)
        self.ctl("users", "put", name, "--role", role, "--person", person,
                 environment={"SHOUWANG_PASSWORD": password})
        return password

    def log_in(self, user, password):
        return Board(self, user, password)

    # ---- the disk, read behind the daemon's back

    def sql(self, query, *values):
        """Rows as dicts, from a read-only connection."""
        with contextlib.closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=10)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(query, values)]

    def incidents(self):
        """Every incident as it is on the disk, oldest first: its body and its columns. Without that of
        the gateway's own test alarm."""
        with contextlib.closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=10)) as db:
            db.execute("BEGIN")  # One moment: what leaves the turns comes into the tables.
            turns = [body for (body,) in db.execute("SELECT body FROM turns ORDER BY number")]
            db.row_factory = sqlite3.Row
            rows = {row["id"]: {**row, "body": json.loads(row["body"])} for row in db.execute(
                "SELECT id, community, raised_at, closed_at, household, cause, body FROM incidents")}
        rows.update(waiting_incidents(turns))
        return sorted((row for row in rows.values() if row["community"] != "self-test"),
                      key=lambda row: (row["raised_at"], row["id"]))

    def parcels(self, live=None):
        """The bodies of all parcels, or of those that are on their way (or not), once the gateway, which
        must be running, has written what it put off."""
        self.wait_for("the tables to be filled", lambda: not self.sql("SELECT number FROM turns"))
        where = " WHERE community <> 'self-test'" + ("" if live is None else f" AND live = {int(live)}")
        return [json.loads(row["body"]) for row in self.sql("SELECT body FROM parcels" + where)]

    def dead_phones(self):
        """The 37 people of the reference community whose phones all fail, to show what happens then."""
        rows = self.sql("SELECT id FROM records WHERE part = 'person' AND body LIKE '%test:dead/%'")
        return {row["id"] for row in rows}

    def wait_for(self, what, condition, timeout=15.0, every=0.01):
        try:
            return wait_for(what, condition, timeout, every)
        except Unexpected as error:
            raise Unexpected(f"{error}\nthe daemon said last:\n{self.log()[-2500:]}") from None


class Board:
    """A login at the duty board, spoken to as programs do (src/web/openapi.yaml)."""

    def __init__(self, rig, user, password):
        self.rig = rig
        status, headers, body = rig.http("POST", "/api/v1/session", {"user": user, "password": password})
        if status != 201:
            raise Unexpected(f"expected 201 for the login; came {status}: {body.decode()}")
        self.headers = {"Cookie": headers["Set-Cookie"].split(";")[0],
                        "X-CSRF-Token": json.loads(body)["csrf"]}

    def get(self, path):
        return self._answer(self.rig.http("GET", path, None, self.headers), path)

    def press(self, incident, action, **fields):
        path = f"/api/v1/incidents/{incident}/answers"
        return self._answer(self.rig.http("POST", path, {"action": action, **fields}, self.headers), path)

    @staticmethod
    def _answer(answer, path):
        status, _, body = answer
        if status not in (200, 201, 204):
            raise Unexpected(f"expected 200 for {path}; came {status}: {body.decode()}")
        return json.loads(body) if body else None


def write_ledgers(programs, folder):
    """The reference community's ledgers, with a rota that covers today."""
    yesterday = datetime.date.today() - datetime.timedelta(days=1)
    subprocess.run([programs / "community", "--out", folder, "--first-day", yesterday.isoformat(),
                    "--years", "1"], check=True, stdout=subprocess.DEVNULL)
    return folder / "ledgers"


def imported_store(build):
    """A folder with a store that already holds the ledgers: imported once a process, for many rigs;
    or the one that the environment variable SHOUWANG_LEDGERS names."""
    if os.environ.get("SHOUWANG_LEDGERS"):
        return pathlib.Path(os.environ["SHOUWANG_LEDGERS"])
    build = pathlib.Path(build)
    if build not in _imported:
        kept = tempfile.TemporaryDirectory(prefix="shouwang-ledgers-")
        with Rig(build) as rig:
            rig.start_daemon()
            rig.ctl("import", write_ledgers(rig.bin, rig.folder / "community"))
            if rig.stop_daemon() != 0:
                raise Unexpected(f"expected a clean end; the daemon said {rig.log()[-2000:]}")
            for file in rig.store.parent.glob("shouwang.db*"):
                shutil.copy(file, kept.name)
        _imported[build] = kept
    return pathlib.Path(_imported[build].name)
