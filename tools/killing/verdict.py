"""Holds three witnesses of a night together: what the broker acknowledged to the devices, what is on the
disk, and what the phones were sent. Knows nothing of how the gateway works.

For each alarm that the broker acknowledged to its sender:

  lost        there is no incident with its device, and nothing below allows that
  forgotten   there is none, and the broker's memory of it was destroyed before the gateway had it; only
              of plain devices, which say an alarm once. Counted, never hidden: what covers such an alarm
              is a device that repeats itself until the gateway has answered
  doubled     there are two incidents with it
  unanswered  a native device has no answer, or had one whose event is not on the disk
  not told    somebody whom the incident counts as told never had the message on a phone that works
  twice       somebody was promised two first messages about one incident

And for each further copy of a message that a phone took:

  marked      it says that it may be a repeat
  elsewhere   it came another way (push, then voice), because the first way had not confirmed it
  unmarked    the same way, and it does not say so
  idle        no trouble explains it
  memory      nothing could be saved, and before it could the gateway was killed: what it had said from
              memory it says again, unmarked or about an incident with another number

`lost`, `doubled`, `unanswered`, `not told`, `twice`, `unmarked`, `idle` and `ended` (the daemon ended by
itself, or broke a rule of its own) must be 0. When the broker may lose what it has acknowledged:

  its file kept     what it acknowledged in the last KEPT_WITHIN before it was killed; a subscription
                    younger than that is forgotten like any other memory of it
  its file removed  or empty: whatever the gateway did not have on its disk at that moment, and what
                    comes before the gateway has subscribed again: it knows of nobody to keep it for
"""

import collections
import dataclasses

FIRST = {"first", "info"}  # What tells a person of an incident.
TECHNICAL = {"upkeep", "outage"}
KEPT_WITHIN_NS = 2_500_000_000  # config/mosquitto.conf saves each second; a loaded machine is late.
MUST_BE_ZERO = ("lost", "doubled", "unanswered", "not told", "twice", "unmarked", "idle", "ended")
COLUMNS = ("rounds", "bit", "acknowledged", "incidents", "lost", "forgotten", "doubled", "unanswered",
           "not told", "twice", "messages", "marked", "elsewhere", "unmarked", "idle", "memory", "ended", "slowest s")


@dataclasses.dataclass
class Round:
    """One trouble of a night."""
    name: str
    begins: int  # ns since 1970
    ends: int = 0
    bit: bool = False  # The gateway was really hit by it, as it said itself or as could be seen.
    excuses_s: float = 2.0  # So long after its end a repeat may still come of it.
    excuses: bool = True  # A message may be repeated because of it.
    nothing_saved: bool = False  # What phones were sent in it may be known to nobody afterwards.
    ended: str = ""  # The daemon ended by itself in it, which it must not.
    slowest: float = 0.0  # Seconds from a device's word to the first phone.


@dataclasses.dataclass
class BrokerDeath:
    at: int
    forgot: bool  # Its file was removed or emptied, too, or older than the gateway's subscription.
    on_disk: set  # Devices that the gateway had on its disk then.
    heals: int = 1 << 62  # When the gateway had subscribed at it again.


class Evidence:
    """Of one night, gathered when everything is at rest."""

    def __init__(self, rig, alarms, rounds, broker_deaths, deaths):
        self.alarms = [a for a in alarms if a.acknowledged]
        self.rounds = rounds
        self.broker_deaths = broker_deaths
        self.unsaved_deaths = [d for d in deaths
                               if any(r.nothing_saved and r.begins < d < r.ends for r in rounds)]
        self.incidents = [i["body"]["incident"] for i in rig.incidents()]
        self.of_device = collections.defaultdict(list)
        for incident in self.incidents:
            for source in incident["sources"]:
                self.of_device[source["device"]].append(incident["id"])
        self.taken = collections.defaultdict(list)
        for message in rig.messages():
            self.taken[message["key"]].append(message)
        self.promised = collections.defaultdict(list)
        for parcel in rig.parcels():
            for item in parcel["items"]:
                if item["letter"] in FIRST:
                    self.promised[item["incident"], parcel["person"]].append(parcel["key"])
        self.dead = rig.dead_phones()

    def round_at(self, ns):
        """The trouble in which something happened: the last one that had begun."""
        last = self.rounds[0]
        for one in self.rounds:
            if one.begins > ns:
                break
            last = one
        return last

    def was_forgotten(self, alarm):
        return not alarm.native and any(
            alarm.device not in death.on_disk and (
                alarm.acknowledged <= death.heals if death.forgot else
                death.at - KEPT_WITHIN_NS < alarm.acknowledged <= death.at)
            for death in self.broker_deaths)

    def is_excused(self, before, again):
        """A trouble lies between the two, or was there when the first of them was under way."""
        return any(r.excuses and r.begins < again["received_ns"]
                   and before["received_ns"] < r.ends + r.excuses_s * 1e9 for r in self.rounds)

    def was_unsaved(self, before, again):
        """The gateway died between the two, and its disk had failed."""
        return any(before["received_ns"] < d < again["received_ns"] for d in self.unsaved_deaths)


