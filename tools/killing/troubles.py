"""What can happen to a gateway, each a class with a name. A trouble begins while alarms come in, lasts a
while, and is over when strike() returns; the gateway may then still be on its way back.

    weight     how often it is drawn, beside the others
    excuses_s  how long after its end a phone may still get a message again because of it; None: never
"""

import contextlib
import json
import pathlib
import signal
import subprocess
import sys
import time

from rig import Unexpected, wait_for

from . import ground as grounds
from .proxy import CUT, DEAF, MUTE, OPEN, SILENT
from .verdict import KEPT_WITHIN_NS, BrokerDeath

# A try may be answered when it is too late, and a receipt may be waited for: src/dispatch/parcel.h.
UNANSWERED_S = 25
PLACES = ("heard", "committed", "acknowledged", "sent", "answered")
FIRST_PUSH_WITHIN_S = 10  # In a crowd, on a machine that does a lot of other things.


class Trouble:
    """One round. `bit` is set when the gateway was really hit."""
    weight = 1
    excuses_s = 2.0
    needs_points = False  # A build with SHOUWANG_KILL_AT.
    nothing_saved = False
    is_long = False  # More than half a minute: not in a short test.

    def __init__(self, ground, field, brief, night):
        self.ground, self.field, self.rng = ground, field, ground.rng
        self.brief = brief  # Short, for the test of every day.
        self.night = night
        self.bit = False

    def strike(self):
        raise NotImplementedError

    def a_while(self, shortest, longest):
        return shortest if self.brief else self.rng.uniform(shortest, longest)

    @contextlib.contextmanager
    def slower(self, rate):
        """Fewer alarms for as long as nothing of them can leave."""
        before, self.field.rate = self.field.rate, rate
        yield
        self.field.rate = before

    def seems_disconnected(self):
        self.bit = self.bit or not self.ground.is_connected()
        return self.bit


class Kill(Trouble):
    """kill -9 of the gateway, at work or while it comes up."""
    name = "kill"
    weight = 90

    def strike(self):
        if self.rng.random() < 0.6:
            self.ground.wait_ready()
            time.sleep(self.rng.uniform(0, 0.4))
        else:
            time.sleep(self.rng.uniform(0, 0.5))
        self.ground.kill_daemon()
        self.bit = True
        self.ground.start_daemon(ready=False)


class Point(Trouble):
    """kill -9 exactly between receive, commit, acknowledge, send and the saving of a phone's answer."""
    name = "point"
    weight = 25
    needs_points = True
    struck = 0  # Each in its turn.

    def strike(self):
        place = PLACES[Point.struck % len(PLACES)]
        Point.struck += 1
        self.ground.wait_ready()
        if self.ground.stop_daemon() != 0:
            raise Unexpected(f"expected a clean end; the daemon said:\n{self.ground.log()[-3000:]}")
        self.ground.start_daemon({"SHOUWANG_KILL_AT": f"{place}:{self.rng.randint(1, 12)}"}, ready=False)
        wait_for(f"death at {place}", lambda: self.ground.daemon.code() is not None, 20)
        if self.ground.daemon.code() != -signal.SIGKILL:
            raise Unexpected(f"expected death at {place}; the daemon ended with {self.ground.daemon.code()}")
        self.bit = True
        self.ground.start_daemon(ready=False)


class BrokerTrouble(Trouble):
    """kill -9 of the broker, often while messages for the gateway wait at it and nowhere else."""
    forgets = True

    def strike(self):
        ground = self.ground
        away = self.rng.random() < 0.6
        if away and self.rng.random() < 0.5:
            ground.to_broker.set(CUT)
        elif away:
            ground.wait_ready()
            ground.kill_daemon()
        time.sleep(self.rng.uniform(0, 4 if away else 1))
        ground.broker.kill()
        now = time.time_ns()
        is_new = now - self.night.subscribed_at < KEPT_WITHIN_NS  # Its file knows nothing of us yet.
        death = BrokerDeath(now, self.forgets or is_new, ground.devices_on_disk())
        self.night.broker_deaths.append(death)
        self.bit = True
        self.damage(pathlib.Path(ground.broker.folder) / "state" / "mosquitto.db")
        time.sleep(self.rng.uniform(0, 1))
        ground.broker.start()
        ground.to_broker.set(OPEN)
        if ground.daemon.code() is not None:
            ground.start_daemon(ready=False)
        ground.wait_ready()
        death.heals = time.time_ns()
        if death.forgot:
            self.night.subscribed_at = death.heals

    def damage(self, file):
        pass


class BrokerKept(BrokerTrouble):
    """It comes back with its file, which is at most a second old."""
    name = "broker-kept"
    weight = 5
    forgets = False


class BrokerForgot(BrokerTrouble):
    """It comes back without its file: no session, no retained state, nothing queued."""
    name = "broker-forgot"
    weight = 3

    def damage(self, file):
        file.unlink(missing_ok=True)


