"""Nights of trouble for a real gateway, and what is left in the morning.

A night is one fresh store. Devices alarm at a steady rate while one trouble after the other, drawn from a
seed (troubles.py), befalls the gateway, its broker, its network, its disk, its clock and the phones'
provider. Then it is left in peace until everything has been told, and verdict.py holds together what the
broker acknowledged to the devices, what is on the disk, and what the phones were sent.

The promise, by trouble (the words are those of verdict.py):

  kill, point            nothing acknowledged is lost; a repeat says that it is one
  cut, half-open         the same, and no message is repeated because of it
  broker-kept            the same for what the broker had a second ago; what it had acknowledged later it
                         may have forgotten: native devices repeat it, and lose nothing
  broker-forgot, -zero   native devices lose nothing; of plain ones, nothing that was on our disk
  sink-*                 nothing is lost and everybody is told, another way or later; what comes twice
                         is marked, or came another way
  disk-*                 phones ring from memory, nothing is acknowledged that is not saved, so nothing
                         is lost
  stopped, clock         nothing is lost, and everybody is told
  crowd                  the alarm in its middle rings, and nothing is lost
"""

import collections
import contextlib
import random
import resource
import time

from rig import Unexpected, wait_for

from . import ground as grounds
from . import troubles, verdict
from .field import Field

TOO_GENTLE = 5  # Of so many rounds of a trouble at least one must have hit the gateway.
BROKEN = ("AddressSanitizer", "runtime error", "LeakSanitizer", "ThreadSanitizer", "CHECK failed")


def gas_devices(rig):
    lines = (rig.config / "communities" / "changshan" / "devices.csv").read_text().splitlines()
    return [line.split(",")[0] for line in lines if line.startswith("GA-")]


class Night:
    def __init__(self, ground, rate, brief):
        self.ground = ground
        self.brief = brief
        self.rounds = []
        self.broker_deaths = []
        self.subscribed_at = 0  # ns; when the gateway subscribed at a broker that did not know it.
        devices = gas_devices(ground)
        ground.rng.shuffle(devices)
        self.field = Field(ground, ground.rng, rate, devices)

    def live(self, deck):
        """Plays troubles off the deck until it is empty or all devices have alarmed."""
        self.ground.provide_store()
        self.ground.start_daemon()  # Before its first connection ever the broker keeps nothing for it.
        self.subscribed_at = time.time_ns()
        self.field.start()
        while deck and not self.field.is_dry:
            self.play(troubles.ALL[deck.pop()])

    def play(self, kind):
        trouble = kind(self.ground, self.field, self.brief, self)
        one = verdict.Round(kind.name, time.time_ns(), excuses=kind.excuses_s is not None,
                            excuses_s=kind.excuses_s or 0, nothing_saved=kind.nothing_saved)
        self.rounds.append(one)
        try:
            trouble.strike()
        except Unexpected as missed:
            one.ended = (f"{missed}\nthe round before: {self.rounds[-2].name if self.rounds[1:] else None}; served: "
                         f"{self.ground.is_served()}, connected: {self.ground.is_connected()}; the daemon said last:\n"
                         f"{self.ground.log()[-3000:]}")
            self.ground.heal()
        one.bit = trouble.bit
        one.ends = time.time_ns()
        if self.ground.daemon.code() is not None:
            one.ended = one.ended or f"the daemon ended with {self.ground.daemon.code()}"
            self.ground.start_daemon(ready=False)

    def morning(self, settle):
        """Peace until all is told; then the verdict."""
        self.ground.heal()
        self.ground.wait_ready()
        self.field.stop()
        self.wait_until_told(settle)
        evidence = verdict.Evidence(self.ground, self.field.alarms, self.rounds, self.broker_deaths,
                                    self.ground.deaths)
        if self.ground.stop_daemon() != 0:
            self.rounds[-1].ended = f"no clean end; the daemon said:\n{self.ground.log()[-3000:]}"
        for word in BROKEN:
            if word in self.ground.log():
                at = self.ground.log().index(word)
                self.rounds[-1].ended = self.ground.log()[max(0, at - 300):at + 3000]
        figures, faults = verdict.judge(evidence)
        return figures, faults, verdict.slowest(evidence)

    def wait_until_told(self, settle):
        """Until every alarm has an incident and no first message to a working phone is left, or it is
        clear that this will not come."""
        dead = self.ground.dead_phones()
        expected = {a.device for a in self.field.alarms if a.native}

        def is_told():
            waiting = [p for p in self.ground.parcels(live=True) if p["person"] not in dead
                       and any(item["letter"] in verdict.FIRST for item in p["items"])]
            return expected <= self.ground.devices_on_disk() and not waiting
        with contextlib.suppress(Unexpected):  # The verdict says what is missing.
            wait_for("all to be told", is_told, timeout=settle, every=0.5)


def deck_of(rounds, names, rng, each=False):
    """So many names, drawn by weight; `each`: so many of each name. Every name is in it early."""
    if each:
        deck = names * rounds
        rng.shuffle(deck)
        return deck
    deck = []
    while len(deck) < rounds:
        cards = [name for name in names for _ in range(troubles.ALL[name].weight)]
        rng.shuffle(cards)
        deck = cards + deck
    return deck[-rounds:]


class Sum:
    """The figures of all nights, by trouble, and what was wrong."""

    def __init__(self):
        self.figures = collections.defaultdict(collections.Counter)
        self.slowest = collections.defaultdict(float)
        self.faults = []
        self.nights = self.repeats = 0

    def add(self, figures, faults, slowest, repeats):
        self.nights += 1
        self.repeats += repeats
        for name, counted in figures.items():
            self.figures[name].update(counted)
            self.slowest[name] = max(self.slowest[name], slowest[name])
        self.faults += [f"night {self.nights}, {trouble}, {what}: {example}" for trouble, what, example in faults]

    def close(self):
        for name, counted in self.figures.items():
            if counted["rounds"] >= TOO_GENTLE and not counted["bit"]:
                self.faults.append(f"too gentle: none of {counted['rounds']} rounds of {name} hit the gateway")

    @property
    def rounds(self):
        return sum(counted["rounds"] for counted in self.figures.values())

    def table(self):
        """Rows of cells: a head, each trouble, all."""
        order = [name for name in troubles.ALL if name in self.figures]
        total = sum((self.figures[name] for name in order), collections.Counter())
        rows = [("trouble", *verdict.COLUMNS)]
        for name, counted, slow in [(n, self.figures[n], self.slowest[n]) for n in order] + [
                ("all", total, max(self.slowest.values(), default=0))]:
            rows.append((name, *(f"{slow:.1f}" if c == "slowest s" else counted[c] for c in verdict.COLUMNS)))
        return rows


def run(rounds, seed, names=None, rate=20.0, build=None, settle=200, brief=False, each=False, until=None,
        report=None):
    """Nights until so many rounds, or the moment `until` (time.monotonic()); their Sum."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000) if hard > 0 else 20000, hard))
    rng = random.Random(seed)
    names = list(names or troubles.ALL)
    deck = deck_of(rounds, names, rng, each)
    total = Sum()
    needs_disk = any(name.startswith("disk") for name in names) and not grounds.may_mount()
    while deck and (until is None or time.monotonic() < until):
        with grounds.Ground(build, rng.getrandbits(32), needs_disk) as ground:
            night = Night(ground, rate, brief)
            night.live(deck)
            figures, faults, slowest = night.morning(settle)
        total.add(figures, faults, slowest, night.field.repeats)
        if report:
            report(total, figures, faults)
    total.close()
    return total
