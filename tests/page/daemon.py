"""The real gateway as a test's child: shouwangd with the reference community, a private broker and
the sink that plays all phones."""

import datetime
import gzip
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile

from webdriver import eventually, free_port

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PASSWORD = "correct horse battery staple"


class Daemon:
    def __init__(self, programs):
        """`programs`: where shouwangd, shouwangctl, community and phone_sink are."""
        self.programs = programs
        self.folder = tempfile.mkdtemp(prefix="shouwang-page-")
        self.children = []
        self.broker = None
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def _run(self, *command, **options):
        return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout

    def _program(self, name, *arguments, **options):
        return self._run(os.path.join(self.programs, name), *arguments, **options)

    def _spawn(self, name, *arguments):
        log = open(self.path(name + ".log"), "wb")
        child = subprocess.Popen([os.path.join(self.programs, name), *arguments],
                                 stdout=log, stderr=subprocess.STDOUT)
        log.close()
        self.children.append((name, child))

    def _start(self):
        said = self._run(os.path.join(ROOT, "tools/broker"), "start", "--dir", self.path("broker"))
        self.broker = int(re.search(r"port=(\d+)", said).group(1))
        self._spawn("phone_sink", "--port", "0", "--port-file", self.path("sink.port"),
                    "--out", self.path("phones.jsonl"), "--quiet", "--receipts")
        sink = eventually(lambda: self._read("sink.port").strip(), "the phones listen")
        self._configure(sink)
        year = datetime.date.today().year
        self._program("community", "--out", self.path("community"),
                      "--first-day", f"{year - 1}-01-01", "--years", "3")
        ledgers = self.path("community", "ledgers")
        self._ctl("import", ledgers, "--offline")
        self._spawn("shouwangd", "--config", self.path("config"))
        eventually(self._hears_devices, "shouwangd hears devices")

    def _configure(self, sink):
        shutil.copytree(os.path.join(ROOT, "config"), self.path("config"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._edit("gateway.yaml", {
            "tcp://127.0.0.1:1883": f"tcp://127.0.0.1:{self.broker}",
            "127.0.0.1:8080": f"127.0.0.1:{self.port}",
            "/var/lib/shouwang/shouwang.db": self.path("shouwang.db"),
            "/run/shouwang/control.sock": self.path("control.sock")})
        self._edit("channels.yaml", {"127.0.0.1:18090": f"127.0.0.1:{sink}"})

    def _edit(self, file, changes):
        path = self.path("config", file)
        with open(path, encoding="utf-8") as before:
            text = before.read()
        for was, becomes in changes.items():
            if was not in text:
                raise RuntimeError(f"{file} does not hold {was}")
            text = text.replace(was, becomes)
        with open(path, "w", encoding="utf-8") as after:
            after.write(text)

    def _read(self, name):
        try:
            with open(self.path(name), encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def get(self, path):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = line.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"GET {path}: {answer.status}")
            return body
        finally:
            line.close()

    def _hears_devices(self):
        try:
            return b"\nshouwang_broker_connected 1\n" in self.get("/metrics")
        except OSError:
            return False

    def bytes_of_view(self, link):
        """What goes over the line until a phone shows the page: itself and what it refers to."""
        packed = self.get(link.removeprefix(self.url))
        parts = set(re.findall(rb'(?:src|href)="(/[^"]*\.(?:js|css|svg))"', gzip.decompress(packed)))
        if not parts:
            raise RuntimeError("the page refers to no script")
        return len(packed) + sum(len(self.get(part.decode())) for part in parts)

    def _ctl(self, *arguments, **options):
        return self._program("shouwangctl", "--config", self.path("config"), *arguments, **options)

    def add_user(self, name, role, person):
        self._ctl("users", "put", name, "--role", role, "--person", person, input=PASSWORD + "\n")

    def incidents(self):
        return json.loads(self._ctl("--json", "incidents", "--all"))

    def report(self):
        """The journal, line by line."""
        return [json.loads(line) for line in self._ctl("report").splitlines() if line]

    def publish(self, topic, **fields):
        self._run("mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.broker), "-q", "1",
                  "-t", topic, "-m", json.dumps(fields))

    def messages(self, person):
        """What the person's phones were sent, oldest first."""
        lines = [json.loads(line)["message"] for line in self._read("phones.jsonl").splitlines()
                 if line.endswith("}")]
        return [one for one in lines if one["person"] == person]

    def link(self, person):
        """The link in the first message that the person got."""
        message = eventually(lambda: self.messages(person), f"a message to {person}")[0]
        return re.search(r"http://\S+/p/\S+", message["body"]).group(0)

    def stop(self):
        """Ends all; the daemon's exit code, and what it had to say."""
        codes = {}
        for name, child in reversed(self.children):
            child.send_signal(signal.SIGTERM)
            try:
                codes[name] = child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                child.kill()
                codes[name] = child.wait()
        if self.broker is not None:
            subprocess.run([os.path.join(ROOT, "tools/broker"), "stop", self.path("broker")],
                           check=False)
        log = self._read("shouwangd.log")
        shutil.rmtree(self.folder, ignore_errors=True)
        return codes.get("shouwangd"), log
