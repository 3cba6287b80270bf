#!/usr/bin/env python3
"""promtool has no remark on /metrics of the real daemon: metrics_test.py SHOUWANGD CONFIG PROMTOOL"""

import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

DAEMON, CONFIG, PROMTOOL = sys.argv[1:]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def edit(path, changes):
    text = path.read_text()
    for was, becomes in changes.items():
        assert was in text, f"{path} does not hold: {was}"
        text = text.replace(was, becomes)
    path.write_text(text)


def read(port, path, daemon):
    """The page, once the daemon gives it."""
    until = time.monotonic() + 40
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.read().decode()
        except OSError as error:
            assert daemon.poll() is None, f"the daemon ended with {daemon.returncode}"
            assert time.monotonic() < until, error
            time.sleep(0.05)


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    port = free_port()
    shutil.copytree(CONFIG, folder / "config")
    edit(folder / "config/gateway.yaml", {
        "127.0.0.1:8080": f"127.0.0.1:{port}",
        "tcp://127.0.0.1:1883": f"tcp://127.0.0.1:{free_port()}",  # Nobody is there.
        "/var/lib/shouwang/": f"{folder}/",
        "/run/shouwang/": f"{folder}/",
    })
    daemon = subprocess.Popen([DAEMON, "--config", folder / "config"])
    try:
        read(port, "/healthz", daemon)
        text = read(port, "/metrics", daemon)
    finally:
        daemon.terminate()
        ended = daemon.wait(20)

assert ended == 0, f"the daemon ended with {ended}"
for line in ('shouwang_devices{community="changshan"} 1125', "shouwang_broker_connected 0",
             'shouwang_channel_up{channel="sms"} 1', "shouwang_store_failing 0"):
    assert line in text.splitlines(), f"no line: {line}\n{text}"
checked = subprocess.run([PROMTOOL, "check", "metrics"], input=text, text=True, capture_output=True)
assert checked.returncode == 0 and not checked.stdout + checked.stderr, checked.stdout + checked.stderr
