"""Kills the gateway again and again under a rain of alarms, and then holds three witnesses together:
what the broker acknowledged to the devices, what is on the disk, and what the phones were sent.

A night is one fresh store. Devices alarm at a steady rate, each once, and like real ones some repeat
their event; the gateway is killed at random moments, at work or while it starts. In the morning it is
left in peace until everything has been told. Then, for each alarm that the broker acknowledged:

  lost       there is no incident with its device
  doubled    there are two
  not told   somebody whom the incident counts as told never had the message on a phone that works
  twice      somebody was promised two first messages about one incident
  unmarked   a phone took the same message again and the repeat was not marked as one
  idle       a repeat, marked or not, without a kill in between: nothing excuses it

All of these must be 0. Repeats that are marked and excused are counted: they were under way at a kill.
"""

import collections
import json
import random
import threading
import time

from rig import COMMUNITY, Rig, Unexpected

FIRST = {"first", "info"}  # What tells a person of an incident.


class Devices:
    """All gas alarms of the community, from a thread of its own. Keeps what the broker acknowledged."""

    def __init__(self, rig, rng, rate, devices):
        self.rig = rig
        self.rng = rng
        self.every = 1 / rate
        self.devices = devices
        self.alarms = {}  # Number of the publication -> device.
        self.repeats = 0
        self.trouble = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        self._stop.set()
        self._thread.join()
        if self.trouble:
            raise self.trouble
        if not self.rig.line.wait_acked(list(self.alarms)):
            raise Unexpected("expected the broker to acknowledge every alarm; it lives, and did not")

    @property
    def is_dry(self):
        return not self.devices

    def acknowledged(self):
        """Devices whose alarm the broker has acknowledged."""
        return [device for number, device in self.alarms.items() if number in self.rig.line.acked]

    def _run(self):
        said = collections.deque(maxlen=40)
        due = time.monotonic()
        try:
            while self.devices and not self._stop.is_set():
                device = self.devices.pop()
                event = f"{self.rng.getrandbits(48):012x}"
                self.alarms[self._publish(device, event)] = device
                said.append((device, event))
                if self.rng.random() < 0.25:
                    self._publish(*self.rng.choice(said))
                    self.repeats += 1
                due += self.every
                self._stop.wait(max(0.0, due - time.monotonic()))
        except BaseException as trouble:  # Told to whoever waits for us.
            self.trouble = trouble

    def _publish(self, device, event):
        return self.rig.line.publish(f"shouwang/v1/{COMMUNITY}/{device}/event",
                                     self.rig.payload(device, event=event))


def gas_devices(rig):
    lines = (rig.config / "communities" / COMMUNITY / "devices.csv").read_text().splitlines()
    return [line.split(",")[0] for line in lines if line.startswith("GA-")]


def kill_and_start(rig, rng):
    """One round: sometimes at work, sometimes before it has come up. Returns ns of the death."""
    if rng.random() < 0.6:
        rig.wait_ready()
        time.sleep(rng.uniform(0, 0.4))
    else:
        time.sleep(rng.uniform(0, 0.5))
    rig.kill_daemon()
    died = time.time_ns()
    rig.start_daemon(ready=False)
    return died


def wait_until_told(rig, devices, settle):
    """Until every alarm has an incident and no first message to a working phone is left, or it is clear
    that this will not come."""
    dead = rig.dead_phones()

    def is_told():
        here = {s["device"] for i in rig.incidents() for s in i["body"]["incident"]["sources"]}
        waiting = [p for p in parcels(rig, live=True) if p["person"] not in dead
                   and any(item["letter"] in FIRST for item in p["items"])]
        return set(devices) <= here and not waiting
    try:
        rig.wait_for("all to be told", is_told, timeout=settle, every=0.25)
    except Unexpected:
        pass  # The verdict says what is missing.


def parcels(rig, live=None):
    where = " WHERE community <> 'self-test'" + ("" if live is None else f" AND live = {int(live)}")
    return [json.loads(row["body"]) for row in rig.sql("SELECT body FROM parcels" + where)]