def judge(evidence):
    """Figures by trouble and name; and each fault as (trouble, name, example)."""
    figures = collections.defaultdict(collections.Counter)
    faults = []

    def count(trouble, name, example):
        figures[trouble][name] += 1
        if name in MUST_BE_ZERO:
            faults.append((trouble, name, example))

    for one in evidence.rounds:
        figures[one.name].update(rounds=1, bit=int(one.bit))
        if one.ended:
            count(one.name, "ended", one.ended)
    _judge_alarms(evidence, figures, count)
    _judge_telling(evidence, count)
    _judge_copies(evidence, figures, count)
    return figures, faults


def _judge_alarms(evidence, figures, count):
    for alarm in evidence.alarms:
        trouble = evidence.round_at(alarm.said).name
        figures[trouble]["acknowledged"] += 1
        incidents = evidence.of_device[alarm.device]
        figures[trouble]["incidents"] += bool(incidents)
        if not incidents:
            count(trouble, "forgotten" if evidence.was_forgotten(alarm) else "lost", alarm)
        if len(incidents) > 1:
            count(trouble, "doubled", alarm)
        if alarm.native and not alarm.answered or alarm.answered and not incidents:
            count(trouble, "unanswered", alarm)


def _judge_telling(evidence, count):
    said = {a.device: a.said for a in evidence.alarms}
    arrived = {key: min(m["received_ns"] for m in copies) for key, copies in evidence.taken.items()}
    for incident in evidence.incidents:
        begun = min((said[s["device"]] for s in incident["sources"] if s["device"] in said), default=None)
        if begun is None:
            continue
        one = evidence.round_at(begun)
        first = []
        if not incident.get("told"):
            count(one.name, "not told", (incident["id"], "anybody"))
        for told in incident.get("told", []):
            keys = evidence.promised[incident["id"], told["person"]]
            first += [arrived[key] for key in keys if key in arrived]
            if told["person"] not in evidence.dead and not any(key in arrived for key in keys):
                count(one.name, "not told", (incident["id"], told["person"]))
            if len(keys) > 1:
                count(one.name, "twice", (incident["id"], told["person"]))
        if first:
            one.slowest = max(one.slowest, (min(first) - begun) / 1e9)


def _judge_copies(evidence, figures, count):
    known = {i["id"] for i in evidence.incidents}
    for key, copies in evidence.taken.items():
        figures[evidence.round_at(copies[0]["received_ns"]).name]["messages"] += len(copies)
        for before, again in zip(copies, copies[1:]):
            trouble = evidence.round_at(again["received_ns"]).name
            example = (key, again["person"], again["attempt"], again["channel"])
            if again["repeat"]:
                count(trouble, "marked", example)
            elif again["address"] not in {m["address"] for m in copies[:copies.index(again)]}:
                count(trouble, "elsewhere", example)
            else:
                count(trouble, "memory" if evidence.was_unsaved(before, again) else "unmarked", example)
            if not evidence.is_excused(before, again):
                count(trouble, "idle", example)
        if copies[0]["incident"] not in known and copies[0]["letter"] not in TECHNICAL:
            one = evidence.round_at(copies[0]["received_ns"])
            count(one.name, "memory" if one.nothing_saved else "idle", (key, copies[0]["person"]))


def slowest(evidence):
    """The longest time from a device's word to the first phone, by trouble, in seconds."""
    found = collections.defaultdict(float)
    for one in evidence.rounds:
        found[one.name] = max(found[one.name], one.slowest)
    return found
