"""Row: from a device's alarm to the first push request at a phone's channel.

Ours: publish -> mosquitto -> gateway (decode, decide, one durable commit) -> request received by the
sink. Floor: the same publisher and sink, and between them a Paho callback that commits one row of the
same size on the same disk and makes one request. Both are timed from just before the publishing to the
moment at which the sink has read the first request. A round is floor, gateway; each with a broker that
remembers nobody and a sink whose file goes on.
"""

import contextlib
import statistics
import time

import estate
import machine
from report import percentile, spread
from rig import wait_for

STEPS = ["network and broker, in", "decode", "hand to the loop", "decide and write", "commit",
         "acknowledge", "send and receive"]


@contextlib.contextmanager
def beats(world, rate, seconds):
    """So many heartbeats a second while it lasts."""
    if not rate:
        yield
        return
    load = world.load(int(rate * (seconds + 30)), rate=rate)
    time.sleep(1.0)
    try:
        yield
    finally:
        estate.end(load)


def floor(world, devices, rate, gap_ms):
    """Delays in ms, one for each alarm."""
    world.fresh_broker()
    (world.folder / "floor.db").unlink(missing_ok=True)
    bare = world.bare("bare_path", "--filter", "shouwang/#", "--url",
                      f"http://127.0.0.1:{world.sink_port}/push", "--store", world.folder / "floor.db")
    world.forget_messages()
    try:
        with beats(world, rate, len(devices) * gap_ms / 1000):
            sent = world.probe(world.alarms(devices), gap_ms)
            got = wait_for("all of the floor's requests", lambda: (
                lambda m: m if len(m) >= len(sent) else None)(world.messages()), 30)
    finally:
        estate.end(bare)
    return [(m["received_ns"] - sent[m["key"]]) / 1e6 for m in got]


def first_requests(world, count, timeout=60):
    """Household -> ns at which the sink had the first request about its incident."""
    def complete():
        first = {}
        for message in world.messages(taken=False):
            first.setdefault(message["incident"], message["received_ns"])
        return first if len(first) >= count else None
    first = wait_for("a request for each alarm", complete, timeout, 0.05)
    rows = wait_for("their rows", lambda: (
        lambda found: found if {row["id"] for row in found} >= set(first) else None)(world.incidents()))
    return {row["household"]: first[row["id"]] for row in rows if row["id"] in first}


def gateway(world, devices, rate, gap_ms, trace=None):
    world.fresh_broker()
    world.fresh_store()
    world.forget_messages()
    world.start_daemon(environment={"SHOUWANG_TRACE": str(trace)} if trace else None)
    with beats(world, rate, len(devices) * gap_ms / 1000):
        sent = world.probe(world.alarms(devices), gap_ms)
        first = first_requests(world, len(devices))
    world.stop_daemon()
    at = {topic.split("/")[3].removeprefix("GA-"): ns for topic, ns in sent.items()}
    return {home: (first[home] - ns) / 1e6 for home, ns in at.items()}, at, first


def parts(trace, at, first):
    """Medians in microseconds of where the time of an alarm went."""
    turns = [[int(word) for word in line.split()] for line in trace.read_text().splitlines()]
    shares = []
    for home, begun in at.items():
        own = next((t for t in turns if begun <= t[0] <= first[home] and all(t)
                    and t == sorted(t)), None)
        if own:
            # The first request leaves while the others are still being handed to their channels.
            marks = [begun, *own[:-1], first[home]]
            shares.append([(b - a) / 1e3 for a, b in zip(marks, marks[1:])])
    return [statistics.median(column) for column in zip(*shares)], len(shares)


def rows_of(report, title, ours, bare):
    mine, beside = spread(ours), spread(bare)
    for name in ("p50", "p99", "p99.9", "max"):
        report.row(f"{title}: {name} of {mine['count']}", "ms", mine[name], beside[name])
    return mine, beside


def measure(report, plan):
    report.head("Alarm path: publish -> durable -> first push request at the sink; floor: bare callback, "
                "commit, POST")
    homes = estate.gas_alarms()
    with estate.World(plan.build) as world:
        world.add_devices(1125)
        for title, rate in (("idle", 0), ("1,000 beats/s", 1000), ("3,000 beats/s", 3000)):
            ours, bare = [], []
            for turn in range(plan.path_rounds):
                some = homes[turn::plan.path_rounds][:plan.path_alarms]
                trace = world.folder / f"trace.{rate}.{turn}"
                bare += floor(world, some, rate, plan.path_gap_ms)
                delays, at, first = gateway(world, some, rate, plan.path_gap_ms, trace)
                ours += delays.values()
            mine, beside = rows_of(report, title, ours, bare)
            for step, micros in zip(STEPS, parts(trace, at, first)[0]):
                report.row(f"   of this: {step}", "us", micros)
            report.curve("Alarm to first push", "share of alarms", "ms", f"{title}", [
                (s / 100, percentile(ours, s / 100)) for s in range(1, 101)], log=False)
            report.curve("Alarm to first push", "share of alarms", "ms", f"{title}, floor", [
                (s / 100, percentile(bare, s / 100)) for s in range(1, 101)], log=False)
            for name, limit in (("p50", 1.5), ("p99", 3.0)):
                ratio = mine[name] / beside[name]
                report.verdict(f"alarm to push, {title}, {name} <= {limit} x floor", ratio <= limit,
                               f"{mine[name]:.2f} ms, floor {beside[name]:.2f} ms: {ratio:.2f} x")