class BrokerZero(BrokerTrouble):
    """Its file is there and empty, as a full disk leaves it; mosquitto alone would not start."""
    name = "broker-zero"
    weight = 2

    def damage(self, file):
        file.write_bytes(b"")


class Cut(Trouble):
    """The network to the broker is down and up again: connections reset, new ones refused."""
    name = "cut"
    weight = 6
    excuses_s = None

    def strike(self):
        self.ground.wait_ready()
        for _ in range(self.rng.randint(1, 4)):
            if self.rng.random() < 0.5:
                self.ground.to_broker.reset()
            else:
                self.ground.to_broker.set(CUT)
            time.sleep(self.rng.uniform(0.05, 1.5))
            self.seems_disconnected()
            self.ground.to_broker.set(OPEN)
            time.sleep(self.rng.uniform(0, 0.5))


class HalfOpen(Trouble):
    """Nothing passes between gateway and broker, in one direction or both, and nothing says so."""
    name = "half-open"
    weight = 2
    excuses_s = None

    def strike(self):
        self.ground.wait_ready()
        with self.slower(5):
            self.ground.to_broker.set(self.rng.choice((SILENT, MUTE, DEAF)))
            until = time.monotonic() + self.a_while(14, 25)
            while time.monotonic() < until:
                self.seems_disconnected()
                time.sleep(0.2)
            if not self.bit:
                raise Unexpected("expected the gateway to notice a half-open connection within 14 s")
            if self.rng.random() < 0.5:
                self.ground.to_broker.reset()
            self.ground.to_broker.set(OPEN)


class SinkDown(Trouble):
    """The phones' provider is dead: nobody listens at its port."""
    name = "sink-down"
    weight = 2
    excuses_s = UNANSWERED_S

    def strike(self):
        self.ground.wait_ready()
        with self.slower(self.rate()):
            self.ground.kill_sink()
            self.bit = True
            time.sleep(self.lasts())
            self.ground.start_sink_again()

    def rate(self):
        return 8

    def lasts(self):
        return self.a_while(4, 20)


class SinkMinutes(SinkDown):
    """The same for two minutes: every way of every person is tried in vain, more than once."""
    name = "sink-minutes"
    weight = 1
    is_long = True

    def rate(self):
        return 2

    def lasts(self):
        return 120


class SinkSlow(Trouble):
    """Each phone takes its message, and the provider answers seconds later, or too late."""
    name = "sink-slow"
    weight = 2
    excuses_s = UNANSWERED_S

    def strike(self):
        self.ground.wait_ready()
        with self.slower(8):
            delay = self.rng.choice((1000, 5000, 12000))
            self.ground.sink_control(address="*", manner="slow", delay_ms=delay)
            self.bit = True
            time.sleep(self.a_while(3, 8))
            self.ground.sink_obeys_again()


class SinkReset(Trouble):
    """The provider takes messages and its connection breaks before it has said so."""
    name = "sink-reset"
    weight = 3
    excuses_s = UNANSWERED_S

    def strike(self):
        self.ground.wait_ready()
        for _ in range(self.rng.randint(1, 4)):
            self.ground.to_phones.set(DEAF)
            time.sleep(self.rng.uniform(0.1, 1))
            self.ground.to_phones.reset()
            self.bit = True
            self.ground.to_phones.set(OPEN)
            time.sleep(self.rng.uniform(0, 0.5))


class SinkRefusing(Trouble):
    """It answers 429, 500, or 200 with an error inside, or not at all."""
    name = "sink-refusing"
    weight = 4
    excuses_s = UNANSWERED_S

    def strike(self):
        self.ground.wait_ready()
        with self.slower(8):
            manner = self.rng.choice(("limit", "fail", "errcode", "hang", "drop"))
            more = {"retry_after_s": 2} if manner == "limit" else {}
            self.ground.sink_control(address="*", manner=manner, **more)
            self.bit = True
            time.sleep(self.a_while(2, 8))
            self.ground.sink_obeys_again()


class DiskTrouble(Trouble):
    """No save succeeds for a while; the gateway may be killed in the middle of it."""
    excuses_s = UNANSWERED_S
    nothing_saved = True
    rate = 8

    def strike(self):
        self.ground.wait_ready()
        with self.slower(self.rate):
            self.begin()
            begun = time.monotonic()
            lasts = self.a_while(3, 8)
            dies = self.rng.random() < 0.3
            while time.monotonic() < begun + lasts or not self.bit and time.monotonic() < begun + 20:
                time.sleep(0.3)
                self.bit = self.bit or self.is_failing()
                self.ground.revive_daemon()
                if dies and self.bit:
                    self.ground.kill_daemon()
                    dies = False
            self.end()
        self.ground.revive_daemon()
        self.ground.wait_ready()
        wait_for("saving to work again", lambda: not self.is_failing(), 60, 0.1)

    def is_failing(self):
        """Saves fail, or nothing can be read to begin with: it says so and does not start."""
        if self.ground.daemon.code() == 1:
            return True
        with contextlib.suppress(OSError):
            return self.ground.metric("shouwang_store_failing") == 1
        return False


