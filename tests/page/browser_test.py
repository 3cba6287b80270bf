"""The pages as people meet them: Chromium, driven through WebDriver, on the page server.

    browser_test.py PAGE_SERVER SCREENSHOT_FOLDER [unittest arguments]
"""

import os
import sys
import unittest

from gateway import Gateway
from webdriver import Browser, Driver, eventually

PASSWORD = "correct horse battery staple"
UNIT_HEAD = "B05-U1-103/1"
OTHER_UNIT_HEAD = "B05-U2-101/1"
RESIDENT = "B05-U1-302/1"
PHONE = (412, 915)
DESK = (1280, 720)


class PageTest(unittest.TestCase):
    script = True
    size = PHONE
    driver = None

    @classmethod
    def setUpClass(cls):
        cls.driver = Driver()
        cls.browser = Browser(cls.driver, script=cls.script, size=cls.size)

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()
        cls.driver.stop()

    def setUp(self):
        self.gateway = Gateway(SERVER)
        self.line_breaks = False  # Set by tests that break it: the browser complains of that.
        self.browser.cdp("Network.clearBrowserCookies", {})
        self.browser.complaints()

    def tearDown(self):
        complaints = self.browser.complaints()
        if self.line_breaks:
            complaints = [one for one in complaints if "net::ERR" not in one]
        self.browser.open("about:blank")
        self.assertEqual(self.gateway.stop(), 0, "the server ended in disorder")
        self.assertEqual(complaints, [])

    def shot(self, name, whole=True):
        self.browser.screenshot(os.path.join(SHOTS, name + ".png"), whole)

    def open_page(self, person, incident):
        self.browser.open(self.gateway.link(person, incident))

    def shows(self, *texts):
        for text in texts:
            self.browser.shows(text)

    def lacks(self, *texts):
        body = self.browser.text()
        for text in texts:
            self.assertNotIn(text, body)

    def buttons(self):
        return [one.text() for one in self.browser.all("main button, main summary, main a.b")
                if one.is_shown()]


