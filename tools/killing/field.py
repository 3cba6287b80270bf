"""The devices of a night, from a thread of its own, and what the broker promised them.

There are two kinds. A *plain* one says its alarm once, as most detectors on the market do; MQTT repeats
it until the broker has acknowledged it, and nobody after that. A *native* one keeps to
config/profiles/native.yaml: it says the same event again after 2, 4, 8 and then every 15 seconds, and
after each connection, until the gateway has answered that the event is on its disk.
"""

import collections
import dataclasses
import json
import threading
import time

from mqtt_line import Line
from rig import COMMUNITY, Unexpected, wait_for

KEPT = 10  # Devices for say_now().
AGAIN_AFTER = (2, 4, 8, 15)  # Seconds; the last one for ever.


@dataclasses.dataclass
class Alarm:
    """One event of one device. Times are ns since 1970, 0: not yet."""
    device: str
    event: str
    native: bool
    said: int = 0
    acknowledged: int = 0  # By the broker.
    answered: int = 0  # By the gateway; native ones only.
    times: int = 0  # How often it was said.
    again_at: float = 0  # time.monotonic(); native ones only.


class Field:
    """Alarms at a steady rate until it is dry or stopped. Counters may be read from any thread."""

    def __init__(self, rig, rng, rate, devices):
        self.rig = rig
        self.rng = rng
        self.rate = rate  # Alarms a second; may be changed at any time.
        self.devices = devices
        self.alarms = []
        self.is_silent = False  # No new alarms for now.
        self.repeats = 0  # Events that native devices said again.
        self.trouble = None
        self._line = None
        self._under_way = {}  # Number on the line -> alarm.
        self._unanswered = {}  # Device -> alarm.
        self._orders = collections.deque()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()

    @property
    def is_dry(self):
        return len(self.devices) < 40

    def say_now(self):
        """One native alarm at once, whatever the rate; as Alarm, when it is said."""
        place = []
        self._orders.append(place)
        return wait_for("the field to say an alarm", lambda: place or self._look(), 20)[0]

    def stop(self, timeout=90):
        """No new alarms, but what was said is carried through: to the broker, to the answer."""
        self._stop.set()
        self._thread.join(timeout)
        self._look()
        if self._thread.is_alive():
            waiting = [a for a in self.alarms if not a.acknowledged]
            self.trouble = Unexpected("stopped")
            self._thread.join(5)
            if waiting:
                raise Unexpected(f"expected the broker to acknowledge every alarm; {len(waiting)} wait, "
                                 f"such as {waiting[0]}")

    def _look(self):
        if self.trouble:
            raise self.trouble

    # ---- the thread

    def _run(self):
        try:
            due = time.monotonic()
            while not self.trouble:
                if not self._line or not self._line.is_open:
                    self._connect()
                now = time.monotonic()
                if now >= due and len(self.devices) > KEPT and not (self.is_silent or self._stop.is_set()):
                    self._say_new()
                    due = max(due + 1 / self.rate, now - 0.5)
                self._hear()
                self._repeat(now)
                if self._stop.is_set() and not self._under_way and not self._unanswered:
                    break
                time.sleep(0.005)
            if self._line:
                self._line.close()
        except BaseException as trouble:  # Told to whoever waits for us.
            self.trouble = trouble

    def _say_new(self, place=None):
        native = place is not None or self.rng.random() < 0.5
        alarm = Alarm(self.devices.pop(), f"{self.rng.getrandbits(48):012x}", native)
        self.alarms.append(alarm)
        if native:
            self._unanswered[alarm.device] = alarm
        self._say(alarm)
        if place is not None:
            place.append(alarm)

    def _say(self, alarm):
        alarm.said = alarm.said or time.time_ns()
        alarm.again_at = time.monotonic() + AGAIN_AFTER[min(alarm.times, len(AGAIN_AFTER) - 1)]
        alarm.times += 1
        try:
            number = self._line.publish(f"shouwang/v1/{COMMUNITY}/{alarm.device}/event",
                                        self.rig.payload(alarm.device, event=alarm.event))
        except (ConnectionError, AttributeError):
            number = None  # Said again after the next connection.
        self._under_way[number or -len(self.alarms) - alarm.times] = alarm

    def _connect(self):
        """Anew; and what the broker has not acknowledged, or the gateway not answered, is said again."""
        self._hear()
        unsaid = {a.device: a for a in self._under_way.values() if not a.acknowledged}
        self._under_way = {}
        self._line = None
        while not self._line and not self.trouble:
            try:
                line = Line(self.rig.broker.port, "field")
                line.subscribe(f"shouwang/v1/{COMMUNITY}/+/ack")
                self._line = line
            except (OSError, ConnectionError):
                time.sleep(0.1)
        self._heard = 0
        for alarm in {**unsaid, **self._unanswered}.values():
            self.repeats += alarm.times > 0
            self._say(alarm)

    def _hear(self):
        if not self._line:
            return
        for number in [n for n in self._under_way if n in self._line.acked]:
            alarm = self._under_way.pop(number)
            alarm.acknowledged = alarm.acknowledged or self._line.acked[number]
        for heard in self._line.heard[self._heard:]:
            self._heard += 1
            alarm = self._unanswered.get(heard.topic.split("/")[3])
            if alarm and json.loads(heard.payload).get("event") == alarm.event:
                alarm.answered = heard.at_ns
                del self._unanswered[alarm.device]

    def _repeat(self, now):
        while self._orders:
            self._say_new(self._orders.popleft())
        for alarm in [a for a in self._unanswered.values() if now >= a.again_at]:
            self.repeats += 1
            self._say(alarm)
