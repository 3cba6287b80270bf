"""The page server as a child process, and what a test makes happen in it."""

import gzip
import http.client
import json
import os
import re
import socket
import subprocess
import tempfile


class Gateway:
    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory(prefix="gateway-")
        self.socket = os.path.join(self.folder.name, "control.sock")
        self.process = subprocess.Popen([program, self.socket], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the page server did not start")
        self.port = json.loads(line)["port"]
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.process.stdin.close()
        code = self.process.wait(timeout=20)
        self.process.stdout.close()
        self.folder.cleanup()
        return code

    def cut(self):
        """Every connection breaks; the server is back on the same port when this returns."""
        self.process.stdin.write(b"!")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def do(self, verb, **arguments):
        line = http.client.HTTPConnection("localhost", timeout=20)
        line.sock = socket.socket(socket.AF_UNIX)
        line.sock.connect(self.socket)
        line.request("POST", f"/control/{verb}", json.dumps(arguments),
                     {"Content-Type": "application/json"})
        answer = line.getresponse()
        body = json.loads(answer.read())
        line.close()
        if answer.status != 200:
            raise RuntimeError(f"{verb}: {body}")
        return body

    def alarm(self, device):
        return self.do("alarm", device=device)["incident"]

    def link(self, person, incident):
        return self.url + self.do("link", person=person, incident=incident)["path"]

    def press(self, person, incident, action, **fields):
        return self.do("press", person=person, incident=incident, action=action, **fields)

    def get(self, path):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = line.getresponse()
        body = answer.read()
        line.close()
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.status}")
        return body

    def bytes_of_view(self, path):
        """What goes over the line until a phone shows the page: itself and what it refers to."""
        packed = self.get(path)
        page = gzip.decompress(packed)
        parts = set(re.findall(rb'(?:src|href)="(/[^"]*\.(?:js|css|svg))"', page))
        if not parts:
            raise RuntimeError("the page refers to no script")
        return len(packed) + sum(len(self.get(part.decode())) for part in parts)
