"""The pages on the real gateway: an alarm from a device to everybody's ending, in a browser.

    daemon_test.py PROGRAMS SCREENSHOT_FOLDER
"""

import os
import sys
import unittest

from daemon import PASSWORD, Daemon
from webdriver import Browser, Driver, eventually

RELATIVE = "R0786"
UNIT_HEAD = "B05-U4-101/1"
RESIDENT = "B05-U4-302/1"
PHONE = (360, 640)
DESK = (1920, 1080)


class FromDeviceToEnding(unittest.TestCase):
    def setUp(self):
        self.links = []
        self.gateway = Daemon(PROGRAMS)
        self.addCleanup(self.end_gateway)
        self.gateway.add_user("desk1", "duty_a", "OF01")
        self.driver = Driver()
        self.addCleanup(self.driver.stop)
        self.phone = self.browser(PHONE)
        self.board = self.browser(DESK)

    def browser(self, size):
        browser = Browser(self.driver, size=size)
        self.addCleanup(browser.quit)
        return browser

    def end_gateway(self):
        code, log = self.gateway.stop()
        self.assertEqual(code, 0, log)
        for link in self.links:
            self.assertNotIn(link.rsplit("/", 1)[1], log, "a link is a key")

    def shot(self, browser, name, whole=False):
        browser.screenshot(os.path.join(SHOTS, name + ".png"), whole)

    def log_in(self):
        self.board.open(self.gateway.url)
        self.board.find("[name=user]").type("desk1")
        self.board.find("[name=password]").type(PASSWORD)
        self.board.press("登录")
        self.board.shows("一切平安")

    def test_an_alarm_from_the_device_to_everybodys_ending(self):
        self.log_in()
        self.gateway.publish("shouwang/v1/changshan/GA-B05-U4-302/event", v=1, event="1-1", boot=1,
                             seq=1, kind="gas", state="alarm")
        self.board.shows("5号楼4单元302")
        self.board.shows("还没有人去")
        self.links = {who: self.gateway.link(who) for who in (RELATIVE, UNIT_HEAD, RESIDENT)}.values()
        relative, unit_head, resident = self.links
        self.sees(resident, ["马上开门出去", "我需要帮助"], ["独居", "不能下楼"])
        self.sees(relative, ["还没有人去", "25 分钟"], ["独居", "不能下楼", "结束报警"])
        self.shot(self.phone, "daemon_relative", whole=True)
        self.sees(unit_head, ["不能下楼", "独居", "EX-B05-U4", "不要按门铃"], ["结束报警"])
        self.shot(self.phone, "daemon_unit_head", whole=True)
        self.shot(self.board, "daemon_board")

        self.phone.press("我去")
        self.phone.shows("您正在赶去")
        self.board.shows("楼道长正在赶去")
        self.phone.press("我到了")
        self.phone.shows("您已到场")
        self.board.shows("楼道长已到场")
        self.phone.press("原因是")
        self.phone.press("锅烧干")
        self.phone.shows("已处理：锅烧干、火灭了")

        self.board.find(".incident h2 a").click()
        self.board.shows("已通知")
        self.board.press("结束报警")
        self.board.press("锅烧干")
        self.board.shows("已收到：结束报警")
        self.board.shows("一切平安")
        self.phone.shows("已结束：锅烧干、火灭了")
        self.sees(relative, ["已结束：锅烧干、火灭了", "满意"], ["我去"])
        eventually(lambda: "已结束" in self.gateway.messages(RELATIVE)[-1]["title"],
                   "the relative hears of the ending")
        [incident] = self.gateway.incidents()
        self.assertEqual(incident["phase"], "closed")
        self.assertEqual(self.board.complaints() + self.phone.complaints(), [])

    def test_a_whole_stairwell_fits_a_slow_line(self):
        self.gateway.publish("shouwang/v1/changshan/SM-B05-U1/event", v=1, event="1-1", boot=1,
                             seq=1, kind="smoke", state="alarm")
        self.links = [self.gateway.link(who)
                      for who in ("B05-U1-203/1", "B05-U1-103/1", "B05-U2-101/1", "OF02", "OF07")
                      if who.startswith("B05") or self.gateway.messages(who)]
        for link in self.links:
            self.assertLessEqual(self.gateway.bytes_of_view(link), 50_000)
        self.phone.open(self.gateway.link("B05-U2-101/1"))
        self.phone.shows("24 户，0 户有消息")
        self.shot(self.phone, "daemon_stairwell", whole=True)

    def sees(self, link, texts, not_texts):
        self.phone.open(link)
        for text in texts:
            self.phone.shows(text)
        for text in not_texts:
            self.assertNotIn(text, self.phone.text())


if __name__ == "__main__":
    PROGRAMS, SHOTS = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
