"""The broker dies, forgets, refuses, and is flooded."""

import os
import pathlib
import random
import signal
import subprocess
import tempfile
import threading
import time

from kit import ALARM, GatewayTest, main
from mqtt_line import Line

STRANGER = "zigbee2mqtt/kitchen"  # Another profile's subscription: a detector that nobody has listed.


class BrokerGone(GatewayTest):
    def broker_dies(self, rig):
        rig.broker.kill()
        rig.wait_for("the gateway to notice", lambda: rig.metric("shouwang_broker_connected") == 0, 20)

    def everything_arrives_again(self, rig):
        rig.wait_for("the gateway to be back", rig.is_connected, 30)
        rig.alarm(ALARM)
        self.wait_told(rig)
        known = len(rig.incidents())
        rig.line.publish(STRANGER, '{"gas":true,"battery_low":false,"linkquality":90,"tamper":false}')
        rig.wait_for("an incident of the unlisted detector", lambda: len(rig.incidents()) == known + 1)

    def test_a_broker_that_died_and_remembers_gets_all_subscriptions_back(self):
        rig = self.running()
        rig.alarm("GA-B02-U1-301")
        self.wait_told(rig, "GA-B02-U1-301")
        rig.broker.save()
        self.broker_dies(rig)
        rig.broker.start()
        self.everything_arrives_again(rig)
        self.the_incident(rig, "GA-B02-U1-301")

    def test_a_broker_that_has_forgotten_everything_gets_all_subscriptions_back(self):
        rig = self.running()
        rig.alarm("GA-B02-U1-301")
        self.wait_told(rig, "GA-B02-U1-301")
        self.broker_dies(rig)
        rig.broker.forget()
        rig.broker.start()
        self.everything_arrives_again(rig)
        self.assertEqual({len(m) for m in self.first_wave(rig).values()} - {1, 2}, set())
        self.the_incident(rig, "GA-B02-U1-301")

    def test_an_alarm_that_came_while_the_gateway_was_down_survives_a_crash_of_the_broker(self):
        rig = self.running()
        rig.kill_daemon()
        rig.alarm(ALARM)
        rig.broker.save()
        rig.broker.kill()
        rig.broker.start()
        rig.start_daemon()
        self.wait_told(rig)

    def test_an_incident_rings_on_while_the_broker_is_gone(self):
        rig = self.rig()
        rig.edit("communities/changshan/community.yaml", "at: 60s", "at: 2s", 4)
        rig.start()
        rig.alarm(ALARM)
        incident = self.wait_told(rig)["id"]
        rig.broker.kill()
        rig.wait_for("the next wave", lambda: rig.messages(letter="again", incident=incident))

    def test_a_wrong_password_is_said_in_a_sentence_and_tried_on_until_it_is_right(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        users = pathlib.Path(folder.name) / "users"
        subprocess.run(["mosquitto_passwd", "-b", "-c", users, "gateway", "right"], check=True)
        users.chmod(0o644)
        os.chmod(folder.name, 0o755)
        rig = self.rig(broker_settings=f"listener {{port}} 127.0.0.1\nallow_anonymous false\n"
                                       f"password_file {users}\n")
        rig.credentials = {"user": "gateway", "password": "right"}
        secret = rig.config / "secrets" / "broker"
        secret.parent.mkdir(mode=0o700)
        secret.write_text("wrong\n")
        secret.chmod(0o600)
        rig.edit("gateway.yaml", r"  # user: shouwang .*", "  user: gateway")
        rig.edit("gateway.yaml", r"  # password: \{file: secrets/broker\}.*",
                 "  password: {file: secrets/broker}")
        rig.provide_store()
        rig.start_daemon(ready=False)
        rig.wait_for("a sentence about it", lambda: "refused user 'gateway'" in rig.log())
        self.assertNotIn("wrong", rig.log())
        self.assertIsNone(rig.daemon.code(), "it keeps trying")
        self.assertTrue(rig.is_served(), "the board is there all the same")
        self.assertEqual(rig.http("GET", "/readyz")[0], 503, "alarms are not taken")
        secret.write_text("right\n")
        rig.daemon.send(signal.SIGHUP)
        rig.wait_for("the connection", rig.is_connected, 40)
        rig.alarm(ALARM)
        self.wait_told(rig)


class Flood(GatewayTest):
    JUNK = 5000
    RATE = 1000  # a second

    def junk(self, rng):
        """A message that nobody can understand, on a topic that is listened to."""
        device = rng.choice(["GA-B02-U1-301", "GA-B02-U1-302", f"XX-{rng.randrange(500)}"])
        topic = f"shouwang/v1/changshan/{device}/{rng.choice(['event', 'beat'])}"
        body = rng.choice([
            b"", b"{", b"null", b'{"kind":"gas"}', b'{"kind":"gas","state":"burning"}',
            b'{"v":1,"kind":["gas"],"state":{"alarm":1}}', bytes(rng.randrange(256) for _ in range(60)),
            b"[" * 5000, b'{"kind":"gas","state":"\xff\xfe"}', b"x" * rng.randrange(20000)])
        return topic, body

    def pour(self, rig, rng, count):
        line = Line(rig.broker.port, "madman")
        self.addCleanup(line.close)
        started = time.monotonic()
        for number in range(count):
            line.publish(*self.junk(rng))
            time.sleep(max(0.0, started + number / self.RATE - time.monotonic()))
        self.assertTrue(line.wait_acked(range(1, count + 1), 30))

    def test_thousands_of_junk_messages_change_nothing_and_an_alarm_among_them_is_in_time(self):
        rig = self.running()
        flood = threading.Thread(target=self.pour, args=(rig, random.Random(11), self.JUNK))
        flood.start()
        rig.wait_for("the flood to be on", lambda:
                     rig.metric("shouwang_messages_received_total") > self.JUNK / 3, 60)
        _, at = rig.alarm(ALARM)
        incident = self.wait_told(rig, timeout=30)
        delay = (min(m["received_ns"] for m in rig.messages(incident=incident["id"])) - at) / 1e9
        print(f"alarm to first push in a flood of {self.RATE} junk messages a second: {delay * 1e3:.0f} ms")
        self.assertLess(delay, 5)
        flood.join()
        rig.wait_for("all of it to be read", lambda:
                     rig.metric("shouwang_messages_received_total") >= self.JUNK + 1, 60, 0.1)
        self.assertEqual(len(rig.incidents()), 1, "junk is no alarm")
        kept = [row["many"] for row in rig.sql(
            "SELECT count(*) AS many FROM raw_messages GROUP BY topic")]
        self.assertGreater(len(kept), 100, "it is kept for the technician")
        self.assertLessEqual(max(kept), 20)
        self.assertLessEqual(sum(kept), 5000)
        self.assertTrue(rig.is_served())


if __name__ == "__main__":
    main()
