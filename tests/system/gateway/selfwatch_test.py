"""The gateway watches itself: test alarms, the sign of life, messages with which it stops."""

import http.server
import os
import signal
import tempfile
import threading
import time

from kit import ALARM, GatewayTest, main

OFFICE = "OF"  # Whoever is on duty: OF01 ... OF10.


class Monitor:
    """Somebody outside, who waits for the sign of life."""

    def __init__(self):
        self.pings = []
        self.status = 200
        monitor = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                monitor.pings.append((time.monotonic(), self.path, self.rfile.read(length)))
                self.send_response(monitor.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping/x7"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()


class SelfWatchTest(GatewayTest):
    def watched(self, every="5s", url=None, before=None):
        rig = self.rig()
        rig.edit("gateway.yaml", r"every: 5min", f"every: {every}")
        if url:
            rig.edit("gateway.yaml", r"every: 60s", f"every: 10s\n  url: {url}")
        rig.start(before=before)
        return rig

    def status(self, rig):
        return rig.ctl("status")

    def stuck_at(self, rig):
        test = self.status(rig)["self_test"]
        return test.get("stuck_at") if "broken_since" in test else None

    def matters(self, rig, fault):
        return [m for m in rig.ctl("matters") if m["fault"] == fault]


class TestAlarm(SelfWatchTest):
    def test_it_comes_through_the_whole_chain_and_nobody_hears_of_it(self):
        rig = self.watched()
        rig.wait_for("a second test", lambda: self.status(rig)["self_test"]["passed"] >= 2, 20)
        status = self.status(rig)
        self.assertEqual(set(status["self_test"]["stage_ms"]),
                         {"broker", "decoder", "core", "store", "outbox"})
        self.assertIn("self-test: passed at ", status["text"])
        self.assertTrue(status["well"])
        self.assertEqual(rig.metric("shouwang_self_test_broken"), 0)
        self.assertEqual(rig.metric("shouwang_incidents_opened_total"), 0)
        self.assertEqual((rig.incidents(), rig.messages(), rig.ctl("incidents", "--all")), ([], [], []))
        self.assertEqual(rig.sql("SELECT * FROM journal WHERE community = 'self-test'"), [])
        self.assertLessEqual(len(rig.sql("SELECT id FROM incidents")), 13, "a minute's tests")

    def test_a_broker_that_hangs_is_named_on_the_list_and_on_the_board_until_it_is_back(self):
        rig = self.watched()
        rig.wait_for("a test", lambda: self.status(rig)["self_test"]["passed"] >= 1)
        begun = time.monotonic()
        os.kill(rig.broker.pid, signal.SIGSTOP)
        self.addCleanup(os.kill, rig.broker.pid, signal.SIGCONT)
        rig.wait_for("the stage", lambda: self.stuck_at(rig) == "broker", 20)
        self.assertLess(time.monotonic() - begun, 12, "two periods")
        self.assertIn("! self-test: the broker has not brought the test alarm back since",
                      self.status(rig)["text"])
        self.assertEqual([m["subject"] for m in self.matters(rig, "self_test")], ["broker"])
        self.assertEqual(rig.metric("shouwang_self_test_broken"), 1)
        os.kill(rig.broker.pid, signal.SIGCONT)
        rig.wait_for("a test that passes", lambda: self.stuck_at(rig) is None, 40)
        rig.wait_for("the matter to be closed", lambda: not self.matters(rig, "self_test"))

    def test_a_broker_whose_access_list_forgets_the_test_alarm_is_named(self):
        rig = self.rig(broker_settings="listener {port} 127.0.0.1\nallow_anonymous true\n"
                                       f"acl_file {self.acl()}\n")
        rig.edit("gateway.yaml", r"every: 5min", "every: 5s")
        rig.start()
        rig.wait_for("the stage", lambda: self.stuck_at(rig) == "broker", 20)

    def acl(self):
        file = tempfile.NamedTemporaryFile("w", suffix=".acl", delete=False)
        self.addCleanup(os.unlink, file.name)
        with file:
            file.write("topic readwrite shouwang/v1/changshan/#\ntopic read #\ntopic read $SYS/#\n"
                       "topic readwrite shouwang/status/#\ntopic readwrite shouwang/status\n")
        os.chmod(file.name, 0o644)
        return file.name

    def test_switched_off_it_says_so(self):
        rig = self.watched(every='"off"')
        self.assertIn("self-test: switched off", self.status(rig)["text"])
        self.assertTrue(self.status(rig)["well"])
        self.assertEqual(self.status(rig)["self_test"], {"on": False, "passed": 0, "missed": 0})


class SignOfLife(SelfWatchTest):
    def monitored(self):
        monitor = Monitor()
        self.addCleanup(monitor.end)
        rig = self.watched(url=monitor.url)
        rig.line.subscribe("shouwang/status/beat")
        return rig, monitor

    def test_it_is_given_without_data_while_all_is_well_and_stops_with_the_broker(self):
        rig, monitor = self.monitored()
        rig.wait_for("two pings", lambda: len(monitor.pings) >= 2, 30)
        self.assertEqual({ping[1:] for ping in monitor.pings}, {("/ping/x7", b"")})
        rig.wait_for("a beat", lambda: [h for h in rig.line.heard if h.topic.endswith("/beat")])
        os.kill(rig.broker.pid, signal.SIGSTOP)
        self.addCleanup(os.kill, rig.broker.pid, signal.SIGCONT)
        rig.wait_for("it to be held", lambda: rig.metric("shouwang_sign_of_life_held") == 1, 30)
        known = len(monitor.pings)
        time.sleep(11)
        self.assertEqual(len(monitor.pings), known, "not well: no sign")
        self.assertIn("! sign of life: held back since", self.status(rig)["text"])
        os.kill(rig.broker.pid, signal.SIGCONT)
        rig.wait_for("it to come back", lambda: len(monitor.pings) > known, 40)

    def test_a_monitor_that_says_no_is_shown_and_no_reason_to_stop(self):
        rig, monitor = self.monitored()
        monitor.status = 404
        rig.wait_for("two pings", lambda: len(monitor.pings) >= 2, 30)
        rig.wait_for("the line", lambda: "! sign of life: not taken by the monitor since"
                     in self.status(rig)["text"])
        self.assertIn("(answered 404)", self.status(rig)["text"])
        self.assertNotIn("x7", self.status(rig)["text"] + rig.log(), "the address is a secret")
        self.assertTrue(self.status(rig)["well"])


class Shelf(SelfWatchTest):
    """SHOUWANG_CHOKE_ON: see src/app/fault_point.h."""

    CHOKE = {"SHOUWANG_CHOKE_ON": "poison"}

    def dies(self, rig):
        rig.wait_for("the daemon's death", lambda: rig.daemon.code() is not None)
        self.assertEqual(rig.daemon.code(), -signal.SIGABRT)

    def told_office(self, rig):
        return [m for m in rig.messages(letter="first") if m["person"].startswith(OFFICE)]

    def test_an_alarm_with_which_it_stops_twice_is_set_aside_and_rings_the_office(self):
        rig = self.rig()
        rig.start(environment=self.CHOKE)
        rig.alarm(ALARM, event="poison-1")
        self.dies(rig)
        rig.start_daemon(environment=self.CHOKE, ready=False)
        self.dies(rig)
        self.assertEqual(self.told_office(rig), [])
        rig.start_daemon(environment=self.CHOKE)
        rig.wait_for("the office's phone", lambda: self.told_office(rig))
        self.assertIn("shouwang/v1/changshan/" + ALARM, self.told_office(rig)[0]["title"] +
                      self.told_office(rig)[0]["body"])
        [incident] = rig.incidents()
        self.assertEqual(incident["body"]["incident"]["origin"], "set_aside")
        [raw] = rig.ctl("raw")
        self.assertEqual(raw["topic"], f"shouwang/v1/changshan/{ALARM}/event")
        self.assertIn("poison-1", raw["payload"])
        self.assertIn("set aside", raw["problem"])
        self.assertEqual(len(self.matters(rig, "set_aside")), 1)
        self.assertIn("! shelf: 1 messages could not be handled", self.status(rig)["text"])
        rig.alarm("GA-B02-U1-301")  # And life goes on.
        self.wait_told(rig, "GA-B02-U1-301")

    def test_a_retained_beat_with_which_it_stops_does_not_stop_it_for_ever(self):
        rig = self.rig()
        rig.start(environment=self.CHOKE)
        rig.line.wait_acked([rig.beat(ALARM, also=["low_battery"], note="poison")], 10)
        self.dies(rig)
        rig.start_daemon(environment=self.CHOKE, ready=False)
        self.dies(rig)
        rig.start_daemon(environment=self.CHOKE)
        rig.alarm("GA-B02-U1-301")
        self.wait_told(rig, "GA-B02-U1-301")
        self.assertEqual(len(self.matters(rig, "set_aside")), 1)

    def test_kills_from_outside_set_nothing_aside(self):
        rig = self.rig()
        rig.start()
        for _ in range(3):
            rig.daemon.send(signal.SIGSTOP)
            rig.alarm(ALARM, event="again-1")
            rig.kill_daemon()
            rig.start_daemon()
        self.wait_told(rig)
        self.assertEqual(self.matters(rig, "set_aside"), [])


if __name__ == "__main__":
    main()