class PhoneWithoutScript(PageTest):
    script = False

    def test_a_relative_says_how_soon_they_come(self):
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.open_page("R0001", incident)
        self.shows("燃气报警", "5号楼1单元302", "还没有人去", "我去，多久能到？")
        self.lacks("不能下楼", "拄双拐", "结束报警")
        self.shot("relative")
        self.browser.press("25 分钟")
        self.shows("已收到：我去", "您 ", "约 25 分钟到", "还在叫更近的人")
        self.shot("relative_going")
        self.shows("我去 ✓，多久能到？")
        self.browser.press("25 分钟")
        self.shows("您已经说过要去了。")
        self.browser.press("5 分钟")
        self.shows("约 5 分钟到")

    def test_a_relative_leaves_a_word_and_rates_the_end(self):
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.open_page("R0001", incident)
        self.browser.press("留言")
        self.browser.find("textarea").type("她可能去了食堂 <b>&")
        self.browser.press("送出")
        self.shows("已收到：留言")
        self.open_page(UNIT_HEAD, incident)
        self.shows("她可能去了食堂 <b>&")
        self.gateway.press(UNIT_HEAD, incident, "cause", cause="pot")
        self.close_from_board(incident)
        self.open_page("R0001", incident)
        self.shows("已结束：锅烧干、火灭了")
        self.assertEqual(self.buttons(), ["满意", "不满意"])
        self.browser.press("满意")
        self.shows("满意 ✓")
        self.shot("relative_after")

    def close_from_board(self, incident):
        self.browser.open(self.gateway.url)
        self.browser.find("[name=user]").type("desk1")
        self.browser.find("[name=password]").type(PASSWORD)
        self.browser.press("登录")
        self.shows("人工报警")
        self.browser.open(f"{self.gateway.url}/incidents/{incident}")
        self.browser.press("结束报警")
        self.browser.press("锅烧干")
        self.shows("一切平安")

    def test_a_unit_head_goes_arrives_carries_out_and_settles(self):
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.open_page(UNIT_HEAD, incident)
        self.shows("不能下楼", "独居", "拄双拐", "EX-B05-U1")
        self.shot("unit_head")
        self.browser.press("我去")
        self.shows("已收到：我去", "您正在赶去")
        self.browser.press("我到了")
        self.shows("您已到场")
        self.shot("unit_head_there")
        self.browser.press("302 已出来")
        self.shows("要有两个人到场，或者写明怎么转移的")
        self.browser.find("[name=text]").type("背下来了")
        self.browser.press("302 已出来")
        self.shows("已出来")
        self.browser.press("原因是")
        self.browser.press("锅烧干")
        self.shows("已处理：锅烧干、火灭了")

    def test_a_unit_head_hands_over_and_goes_away(self):
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.open_page(UNIT_HEAD, incident)
        self.browser.press("我去")
        self.browser.press("交给别人")
        self.browser.find("option[value='B05-U2-101/1']").click()
        self.browser.press("送出")
        self.shows("已收到：交给别人", "还没有人去")
        self.browser.press("我要外出")
        self.shot("unit_head_away")
        self.browser.press("送出")
        self.shows("已收到：我要外出")

    def test_a_resident_is_told_to_get_out_first_of_all(self):
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.open_page(RESIDENT, incident)
        body = self.browser.text()
        self.assertLess(body.index("马上开门出去"), body.index("我平安"))
        self.assertEqual(self.buttons()[:4], ["119", "我平安", "我需要帮助", "是做饭引起的"])
        self.shot("resident")
        self.browser.press("我需要帮助")
        self.shows("您按了：我需要帮助。")
        self.open_page(UNIT_HEAD, incident)
        self.shows("需要帮助")

    def test_every_button_is_big_enough_for_a_thumb(self):
        incident = self.gateway.alarm("SM-B05-U1")
        for person in (RESIDENT, "R0001", OTHER_UNIT_HEAD, "OF01"):
            self.open_page(person, incident)
            for one in self.browser.all("button, summary, a.b"):
                if one.is_shown():
                    self.assertGreaterEqual(one.height(), 48, one.text())

    def test_the_first_view_fits_a_slow_line(self):
        incident = self.gateway.alarm("SM-B05-U1")
        for person in (RESIDENT, "R0001", OTHER_UNIT_HEAD, "OF01"):
            path = self.gateway.do("link", person=person, incident=incident)["path"]
            total = self.gateway.bytes_of_view(path)
            self.assertLessEqual(total, 50_000, f"{person}: page, script and icon together")

    def test_nothing_sticks_out_of_a_small_phone(self):
        incident = self.gateway.alarm("SM-B05-U1")
        self.browser._fit((320, 568))
        try:
            for person in (RESIDENT, "R0001", OTHER_UNIT_HEAD, "OF01"):
                self.open_page(person, incident)
                wide = self.browser.script("return document.documentElement.scrollWidth")
                self.assertLessEqual(wide, 320, person)
        finally:
            self.browser._fit(PHONE)

    def test_a_link_that_leads_nowhere_tells_nothing(self):
        self.gateway.alarm("GA-B05-U1-302")
        self.browser.open(self.gateway.url + "/p/some-token")
        self.shows("这个页面打不开")
        self.lacks("5号楼")
        self.shot("gone")
        self.browser.complaints()  # The browser mentions the 404.

    def test_a_phone_is_enrolled_and_its_inbox_reloads(self):
        self.gateway.alarm("GA-B05-U1-302")
        self.browser.open(self.gateway.url + "/enrol/code-of-r0001")
        self.shot("enrol")
        self.browser.press("用这部手机接收报警")
        self.shows("我的报警消息", "报警 5号楼1单元302")
        self.shot("inbox")
        self.assertIn("refresh", self.browser.find("meta[http-equiv]").attribute("http-equiv"))
        self.browser.press("打开")
        self.shows("燃气报警")


