"""Enough of the WebDriver protocol to use a browser as a person does; standard library only."""

import base64
import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENCE = 20.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(what, wanted=None):
    """Waits until what() is true; says what was wanted if it never is."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            result = what()
        except Stale:
            result = None
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"did not come about: {wanted or what}")
        time.sleep(0.05)


class Stale(Exception):
    """An element that the page has replaced, or that is not there."""


class Driver:
    """A chromedriver process, for several browsers one after the other."""

    def __init__(self):
        self.port = free_port()
        self.process = subprocess.Popen(
            ["chromedriver", f"--port={self.port}", "--log-level=SEVERE"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(self._is_ready, "chromedriver is ready")

    def _is_ready(self):
        try:
            return self.call("GET", "/status")["ready"]
        except OSError:
            return False

    def call(self, method, path, body=None):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            text = None if body is None else json.dumps(body)
            line.request(method, path, text, {"Content-Type": "application/json"})
            value = json.loads(line.getresponse().read())["value"]
        finally:
            line.close()
        if isinstance(value, dict) and "error" in value:
            if value["error"] in ("stale element reference", "no such element",
                                  "element not interactable", "element click intercepted"):
                raise Stale(value["message"])
            # How Chromium puts the same when the page goes while it is being read.
            if "does not belong to the document" in value["message"]:
                raise Stale(value["message"])
            raise RuntimeError(f"{method} {path}: {value['error']}: {value['message']}")
        return value

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Browser:
    def __init__(self, driver, script=True, size=(412, 915)):
        self.driver = driver
        self.folder = tempfile.mkdtemp(prefix="browser-")
        flags = FLAGS + [f"--user-data-dir={self.folder}", f"--window-size={size[0]},{size[1]}",
                         "--lang=zh-CN", "--hide-scrollbars"]
        prefs = {"intl.accept_languages": "zh-CN,zh"}
        if not script:
            prefs["profile.managed_default_content_settings.javascript"] = 2
        options = {"args": flags, "prefs": prefs}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options,
                  "goog:loggingPrefs": {"browser": "ALL"}}
        session = driver.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.path = "/session/" + session["sessionId"]
        self.size = size
        self._fit(size)

    def _fit(self, size):
        """Gives the page itself, not the window, the wanted size."""
        self.cdp("Emulation.setDeviceMetricsOverride",
                 {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False})

    def cdp(self, command, parameters):
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def _call(self, method, path, body=None):
        return self.driver.call(method, self.path + path, body)

    def quit(self):
        self._call("DELETE", "")
        shutil.rmtree(self.folder, ignore_errors=True)

    def open(self, url):
        self._call("POST", "/url", {"url": url})

    def url(self):
        return self._call("GET", "/url")

    def reload(self):
        self._call("POST", "/refresh", {})

    def find(self, css):
        return Element(self, self._call("POST", "/element", {"using": "css selector", "value": css}))

    def all(self, css):
        found = self._call("POST", "/elements", {"using": "css selector", "value": css})
        return [Element(self, one) for one in found]

    def text(self, css="body"):
        return self.find(css).text()

    def shows(self, text, css="body"):
        """Waits for the text to be on the page."""
        return eventually(lambda: text in self.text(css), f"{text!r} in {css}")

    def button(self, label, css="main"):
        """The first visible button, link or fold of that label."""
        for one in self.all(f"{css} button, {css} a.b, {css} summary"):
            if label in one.text() and one.is_shown():
                return one
        raise Stale(f"no button {label!r}")

    def press(self, label, css="main"):
        eventually(lambda: self.button(label, css).click() or True, f"button {label!r}")

    def script(self, text, *arguments):
        return self._call("POST", "/execute/sync", {"script": text, "args": list(arguments)})

    def offline(self, yes):
        self.cdp("Network.enable", {})
        self.cdp("Network.emulateNetworkConditions",
                 {"offline": yes, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})

    def block(self, *patterns):
        """Requests to such addresses fail as if the network did; none: all go through again."""
        self.cdp("Network.enable", {})
        self.cdp("Network.setBlockedURLs", {"urls": list(patterns)})

    def complaints(self):
        """What the console had to say: errors, and breaches of the content policy."""
        lines = self._call("POST", "/se/log", {"type": "browser"})
        return [line["message"] for line in lines if line["level"] in ("SEVERE", "WARNING")]

    def screenshot(self, path, whole=True):
        """Of the whole page, or of what is in view."""
        parameters = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            area = self.cdp("Page.getLayoutMetrics", {})["cssContentSize"]
            parameters["clip"] = {"x": 0, "y": 0, "width": area["width"],
                                  "height": max(area["height"], 1), "scale": 1}
        data = self.cdp("Page.captureScreenshot", parameters)["data"]
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))


class Element:
    def __init__(self, browser, reference):
        self.browser = browser
        self.path = "/element/" + reference[ELEMENT]

    def _call(self, method, path, body=None):
        return self.browser._call(method, self.path + path, body)

    def text(self):
        return self._call("GET", "/text")

    def is_shown(self):
        return self._call("GET", "/displayed")

    def click(self):
        self._call("POST", "/click", {})

    def type(self, text):
        self._call("POST", "/value", {"text": text})

    def clear(self):
        self._call("POST", "/clear", {})

    def attribute(self, name):
        return self._call("GET", f"/attribute/{name}")

    def height(self):
        return self._call("GET", "/rect")["height"]
