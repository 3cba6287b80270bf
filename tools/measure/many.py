"""Row: one process for many communities, and where it bends.

One Book per community: the reference community, in which the alarms are, and 58 others of L5's or L6's size
(requirements 3.4) that beat. First each at its own rate; then L6's devices beat ever faster, until the
machine can not keep up: how long an alarm takes then, how many of the beats are handled, and whose
processor time is used up.
"""

import time

import estate
import path
from report import spread

TOPIC = "shouwang/v1/{community}/{device}/beat"
ROWS = (("one community", 0, 0), ("L5: 59 communities", 58, 1125), ("L6: 59 communities", 58, 3145))
RATES = (10_000, 30_000, 80_000)
ALARMS = 60


def alarms_under(world, homes, rate, communities, each, gap_ms):
    """Delays in ms of alarms of these homes while the other communities beat; and what it took: the beats
    handled of those sent, the CPU of the gateway and of the broker in per cent of a core."""
    seconds = len(homes) * gap_ms / 1000 + 2
    load = rate and world.load(int(rate * (seconds + 30)), rate=rate, devices=each, communities=communities,
                               topic=TOPIC)
    world.forget_messages()
    try:
        time.sleep(1.5)
        begun, received = time.monotonic(), world.received()
        cpu, broker = world.cpu(), world.broker_cpu()
        sent = world.probe(world.alarms(homes), gap_ms)
        wall = time.monotonic() - begun
        handled = (world.received() - received) / wall
        cpu, broker = ((now - before) / wall * 100 for now, before in (
            (world.cpu(), cpu), (world.broker_cpu(), broker)))
        first = path.first_requests(world, len(homes))
    finally:
        if load:
            estate.end(load)
    at = {topic.split("/")[3].removeprefix("GA-"): ns for topic, ns in sent.items()}
    return [(first[home] - ns) / 1e6 for home, ns in at.items()], handled, cpu, broker


def tell(report, title, found, rate):
    delays, handled, cpu, broker = found
    of = spread(delays)
    report.row(f"{title}: alarm to first push, p50", "ms", of["p50"])
    report.row(f"{title}: p99; worst of {of['count']}", "ms", of["p99"], note=f"worst {of['max']:.1f} ms")
    report.row(f"{title}: beats handled", "1,000/s", handled / 1000,
               note=f"of {rate / 1000:.1f}; CPU of the gateway {cpu:.0f} %, of the broker {broker:.0f} %")
    return of


def measure(report, plan):
    report.head("Beyond one community: the alarm path while the others beat")
    homes = estate.gas_alarms()
    curve = []
    for title, communities, each in ROWS:
        with estate.World(plan.build) as world:
            world.fit_communities(communities, each, besides=True)
            world.provide_store()
            world.start_daemon(timeout=120)
            rate = communities * each / 60
            found = alarms_under(world, homes[:ALARMS], rate, communities, each, plan.path_gap_ms)
            tell(report, f"{title}, {rate:,.0f} beats/s", found, rate)
            report.row(f"{title}: memory", "MB", world.memory())
            if title.startswith("L6"):
                for turn, faster in enumerate(RATES, 1):
                    some = homes[turn * ALARMS:(turn + 1) * ALARMS]
                    found = alarms_under(world, some, faster, communities, each, plan.path_gap_ms)
                    of = tell(report, f"L6's devices at {faster:,} beats/s", found, faster)
                    curve.append((faster, of["p50"], of["p99"]))
    report.curve("Alarm to first push, 182,410 devices", "beats/s", "ms", "p50", [c[:2] for c in curve])
    report.curve("Alarm to first push, 182,410 devices", "beats/s", "ms", "p99", [(c[0], c[2]) for c in curve])