def judge(rig, acknowledged, deaths):
    """The verdict: figures by name, and up to three examples of each fault."""
    incidents = [i["body"]["incident"] for i in rig.incidents()]
    of_device = collections.defaultdict(list)
    for incident in incidents:
        for source in incident["sources"]:
            of_device[source["device"]].append(incident["id"])
    taken = collections.defaultdict(list)
    for message in rig.messages():
        taken[message["key"]].append(message)
    promised = collections.defaultdict(list)
    for parcel in parcels(rig):
        for item in parcel["items"]:
            if item["letter"] in FIRST:
                promised[item["incident"], parcel["person"]].append(parcel["key"])
    dead = rig.dead_phones()
    faults = {
        "lost": [d for d in acknowledged if not of_device[d]],
        "doubled": [d for d in acknowledged if len(of_device[d]) > 1],
        "not told": [(i["id"], t["person"]) for i in incidents for t in i["told"]
                     if t["person"] not in dead
                     and not any(taken[key] for key in promised[i["id"], t["person"]])],
        "twice": [pair for pair, keys in promised.items() if len(keys) > 1],
        "unmarked": [], "idle": []}
    marked = 0
    for key, copies in taken.items():
        for before, again in zip(copies, copies[1:]):
            # A request of the killed process may reach the phone a little after its death.
            excused = any(before["received_ns"] - 2e9 < d < again["received_ns"] for d in deaths)
            if not again["repeat"]:
                faults["unmarked"].append((key, again["person"]))
            elif excused:
                marked += 1
            if not excused:
                faults["idle"].append((key, again["person"]))
    figures = {"kills": len(deaths), "acknowledged": len(acknowledged), "incidents": len(incidents),
               "messages": sum(len(copies) for copies in taken.values()), "marked repeats": marked,
               **{name: len(found) for name, found in faults.items()}}
    return figures, {name: found[:3] for name, found in faults.items() if found}


def night(rig, rng, rounds, rate, settle):
    """Kills at most `rounds` times. Returns figures and faults."""
    devices = gas_devices(rig)
    rng.shuffle(devices)
    field = Devices(rig, rng, rate, devices)
    rig.start_daemon()  # Before its first connection ever the broker keeps nothing for it.
    field.start()
    deaths = []
    while len(deaths) < rounds and not field.is_dry:
        deaths.append(kill_and_start(rig, rng))
    field.stop()
    rig.wait_ready()
    wait_until_told(rig, field.acknowledged(), settle)
    if rig.stop_daemon() != 0:
        raise Unexpected(f"expected a clean end; the daemon said:\n{rig.log()[-3000:]}")
    figures, faults = judge(rig, field.acknowledged(), deaths)
    return {**figures, "repeated events": field.repeats}, faults


def only_first_waves(rig):
    """Nobody answers here: later waves would keep a night from ever becoming quiet. Summaries leave
    after 2 s instead of 15, for the same reason."""
    file = f"communities/{COMMUNITY}/community.yaml"
    for shipped, late, times in (("at: 60s", "at: 40min", 4), ("at: 150s", "at: 45min", 4),
                                 ("at: 300s", "at: 50min", 3), ("group_window: 15s", "group_window: 2s", 1)):
        rig.edit(file, shipped, late, times)


def run(rounds, seed, rate=20.0, build=None, settle=60, report=None):
    """Nights until so many kills; the sum of the figures, and every fault with its night."""
    rng = random.Random(seed)
    total, faults = collections.Counter(), []
    while total["kills"] < rounds:
        with Rig(build) as rig:
            only_first_waves(rig)
            rig.provide_store()
            figures, found = night(rig, rng, rounds - total["kills"], rate, settle)
        total.update(figures)
        if report:
            report(figures)
        faults += [f"night {len(faults) + 1}, {name}: {examples}" for name, examples in found.items()]
    return dict(total), faults