class PhoneWithScript(PageTest):
    def test_a_live_change_appears_without_a_reload(self):
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.open_page("R0001", incident)
        self.browser.script("window.notReloaded = true")
        self.gateway.press(UNIT_HEAD, incident, "going")
        self.shows("单元长正在赶去")
        self.gateway.press(UNIT_HEAD, incident, "arrived")
        self.shows("单元长已到场")
        self.assertTrue(self.browser.script("return window.notReloaded"))

    def test_the_clocks_run(self):
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.open_page("R0001", incident)
        clock = ".top .clock"
        first = self.browser.text(clock)
        eventually(lambda: self.browser.text(clock) != first, "the clock runs")
        self.gateway.do("skip", seconds=700)
        self.browser.shows("没有人到场，已超时")
        eventually(lambda: self.browser.text(".door .clock").startswith("+1:4"), "the limit counts on")

    def test_a_press_is_confirmed_at_once_and_stays_on_the_page(self):
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.open_page(UNIT_HEAD, incident)
        self.browser.script("window.notReloaded = true")
        self.browser.press("我去")
        self.shows("已收到：我去", "您正在赶去")
        self.assertTrue(self.browser.script("return window.notReloaded"))
        self.shot("unit_head_going_live")

    def test_a_press_without_network_is_kept_and_sent_later(self):
        self.line_breaks = True
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.open_page("R0001", incident)
        self.browser.offline(True)
        self.browser.press("10 分钟")
        self.shows("没有网络。「我去 10 分钟」已记下")
        self.shot("relative_offline")
        self.browser.offline(False)
        self.shows("约 10 分钟到", "已收到：我去 10 分钟")
        self.assertEqual(self.gateway.press("R0001", incident, "going", minutes="10")["refusal"],
                         "already_going")

    def test_a_kept_press_survives_a_reload(self):
        self.line_breaks = True
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.open_page("R0001", incident)
        self.browser.block("*/cannot")
        self.browser.press("我去不了")
        self.shows("「我去不了」已记下")
        self.browser.reload()
        self.shows("「我去不了」已记下")
        self.browser.block()
        self.shows("已收到：我去不了")

    def test_the_page_comes_back_when_the_gateway_does(self):
        self.line_breaks = True
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.open_page("R0001", incident)
        self.browser.script("window.notReloaded = true")
        self.gateway.cut()
        self.gateway.press(UNIT_HEAD, incident, "going")
        self.shows("单元长正在赶去")
        self.assertTrue(self.browser.script("return window.notReloaded"))

    def test_what_is_being_typed_survives_a_live_change(self):
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.open_page("R0001", incident)
        self.browser.press("留言")
        self.browser.find("textarea").type("还在写")
        self.gateway.press(UNIT_HEAD, incident, "going")
        self.shows("单元长正在赶去")
        self.assertTrue(self.browser.find("textarea").is_shown())
        self.assertEqual(self.browser.script("return document.querySelector('textarea').value"),
                         "还在写")

    def test_the_tick_list_is_shared_and_survives_a_reload(self):
        incident = self.gateway.alarm("SM-B05-U1")
        self.open_page(OTHER_UNIT_HEAD, incident)
        self.shows("6 户，0 户有消息")
        first = self.browser.text(".homes .home-door")
        self.assertEqual(first, "302", "who can not come down stands first")
        self.gateway.press("B05-U1-201/1", incident, "help_me")
        eventually(lambda: self.browser.text(".homes .home-door") == "201", "who calls comes first")
        self.browser.press("101 已出来")
        self.shows("6 户，2 户有消息")
        self.shot("stairwell")
        self.browser.reload()
        self.shows("6 户，2 户有消息")
        self.open_page("B05-U1-102/1", incident)
        self.shows("6 户，2 户有消息")

    def test_only_a_page_before_somebodys_eyes_counts_as_opened(self):
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.assertEqual(self.gateway.do("asked")["opened"], [])
        self.open_page("R0001", incident)
        eventually(lambda: self.gateway.do("asked")["opened"] == ["R0001"], "opened is said")

    def test_an_inbox_rings_live_and_says_that_the_phone_has_it(self):
        self.browser.open(self.gateway.url + "/enrol/code-of-r0001")
        self.browser.press("用这部手机接收报警")
        self.shows("没有消息")
        eventually(lambda: "R0001 here" in self.gateway.do("asked")["presence"], "presence")
        self.gateway.alarm("GA-B05-U1-302")
        self.shows("报警 5号楼1单元302")
        eventually(lambda: self.gateway.do("asked")["receipts"], "a receipt")
        self.shot("inbox_live")

    def test_a_relative_with_two_homes_finds_both(self):
        first = self.gateway.alarm("GA-B05-U1-101")
        self.gateway.alarm("GA-B05-U1-201")
        self.open_page("R0002", first)
        self.shows("还有： 燃气报警 5号楼1单元201")
        self.shot("two_homes")
        self.browser.press("还有： 燃气报警 5号楼1单元201")
        self.shows("5号楼1单元201")