class DiskFull(DiskTrouble):
    """Not a block is left on the store's file system."""
    name = "disk-full"
    weight = 2
    rate = 20  # What room there is in the files that exist is used up sooner.

    def begin(self):
        if self.ground.disk and self.rng.random() < 0.5:
            self.ground.stop_daemon()
            self.ground.disk.fill()
            self.ground.start_daemon(ready=False)
        elif self.ground.disk:
            self.ground.disk.fill()
        else:
            self.ground.shim.disk(grounds.FULL)

    def end(self):
        self.ground.shim.disk(grounds.WELL)
        if self.ground.disk:
            self.ground.disk.free()


class DiskReadOnly(DiskTrouble):
    """The kernel finds the file system damaged and makes it read-only; somebody has to mend it.

    No alarm comes in that very moment: ext4 then says yes to an fdatasync whose bytes are gone after
    the repair (Linux 6.18: 2 of 60 times, to a program that does nothing but write and ask). Nobody
    above it can know; tests/README.md."""
    name = "disk-read-only"
    weight = 2

    def begin(self):
        if self.ground.disk:
            self.field.is_silent = True
            time.sleep(0.7)
            self.ground.disk.fail()
            self.field.is_silent = False
        else:
            self.ground.shim.disk(grounds.READ_ONLY)

    def end(self):
        self.ground.shim.disk(grounds.WELL)
        if self.ground.disk:
            self.ground.kill_daemon()
            self.ground.disk.mend()


class DiskError(DiskTrouble):
    """Writes fail with an I/O error, or seem to succeed and making sure fails."""
    name = "disk-error"
    weight = 3

    def begin(self):
        self.ground.shim.disk(self.rng.choice((grounds.ERROR, grounds.UNSURE)))

    def end(self):
        self.ground.shim.disk(grounds.WELL)


class Stopped(Trouble):
    """SIGSTOP: the process stands still and then goes on as if nothing had happened. (That the watchdog
    of a real systemd bites meanwhile: tests/service/run.)"""
    name = "stopped"
    weight = 2
    excuses_s = UNANSWERED_S

    def strike(self):
        self.ground.wait_ready()
        with self.slower(5):
            self.ground.daemon.send(signal.SIGSTOP)
            self.bit = True
            time.sleep(self.a_while(3, 25))
            self.ground.daemon.send(signal.SIGCONT)
        self.ground.wait_ready()


class ClockSteps(Trouble):
    """The system clock is suddenly two hours fast or slow, and later right again."""
    name = "clock"
    weight = 4
    excuses_s = UNANSWERED_S

    def strike(self):
        self.ground.wait_ready()
        for hours in self.rng.choice(((2, 0), (-2, 0), (2, -2, 0), (-2, 2, 0))):
            self.ground.shim.step_clock(hours)
            self.bit = True
            time.sleep(self.a_while(0.5, 2.5))
            if hours and self.rng.random() < 0.3:
                self.ground.kill_daemon()
                self.ground.start_daemon(ready=False)
                self.ground.wait_ready()


class Crowd(Trouble):
    """3,145 devices connect within 5 s after a power cut, and one real alarm is among them."""
    name = "crowd"
    weight = 1
    excuses_s = None

    def strike(self):
        self.ground.wait_ready()
        count, seconds = (600, 1) if self.brief else (grounds.CROWD, 5)
        with self.slower(1):
            crowd = subprocess.Popen(
                [sys.executable, str(grounds.HERE / "crowd.py"), "--port", str(self.ground.broker.port), "--count",
                 str(count), "--seconds", str(seconds), "--boot", str(int(time.time()))],
                stdout=subprocess.PIPE, text=True, start_new_session=True)
            try:
                time.sleep(0.3 + seconds / 2)
                alarm = self.field.say_now()
                wait_for("the alarm among them on a phone", lambda: self.is_told(alarm), FIRST_PUSH_WITHIN_S)
                said = json.loads(crowd.stdout.readline() or "{}")
                if said.get("connected") != count or said.get("acknowledged") != 2 * count:
                    raise Unexpected(f"expected {count} devices to connect and say two things; came {said}")
                self.bit = True
                crowd.wait(30)
            finally:
                crowd.kill()
                crowd.communicate()

    def is_told(self, alarm):
        incidents = {i["id"] for i in self.ground.incidents()
                     if alarm.device in {s["device"] for s in i["body"]["incident"]["sources"]}}
        return any(m["incident"] in incidents for m in self.ground.messages())


ALL = {kind.name: kind for kind in (
    Kill, Point, BrokerKept, BrokerForgot, BrokerZero, Cut, HalfOpen, SinkDown, SinkMinutes, SinkSlow, SinkReset,
    SinkRefusing, DiskFull, DiskReadOnly, DiskError, Stopped, ClockSteps, Crowd)}
