"""From the broker to the phones, and back through the pages to the end."""

import json

from kit import ALARM, HOME, RELATIVE, UNIT_HEAD, GatewayTest, main


class Alarm(GatewayTest):
    def test_each_role_gets_a_message_of_its_own_within_a_second(self):
        rig = self.running()
        _, at = rig.alarm(ALARM)
        incident = self.wait_told(rig)
        messages = rig.messages(letter="first", incident=incident["id"])
        duty = next(m["person"] for m in messages if m["role"] == "duty_a")
        self.assertEqual(sorted((m["person"], m["role"]) for m in messages), sorted([
            (f"{HOME}/1", "resident"), (RELATIVE, "relative"), (UNIT_HEAD, "unit_head"),
            (duty, "duty_a")]))
        words = {m["body"].replace(m["link"], "") for m in messages}
        self.assertEqual(len(words), 4, "each role reads words of its own")
        self.assertEqual(len({m["link"] for m in messages}), 4, "each opens a page of their own")
        self.assertLess(max(m["received_ns"] for m in messages) - at, 1e9)

    def test_the_device_is_answered_when_its_alarm_is_on_the_disk(self):
        rig = self.running()
        rig.line.subscribe(f"shouwang/v1/changshan/{ALARM}/ack")
        event, _ = rig.alarm(ALARM)
        heard = rig.wait_for("an answer to the device", lambda: list(rig.line.heard))
        incidents = rig.incidents()  # Read from the file the moment the answer is there.
        self.assertEqual([i["household"] for i in incidents], [HOME])
        self.assertEqual(json.loads(heard[0].payload),
                         {"event": event, "incident": incidents[0]["id"]})
        self.assertFalse(heard[0].retained)

    def test_a_device_that_repeats_its_event_opens_one_incident_and_is_answered_each_time(self):
        rig = self.running()
        rig.line.subscribe(f"shouwang/v1/changshan/{ALARM}/ack")
        event, _ = rig.alarm(ALARM)
        for _ in range(4):
            rig.alarm(ALARM, event=event)
        rig.wait_for("five answers", lambda: len(rig.line.heard) == 5)
        incident = self.wait_told(rig)
        self.assertEqual({json.loads(h.payload)["incident"] for h in rig.line.heard}, {incident["id"]})
        self.assertEqual({len(marks) for marks in self.first_wave(rig).values()}, {1})

    def test_from_the_first_push_to_the_ending_everybody_hears_what_becomes_of_it(self):
        rig = self.running()
        password = rig.add_user("desk")
        rig.alarm(ALARM)
        incident = self.wait_told(rig)["id"]
        link = rig.messages(person=UNIT_HEAD)[0]["link"]
        self.assertEqual(rig.press(link, "going", minutes=3)["card"]["phase"], "claimed")
        self.assertEqual(rig.press(link, "arrived")["card"]["phase"], "on_scene")
        board = rig.log_in("desk", password)
        rig.kill_daemon()
        rig.start_daemon()
        self.assertEqual([row["phase"] for row in board.get("/api/v1/board")["rows"]], ["on_scene"],
                         "the board is still logged in")
        board.press(incident, "close", cause="pot")
        told = self.told(rig)
        rig.wait_for("an ending for each", lambda: len(rig.messages(letter="ending")) >= len(told))
        self.assertEqual(sorted(m["person"] for m in rig.messages(letter="ending")), sorted(told))
        self.assertEqual(sorted(m["person"] for m in rig.messages(letter="going")),
                         sorted(told - {UNIT_HEAD}))
        row = rig.incidents()[0]
        self.assertEqual((row["cause"], row["closed_at"] is not None), ("pot", True))
        self.assertIsNone(rig.ctl("verify").get("broken_at"))

    def test_smoke_in_a_stairwell_reaches_its_24_homes_within_three_seconds(self):
        rig = self.running()
        _, at = rig.alarm("SM-B05-U1")
        incident = self.wait_told(rig, "SM-B05-U1")
        messages = rig.messages(letter="first", incident=incident["id"])
        homes = {m["person"].split("/")[0] for m in messages if m["person"].startswith("B05-U1-")}
        self.assertEqual(len(homes), 24)
        self.assertLess(max(m["received_ns"] for m in messages) - at, 3e9)


if __name__ == "__main__":
    main()