class Board(PageTest):
    size = DESK

    def log_in(self, user="desk1", password=PASSWORD):
        self.browser.open(self.gateway.url)
        self.browser.find("[name=user]").type(user)
        self.browser.find("[name=password]").type(password)
        self.browser.press("登录")

    def logged_in(self):
        self.log_in()
        self.shows("人工报警")

    def test_a_wrong_password_is_said_and_a_right_one_opens_the_board(self):
        self.log_in(password="guess")
        self.shows("用户名或密码不对。")
        self.shot("login")
        self.browser.complaints()  # The browser mentions the 403.
        self.logged_in()
        self.shows("一切平安", "样板社区")
        self.shot("board_quiet", whole=False)

    def test_an_alarm_appears_live_and_is_legible_from_afar(self):
        self.logged_in()
        self.browser.script("window.notReloaded = true")
        self.gateway.alarm("GA-B05-U1-302")
        self.shows("5号楼1单元302", "燃气报警", "需要救助", "还没有人去", "家属：")
        self.lacks("不能下楼", "name of")
        self.assertTrue(self.browser.script("return window.notReloaded"))
        size = "return parseFloat(getComputedStyle(document.querySelector(arguments[0])).fontSize)"
        self.assertGreaterEqual(self.browser.script(size, ".incident h2"), 36)
        self.assertGreaterEqual(self.browser.script(size, ".incident .clock"), 40)
        self.assertGreaterEqual(self.browser.script(size, ".incident .stand"), 26)

    def test_seen_is_pressed_on_the_list(self):
        self.logged_in()
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.browser.press("已看到")
        eventually(lambda: "已看到" not in self.buttons(), "the button goes")
        self.gateway.press(UNIT_HEAD, incident, "going")
        self.shows("单元长正在赶去")
        self.shot("board_one", whole=False)

    def test_an_incident_is_opened_by_hand(self):
        self.logged_in()
        self.browser.press("人工报警", "aside")
        self.browser.find("input[value=smoke] + span").click()
        self.browser.find("#place").type("U2-102")
        option = eventually(lambda: self.browser.all("#places option"), "places are offered")[0]
        self.assertEqual(option.attribute("value"), "B05-U2-102")
        self.browser.find("#place").clear()
        self.browser.find("#place").type("B05-U2-102")
        self.browser.find("[name=text]").type("送餐员报告")
        self.shot("board_by_hand", whole=False)
        self.browser.press("立即开始叫人", "aside")
        self.shows("5号楼2单元102", "烟雾报警", "有人口头报告")

    def test_an_incident_is_opened_read_and_closed_with_its_cause(self):
        self.gateway.do("unreachable", person="R0009")
        incident = self.gateway.alarm("GA-B05-U1-101")
        self.logged_in()
        self.browser.find(".incident h2 a").click()
        self.shows("独居", "name of R0009", "短信 没送到", "拨打电话")
        self.shot("incident")
        self.gateway.press(UNIT_HEAD, incident, "going")
        self.shows("单元长正在赶去")
        self.browser.press("结束报警")
        self.browser.find("details[open] textarea").type("灶上的锅")
        self.browser.press("锅烧干")
        self.shows("一切平安")
        self.open_page("R0002", incident)
        self.shows("已结束：锅烧干、火灭了")
        self.lacks("灶上的锅")

    def test_the_desk_directs(self):
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.logged_in()
        self.browser.open(f"{self.gateway.url}/incidents/{incident}")
        self.browser.press("派人去")
        self.browser.find("option[value='B05-U2-101/1']").click()
        self.browser.press("送出")
        self.browser.shows("name of B05-U2-101/1", "#side")
        self.browser.press("多叫些人")
        self.browser.press("确定")
        self.browser.shows("name of OF02", "#side")
        self.browser.press("通知全楼")
        self.browser.press("确定")
        self.browser.shows("name of B05-U2-102/1", "#side")

    def test_many_at_once_stay_in_order(self):
        self.logged_in()
        for device in ("GA-B05-U1-101", "GA-ZZZ", "GA-B05-U1-302", "SM-B05-U2"):
            self.gateway.alarm(device)
        eventually(lambda: len(self.browser.all(".incident")) == 4, "four incidents")
        self.assertIn("5号楼1单元302", self.browser.text(".incident"))
        self.shows("地点不明", "未登记的设备")
        self.gateway.do("well", key="health.broker.down", well="false")
        self.shows("消息服务器断开")
        self.shot("board_many", whole=False)
        self.browser.press("已处理", "aside")
        eventually(lambda: "未登记的设备" not in self.browser.text("aside"), "the matter goes")

    def test_the_language_is_switched_and_kept(self):
        self.gateway.alarm("GA-B05-U1-302")
        self.logged_in()
        self.browser.press("English", ".bar")
        self.shows("Open by hand", "GAS ALARM", "Nobody is going yet")
        self.assertEqual(self.browser.find("html").attribute("lang"), "en")
        self.shot("board_english", whole=False)
        self.gateway.alarm("GA-B05-U1-101")
        eventually(lambda: len(self.browser.all(".incident")) == 2, "live in English too")
        self.lacks("燃气报警")
        self.browser.press("中文", ".bar")
        self.shows("燃气报警")

    def test_a_quiet_board_is_not_at_peace_while_alarms_can_not_arrive(self):
        self.logged_in()
        self.shows("一切平安")
        self.gateway.do("well", key="health.broker.down", well="false")
        self.shows("系统不正常，可能收不到报警")
        self.lacks("一切平安")
        self.shot("board_blind", whole=False)

    def test_many_told_leave_room_for_other_incidents(self):
        self.gateway.alarm("SM-B05-U1")
        self.gateway.do("skip", seconds=700)
        self.logged_in()
        row = self.browser.find(".incident").height()
        self.assertLessEqual(row, DESK[1] / 3)

    def test_logging_out_leaves_nothing_behind(self):
        self.gateway.alarm("GA-B05-U1-302")
        self.logged_in()
        self.browser.press("退出", ".bar")
        self.shows("登录值班台")
        self.lacks("5号楼")

    def test_it_works_on_a_phone(self):
        incident = self.gateway.alarm("GA-B05-U1-302")
        self.logged_in()
        self.browser._fit(PHONE)
        try:
            self.shot("board_on_phone")
            wide = self.browser.script("return document.documentElement.scrollWidth")
            self.assertLessEqual(wide, PHONE[0])
            self.browser.open(f"{self.gateway.url}/incidents/{incident}")
            self.shows("不能下楼")
            self.shot("incident_on_phone")
            wide = self.browser.script("return document.documentElement.scrollWidth")
            self.assertLessEqual(wide, PHONE[0])
        finally:
            self.browser._fit(DESK)

    def test_an_ended_login_is_said_on_the_board(self):
        self.line_breaks = True
        self.logged_in()
        self.gateway.cut()  # A restart: sessions are in memory.
        self.shows("这个页面已经失效，请重新打开。")
        self.browser.complaints()  # The browser mentions the answers to a stranger.

    def test_a_viewer_sees_numbers_only(self):
        self.gateway.alarm("GA-B05-U1-302")
        self.log_in("guest")
        self.shows("起未结束", "燃气报警")
        self.lacks("5号楼", "人工报警")
        self.assertEqual(self.buttons(), [])
        self.shot("board_viewer", whole=False)


