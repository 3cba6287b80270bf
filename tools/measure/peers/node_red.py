"""A Node-RED that does the gateway's job: installed from npm on demand, run on the loopback."""

import http.client
import json
import pathlib
import shutil
import subprocess

from rig import Child, free_port, wait_for

from . import flow

VERSION = "4.1.8"
CLIENT = "peer-node-red"


def installed(build):
    """The folder of node_modules, installed once; None without npm or without a network."""
    folder = pathlib.Path(build) / f"node-red-{VERSION}"
    start = folder / "node_modules/node-red/red.js"
    if start.exists():
        return start
    if not shutil.which("npm"):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, f"node-red@{VERSION}"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return start if done.returncode == 0 and start.exists() else None


class NodeRed:
    """book: device -> the messages that its alarm makes."""

    def __init__(self, world, start, book):
        self.world, self.program = world, start
        self.folder = world.folder / "node-red"
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        (self.folder / "book.json").write_text(json.dumps(book))
        (self.folder / "settings.js").write_text(
            flow.SETTINGS.replace("PORT", str(self.port)).replace("BOOK", str(self.folder / "book.json")))
        (self.folder / "flows.json").write_text(
            flow.flow(world.broker.port, f"http://127.0.0.1:{world.sink_port}/push", CLIENT))
        self.child = None

    def start(self):
        log = self.world.broker.folder / "log"
        known = log.read_text().count(f"as {CLIENT} ")
        self.child = Child(["node", self.program, "-u", self.folder, "-s", self.folder / "settings.js"],
                           self.folder / "log")
        wait_for("Node-RED at the broker", lambda: log.read_text().count(f"as {CLIENT} ") > known, 60, 0.05)
        wait_for("Node-RED's own page", lambda: self.count() is not None, 30, 0.05)

    @property
    def pid(self):
        return self.child.process.pid

    def count(self):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", "/count")
            return json.loads(line.getresponse().read())["count"]
        except (OSError, ValueError):
            return None
        finally:
            line.close()

    def kill(self):
        self.child.process.kill()
        self.child.process.wait()
