"""The checker of tools/killtest sees each fault that it is there for. No gateway: a night made by hand, in
which everything is right, and then one thing is not."""

import copy
import unittest

from killing.field import Alarm
from killing.verdict import BrokerDeath, Evidence, Round, judge

S = 1_000_000_000


class MadeByHand:
    """Two alarms, one of a plain and one of a native device; each told one person by push."""

    def __init__(self):
        self.alarms = [
            Alarm("GA-1", "e1", native=False, said=10 * S, acknowledged=10 * S + 1),
            Alarm("GA-2", "e2", native=True, said=20 * S, acknowledged=20 * S + 1, answered=21 * S)]
        self.rounds = [Round("kill", 5 * S, 12 * S), Round("cut", 12 * S, 30 * S, excuses=False)]
        self.broker_deaths = []
        self.deaths = [11 * S]
        self.bodies = [{"id": f"i{n}", "sources": [{"device": f"GA-{n}"}], "told": [{"person": f"P{n}"}]}
                       for n in (1, 2)]
        self.kept = [{"key": f"k{n}", "person": f"P{n}", "items": [{"letter": "first", "incident": f"i{n}"}]}
                     for n in (1, 2)]
        self.sent = [{"key": f"k{n}", "person": f"P{n}", "incident": f"i{n}", "letter": "first", "attempt": 1,
                      "repeat": False, "channel": "push", "address": f"test:P{n}/push",
                      "received_ns": 10 * n * S + 5} for n in (1, 2)]

    def incidents(self):
        return [{"body": {"incident": body}} for body in self.bodies]

    def messages(self):
        return sorted(self.sent, key=lambda m: m["received_ns"])

    def parcels(self):
        return self.kept

    def dead_phones(self):
        return {"P9"}

    def again(self, of, **changes):
        self.sent.append({**copy.deepcopy(self.sent[of]), **changes})


class Verdict(unittest.TestCase):
    def found(self, night):
        """What is wrong, as {(trouble, name): times}; and what is only counted."""
        evidence = Evidence(night, night.alarms, night.rounds, night.broker_deaths, night.deaths)
        figures, faults = judge(evidence)
        wrong = sorted((trouble, name) for trouble, name, _ in faults)
        return wrong, {name: sum(f[name] for f in figures.values())
                       for name in ("acknowledged", "incidents", "marked", "elsewhere", "forgotten", "memory")}

    def setUp(self):
        self.night = MadeByHand()

    def wrong(self):
        return self.found(self.night)[0]

    def test_a_night_in_which_all_is_right(self):
        self.assertEqual(self.found(self.night), ([], {"acknowledged": 2, "incidents": 2, "marked": 0,
                                                       "elsewhere": 0, "forgotten": 0, "memory": 0}))

    def test_an_alarm_without_an_incident_is_lost_in_the_round_in_which_it_was_said(self):
        del self.night.bodies[0]
        del self.night.sent[0]
        self.assertEqual(self.wrong(), [("kill", "lost")])

    def test_what_the_broker_never_acknowledged_is_not_asked_for(self):
        del self.night.bodies[0]
        del self.night.sent[0]
        self.night.alarms[0].acknowledged = 0
        self.assertEqual(self.wrong(), [])

    def test_two_incidents_of_one_event_are_one_too_many(self):
        self.night.bodies.append({**self.night.bodies[0], "id": "i3", "told": []})
        self.assertIn(("kill", "doubled"), self.wrong())

    def test_a_native_device_without_an_answer(self):
        self.night.alarms[1].answered = 0
        self.assertEqual(self.wrong(), [("cut", "unanswered")])

    def test_an_answer_about_what_is_not_on_the_disk_is_a_lie(self):
        del self.night.bodies[1]
        del self.night.sent[1]
        self.assertEqual(self.wrong(), [("cut", "lost"), ("cut", "unanswered")])

    def test_somebody_who_counts_as_told_and_never_got_it(self):
        del self.night.sent[0]
        self.assertEqual(self.wrong(), [("kill", "not told")])

    def test_a_phone_that_can_get_nothing_is_not_asked(self):
        self.night.bodies[0]["told"].append({"person": "P9"})
        self.assertEqual(self.wrong(), [])

    def test_an_incident_of_which_nobody_is_told(self):
        self.night.bodies[0]["told"] = []
        self.assertEqual(self.wrong(), [("kill", "not told")])

    def test_two_first_messages_promised_to_one_person(self):
        self.night.kept.append({**self.night.kept[0], "key": "k3"})
        self.assertEqual(self.wrong(), [("kill", "twice")])

    def test_a_repeat_over_a_kill_must_be_marked(self):
        self.night.again(0, received_ns=12 * S)
        self.assertEqual(self.wrong(), [("cut", "unmarked")])
        self.night.sent[-1]["repeat"] = True
        self.assertEqual(self.found(self.night)[1]["marked"], 1)
        self.assertEqual(self.wrong(), [])

    def test_a_repeat_that_no_trouble_explains_is_idle_even_if_it_is_marked(self):
        self.night.again(1, received_ns=28 * S, repeat=True)
        self.assertEqual(self.wrong(), [("cut", "idle")])

    def test_another_way_is_no_repeat_but_needs_a_reason_too(self):
        self.night.rounds[1].excuses = True
        self.night.again(1, received_ns=28 * S, channel="voice", address="test:P2/voice")
        self.assertEqual(self.found(self.night), ([], {"acknowledged": 2, "incidents": 2, "marked": 0,
                                                       "elsewhere": 1, "forgotten": 0, "memory": 0}))
        self.night.rounds[1].excuses = False
        self.assertEqual(self.wrong(), [("cut", "idle")])

    def test_what_a_broker_that_forgot_had_is_forgotten_not_lost_but_only_of_plain_devices(self):
        self.night.bodies, self.night.sent = [], []
        self.night.alarms[1].answered = 0
        self.night.broker_deaths = [BrokerDeath(25 * S, True, set())]
        wrong, counted = self.found(self.night)
        self.assertEqual(wrong, [("cut", "lost"), ("cut", "unanswered")])
        self.assertEqual(counted["forgotten"], 1)

    def test_what_was_on_our_disk_when_the_broker_forgot_is_lost_if_it_is_gone(self):
        del self.night.bodies[0]
        del self.night.sent[0]
        self.night.broker_deaths = [BrokerDeath(25 * S, True, {"GA-1"})]
        self.assertEqual(self.wrong(), [("kill", "lost")])

    def test_a_broker_that_kept_its_file_answers_for_what_it_had_some_seconds_before(self):
        del self.night.bodies[0]
        del self.night.sent[0]
        self.night.broker_deaths = [BrokerDeath(11 * S, False, set())]
        self.assertEqual(self.found(self.night)[1]["forgotten"], 1)
        self.night.broker_deaths = [BrokerDeath(14 * S, False, set())]
        self.assertEqual(self.wrong(), [("kill", "lost")])

    def test_a_message_about_nothing_needs_a_disk_that_failed(self):
        self.night.again(0, key="k7", incident="i7")
        self.assertEqual(self.wrong(), [("kill", "idle")])
        self.night.rounds[0].nothing_saved = True
        self.assertEqual((self.wrong(), self.found(self.night)[1]["memory"]), ([], 1))

    def test_a_daemon_that_ended_by_itself(self):
        self.night.rounds[0].ended = "the daemon ended with -6"
        self.assertEqual(self.wrong(), [("kill", "ended")])


if __name__ == "__main__":
    unittest.main()