class BoardWithoutScript(Board):
    """What must not need a script: log in, see, open by hand, press, close, switch language."""
    script = False

    test_an_alarm_appears_live_and_is_legible_from_afar = None
    test_an_incident_is_opened_by_hand = None
    test_an_incident_is_opened_read_and_closed_with_its_cause = None
    test_the_desk_directs = None
    test_many_at_once_stay_in_order = None
    test_it_works_on_a_phone = None
    test_an_ended_login_is_said_on_the_board = None
    test_the_language_is_switched_and_kept = None
    test_seen_is_pressed_on_the_list = None
    test_a_viewer_sees_numbers_only = None
    test_a_quiet_board_is_not_at_peace_while_alarms_can_not_arrive = None
    test_many_told_leave_room_for_other_incidents = None

    def test_seen_open_by_hand_and_close(self):
        self.gateway.alarm("GA-B05-U1-302")
        self.logged_in()
        self.browser.press("已看到")
        self.shows("已收到：已看到")
        self.browser.press("人工报警", "aside")
        self.browser.find("input[value=gas] + span").click()
        self.browser.find("#place").type("北门")
        self.browser.press("立即开始叫人", "aside")
        self.shows("北门", "有人口头报告")
        self.browser.press("结束报警")
        self.browser.press("测试")
        self.shows("已收到：结束报警", "5号楼1单元302")
        self.browser.press("English", ".bar")
        self.shows("Open by hand")

    def test_the_list_reloads_by_itself(self):
        self.logged_in()
        refresh = self.browser.find("meta[http-equiv=refresh]").attribute("content")
        self.assertEqual(refresh, "15")


if __name__ == "__main__":
    SERVER, SHOTS = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
