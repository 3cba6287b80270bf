"""The walk-test of a stairwell of 24 homes, on the real gateway: the installer's phone in a browser,
devices at a real broker.

    walk_test.py PROGRAMS SCREENSHOT_FOLDER
"""

import os
import statistics
import subprocess
import sys
import time
import unittest

from daemon import PASSWORD, Daemon
from webdriver import Browser, Driver, eventually

PHONE = (412, 915)
UNIT = "B05-U4"
SLOWEST_S = 10  # One of the ticks, on a machine that has other things to do.


class Stairwell(unittest.TestCase):
    def setUp(self):
        self.gateway = Daemon(PROGRAMS)
        self.addCleanup(self.end_gateway)
        self.gateway.add_user("fit1", "installer", "OF01")
        self.driver = Driver()
        self.addCleanup(self.driver.stop)
        self.phone = Browser(self.driver, size=PHONE)
        self.addCleanup(self.phone.quit)
        self.numbers = {}

    def end_gateway(self):
        code, log = self.gateway.stop()
        self.assertEqual(code, 0, log)

    def log_in(self):
        self.phone.open(self.gateway.url)
        self.phone.find("[name=user]").type("fit1")
        self.phone.find("[name=password]").type(PASSWORD)
        self.phone.press("登录")
        self.phone.press("安装测试", "body")
        self.phone.shows("现在没有设备在测试")

    def start(self, place):
        if not self.phone.find("#place").is_shown():
            self.phone.press("开始新的测试", "body")
        self.phone.find("#place").type(place)
        self.phone.press("开始测试", "body")
        eventually(self.running, "a test is under way")

    def running(self):
        return self.phone.all("section.test:not(.over)")

    def says(self, device, state, kind="gas", **more):
        number = self.numbers[device] = self.numbers.get(device, 0) + 1
        self.gateway.publish(f"shouwang/v1/changshan/{device}/event", v=1, event=f"1-{number}",
                             boot=1, seq=number, kind=kind, state=state, **more)

    def devices(self):
        return self.phone.script(
            "return Array.from(document.querySelectorAll('section.test:not(.over) li.dev'),"
            " line => line.dataset.key)")

    def line(self, device):
        return f"li.dev[data-key='{device}']"

    def ticked(self, device):
        return self.phone.all(f"{self.line(device)}.is-passed")

    def minute(self):
        """A test of one minute in the next stairwell, from the hand tool."""
        child = subprocess.Popen(
            [os.path.join(PROGRAMS, "shouwangctl"), "--config", self.gateway.path("config"),
             "walktest", "start", "B05-U3", "--by", "fit1", "--minutes", "1"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: child.poll() is None and child.kill())
        return child

    def test_a_stairwell_is_walked_through(self):
        self.log_in()
        short = self.minute()
        self.start(UNIT)
        devices = [one for one in self.devices() if UNIT in one]
        homes = [one for one in devices if one.startswith("GA-")]
        self.assertEqual(len(homes), 24)
        self.assertIn("还没测过", self.phone.text(self.line(homes[0])))

        waits = []
        for device in homes:
            self.says(device, "test", battery=91, rssi=-67)
            pressed = time.monotonic()
            eventually(lambda: self.ticked(device), f"{device} is ticked off")
            waits.append(time.monotonic() - pressed)
        self.assertLess(statistics.median(waits), 1.0, waits)
        self.assertLess(max(waits), SLOWEST_S, waits)
        shown = self.phone.text(self.line(homes[0]))
        for text in ("通过：测试键收到了", "燃气：测试键", "-67 dBm", "91 %", "native", "要是真的"):
            self.assertIn(text, shown)
        self.phone.shows("24 个通过")
        width = self.phone.script("return document.documentElement.scrollWidth")
        self.assertLessEqual(width, PHONE[0], "nothing to scroll sideways")
        self.phone.screenshot(os.path.join(SHOTS, "walk_phone.png"), whole=False)
        self.assertEqual(self.gateway.incidents(), [], "nobody was called for a test")

        # Gas under test and smoke beside it are more than one installer makes.
        self.says(homes[3], "alarm")
        self.phone.shows("不恢复就当真报警")
        self.says(f"SM-{UNIT}", "alarm", kind="smoke")
        self.phone.shows("真报警")
        self.phone.shows("按真报警处理")
        eventually(lambda: self.gateway.incidents(), "an incident is open")
        self.gateway.link(f"{UNIT}-101/1")

        self.assertEqual(short.wait(timeout=120), 1, "not every device of the next stairwell passed")
        self.phone.shows("时间到了，自动结束")
        self.assertEqual(self.phone.complaints(), [])
        journal = self.gateway.report()
        self.assertEqual([line["type"] for line in journal if line["type"] == "test_ended"],
                         ["test_ended", "test_ended"])


if __name__ == "__main__":
    PROGRAMS, SHOTS = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
