"""kill -9 at the exact places where an alarm could be lost or told twice; and whatever else can happen."""

import time

import killing
from killing import ground, troubles
from kit import ALARM, GatewayTest, main


class KilledAtAPlace(GatewayTest):
    """SHOUWANG_KILL_AT: see src/app/fault_point.h."""

    def killed(self, place):
        rig = self.rig()
        rig.start()
        rig.line.subscribe(f"shouwang/v1/changshan/{ALARM}/ack")
        rig.stop_daemon()
        rig.start_daemon(environment={"SHOUWANG_KILL_AT": place})
        self.event, _ = rig.alarm(ALARM)
        rig.wait_for("the daemon's death", lambda: rig.daemon.code() is not None)
        self.assertEqual(rig.daemon.code(), -9)
        time.sleep(0.3)  # What was on its way to a phone arrives.
        self.before = self.first_wave(rig)
        self.answers = [h.payload.decode() for h in rig.line.heard]
        return rig

    def risen(self, rig):
        """After the restart: the one incident; people -> their first messages and their marks."""
        rig.start_daemon()
        incident = self.wait_told(rig)
        time.sleep(1.5)  # Nothing more may come.
        if not rig.line.heard:  # The broker had its acknowledgement: the device repeats itself.
            rig.alarm(ALARM, event=self.event)
            rig.wait_for("an answer to the device", lambda: rig.line.heard)
        self.assertEqual(self.told(rig, incident["id"]), set(self.first_wave(rig)))
        self.assertEqual(len(rig.incidents()), 1)
        return self.first_wave(rig)

    def test_before_the_save_the_broker_hands_the_alarm_over_again_and_nobody_knows_of_it(self):
        rig = self.killed("heard")
        self.assertEqual((self.before, self.answers, rig.incidents()), ({}, [], []))
        self.assertEqual(set(map(tuple, self.risen(rig).values())), {(False,)})

    def test_after_the_save_the_first_wave_leaves_once_and_says_that_it_may_be_a_repeat(self):
        rig = self.killed("committed")
        self.assertEqual((self.before, self.answers), ({}, []))
        self.assertEqual(len(rig.incidents()), 1)
        self.assertEqual(set(map(tuple, self.risen(rig).values())), {(True,)})

    def test_after_the_acknowledgement_the_first_wave_is_not_lost(self):
        rig = self.killed("acknowledged")
        self.assertEqual(self.before, {})
        self.assertEqual(set(map(tuple, self.risen(rig).values())), {(True,)})

    def test_after_the_sending_nobody_gets_a_second_message_that_is_not_marked(self):
        rig = self.killed("sent")
        for person, marks in self.risen(rig).items():
            self.assertIn(marks, ([True], [False, True]), person)

    def test_before_the_phones_answers_are_saved_only_what_was_under_way_is_repeated(self):
        rig = self.killed("answered")
        self.assertNotEqual(self.before, {})
        for person, marks in self.risen(rig).items():
            self.assertEqual(marks, self.before.get(person, []) + [True], person)

    def test_a_wave_whose_answers_are_saved_is_not_repeated_at_all(self):
        rig = self.running()
        rig.alarm(ALARM)
        incident = self.wait_told(rig)["id"]
        rig.wait_for("all of it on the phones", lambda: not rig.parcels(live=True))
        rig.restart_daemon()
        time.sleep(1.5)
        self.assertEqual(set(map(tuple, self.first_wave(rig, incident).values())), {(False,)})


class EveryTrouble(GatewayTest):
    """The short form of tools/killtest; hundreds of rounds: that tool."""

    def played(self, rounds, names, **options):
        def report(total, figures, faults):
            for fault in faults[:10]:
                print(*fault)
        total = killing.run(rounds, seed=7, names=names, brief=True, settle=60, report=report, **options)
        for row in total.table():
            print(*row)
        self.assertEqual(total.faults, [])
        return {name: sum(counted[name] for counted in total.figures.values())
                for name in ("acknowledged", "bit", "marked")}

    def test_twelve_kills_under_twenty_alarms_a_second_lose_nothing(self):
        total = self.played(12, ["kill"])
        self.assertGreater(total["acknowledged"], 50)

    def test_one_round_of_each_trouble_breaks_no_promise(self):
        if ground.may_mount():
            print(f"full and read-only disks are played by a shim: {ground.may_mount()}")
        names = [kind.name for kind in troubles.ALL.values() if not kind.is_long]
        total = self.played(1, names, each=True, rate=8)
        self.assertEqual(total["bit"], len(names), "each must have hit the gateway")


if __name__ == "__main__":
    main()
