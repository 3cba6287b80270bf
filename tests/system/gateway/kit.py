"""What the gateway's system tests share: a rig for each test, and the words they are written in."""

import collections
import sys
import unittest

import rig as rigs
from rig import Rig, Unexpected, wait_for

HOME = "B01-U1-201"  # Three people, an elder among them; one relative.
ALARM = f"GA-{HOME}"
RELATIVE = "R0003"
UNIT_HEAD = "B01-U1-102/1"

__all__ = ["ALARM", "HOME", "RELATIVE", "UNIT_HEAD", "GatewayTest", "Unexpected", "main", "wait_for"]


class GatewayTest(unittest.TestCase):
    maxDiff = None

    def rig(self, **options):
        """A rig with broker and sink; the daemon is started by the test."""
        made = Rig(**options)
        self.addCleanup(made.close)
        self.addCleanup(self.look_for_sanitizers, made)
        return made

    def running(self, **options):
        made = self.rig(**options)
        made.start()
        return made

    def look_for_sanitizers(self, made):
        for word in ("AddressSanitizer", "runtime error", "LeakSanitizer", "CHECK failed"):
            self.assertNotIn(word, made.log())

    def first_wave(self, rig, incident=None):
        """People -> how many first messages their phones took, and whether each was marked."""
        marks = collections.defaultdict(list)
        for message in rig.messages(letter="first"):
            if incident in (None, message["incident"]):
                marks[message["person"]].append(message["repeat"])
        return dict(marks)

    def told(self, rig, incident=None):
        """People told in the first wave, as the disk has it; without those whose phones are dead."""
        return {t["person"] for i in rig.incidents() if incident in (None, i["id"])
                for t in i["body"]["incident"]["told"] if t["wave"] == 0} - rig.dead_phones()

    def the_incident(self, rig, device=ALARM):
        """The only incident with this device, once it is on the disk."""
        def of_device():
            return [i for i in rig.incidents()
                    if device in {s["device"] for s in i["body"]["incident"]["sources"]}]
        found = rig.wait_for(f"an incident of {device} on the disk", of_device)
        self.assertEqual(len(found), 1, f"incidents of {device}")
        return found[0]

    def wait_told(self, rig, device=ALARM, timeout=15):
        """The incident of this device, when everybody of its first wave has a message."""
        incident = self.the_incident(rig, device)
        rig.wait_for(f"the first wave of {device}", lambda: self.told(rig, incident["id"])
                     and self.told(rig, incident["id"]) <= {
                         m["person"] for m in rig.messages(incident=incident["id"])}, timeout)
        return incident


def main():
    rigs.end_cleanly()
    unittest.main(argv=[sys.argv[0], "-v"] + sys.argv[1:])
