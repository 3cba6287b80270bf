"""A bad configuration never runs, and never replaces a good one."""

import re
import signal
import subprocess

from kit import ALARM, GatewayTest, main

COMMUNITY = "communities/changshan/community.yaml"
FAULT = re.compile(r"^\S+\.yaml:\d+:\d+: .+", re.MULTILINE)


class Configuration(GatewayTest):
    def test_every_fault_is_named_with_file_line_and_column_and_the_exit_code_is_78(self):
        rig = self.rig()
        rig.edit("gateway.yaml", r"keep_alive: 8s", "keep_alive: 8 bananas")
        rig.edit(COMMUNITY, r"zone: Asia/Shanghai", "zone: Asia/Atlantis")
        for words in ([], ["--check"]):
            done = subprocess.run([rig.bin / "shouwangd", "--config", rig.config, *words],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)
            self.assertEqual(done.returncode, 78)
            faults = FAULT.findall(done.stderr)
            self.assertEqual(len(faults), 2, done.stderr)
            for file, word in (("gateway.yaml", "bananas"), ("community.yaml", "Atlantis")):
                lines = (rig.config / (COMMUNITY if "comm" in file else file)).read_text().splitlines()
                number, fault = next((n, f) for f in faults for n in [int(f.split(":")[1])] if file in f)
                self.assertIn(word, lines[number - 1], fault)
        self.assertFalse(rig.store.exists(), "nothing was begun")

    def test_sighup_takes_a_good_file_for_the_next_alarm(self):
        rig = self.running()
        rig.alarm(ALARM)
        self.assertNotIn("duty_b", {m["role"] for m in rig.messages(incident=self.wait_told(rig)["id"])})
        rig.edit(COMMUNITY, r"tell: \[household, relatives, unit_head, guarantors, duty_a\]",
                 "tell: [household, relatives, unit_head, guarantors, duty_a, duty_b]")
        rig.daemon.send(signal.SIGHUP)
        rig.wait_for("a word of it", lambda: "configuration taken" in rig.log())
        other = "GA-B07-U2-301"
        rig.alarm(other)
        incident = self.the_incident(rig, other)
        roles = {r for t in incident["body"]["incident"]["told"] if t["wave"] == 0 for r in t["roles"]}
        self.assertIn("duty_b", roles)

    def test_sighup_with_a_bad_file_says_where_it_is_bad_and_the_old_one_stays_live(self):
        rig = self.running()
        good = (rig.config / COMMUNITY).read_text()
        rig.edit(COMMUNITY, r"tell: \[household, relatives, unit_head, guarantors, duty_a\]",
                 "tell: [nobody_at_all]")
        rig.daemon.send(signal.SIGHUP)
        rig.wait_for("a word of it", lambda: "the old one stays live" in rig.log())
        self.assertRegex(rig.log(), r"community\.yaml:\d+:\d+: ")
        self.assertIn("nobody_at_all", rig.log())
        rig.alarm(ALARM)
        incident = self.wait_told(rig)
        self.assertEqual(len(self.told(rig, incident["id"])), 4)
        (rig.config / COMMUNITY).write_text(good)
        rig.daemon.send(signal.SIGHUP)
        rig.wait_for("the repaired file", lambda: "configuration taken" in rig.log())

    def test_a_reload_neither_ends_an_incident_nor_moves_its_ladder(self):
        rig = self.rig()
        rig.edit(COMMUNITY, "at: 60s", "at: 4s", 4)
        rig.start()
        rig.alarm(ALARM)
        incident = self.wait_told(rig)["id"]
        rig.edit(COMMUNITY, "at: 4s", "at: 100s", 4)
        rig.daemon.send(signal.SIGHUP)
        rig.wait_for("a word of it", lambda: "configuration taken" in rig.log())
        rig.wait_for("the wave at its old time", lambda: rig.messages(letter="again", incident=incident))
        self.assertIsNone(rig.incidents()[0]["closed_at"])


if __name__ == "__main__":
    main()
