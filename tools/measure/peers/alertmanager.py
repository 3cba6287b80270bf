"""Debian's Alertmanager as the half that notifies: the same alerts in by its API, a webhook out.

Each alert is a group of its own and is sent at once (group_wait: 0s), which is the fastest it can be
told to be; repeats and resolutions are off.
"""

import http.client
import json
import shutil
import time

from rig import Child, free_port, wait_for

PROGRAM = "prometheus-alertmanager"
CONFIG = """
route:
  receiver: phones
  group_by: ['...']
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 24h
receivers:
  - name: phones
    webhook_configs: [{{url: 'http://127.0.0.1:{sink}/push', send_resolved: false, max_alerts: 0}}]
"""


def is_installed():
    return shutil.which(PROGRAM) is not None


class Alertmanager:
    def __init__(self, world):
        self.world = world
        self.folder = world.folder / "alertmanager"
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        (self.folder / "config.yml").write_text(CONFIG.format(sink=world.sink_port))
        self.child = self.line = None

    def start(self):
        self.child = Child([PROGRAM, f"--config.file={self.folder}/config.yml",
                            f"--storage.path={self.folder}/data", f"--web.listen-address=127.0.0.1:{self.port}",
                            "--cluster.listen-address="], self.folder / "log")
        wait_for("Alertmanager", self.is_ready, 30, 0.02)
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    @property
    def pid(self):
        return self.child.process.pid

    def is_ready(self):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/-/ready")
            return line.getresponse().status == 200
        except OSError:
            return False
        finally:
            line.close()

    def alert(self, keys):
        """Posts alerts, one for each key; ns at the posting."""
        body = json.dumps([{"labels": {"alertname": "gas", "key": key}} for key in keys])
        at = time.time_ns()
        self.line.request("POST", "/api/v2/alerts", body, {"Content-Type": "application/json"})
        answer = self.line.getresponse()
        answer.read()
        if answer.status != 200:
            raise ConnectionError(f"Alertmanager answered {answer.status}")
        return at

    def kill(self):
        self.child.process.kill()
        self.child.process.wait()
        self.line.close()
