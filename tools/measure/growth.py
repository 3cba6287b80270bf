"""Rows: CPU in steady state at the load rows L1 .. L6 (requirements 3.4), and growth of the disk.

CPU is the daemon's user and system time over the wall clock, in per cent of one core. Floor: the bare
subscriber at the same rate. Every device of a row beats once in 60 s; beats are published without
RETAIN, to spare the broker.
"""

import pathlib
import time

import estate
import machine

ROWS = (("L1", 1, 1125), ("L2", 1, 3145), ("L3", 1, 3573), ("L4", 2, 3359), ("L5", 59, 1125), ("L6", 59, 3145))
TOPIC = "shouwang/v1/{community}/{device}/beat"


def per_cent(pid, seconds):
    cpu, wall = machine.cpu_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return 100 * (machine.cpu_seconds(pid) - cpu) / (time.monotonic() - wall)


def under_load(world, pid, rate, communities, each, seconds):
    load = world.load(int(rate * (seconds + 30)) + 1, rate=rate, devices=each, communities=communities,
                      topic=TOPIC)
    time.sleep(1.0)
    try:
        return per_cent(pid, seconds)
    finally:
        estate.end(load)


def measure(report, plan):
    report.head("Steady state: CPU of one core; floor: a bare subscriber")
    points, floors = [], []
    for name, communities, each in ROWS if not plan.quick else ROWS[::5]:
        devices = communities * each
        rate = devices / 60
        with estate.World(plan.build) as world:
            world.fit_communities(communities, each)
            bare = world.bare("bare_subscriber", "--count", 10**9)
            beside = under_load(world, bare.pid, rate, communities, each, plan.steady_s)
            estate.end(bare)
            world.fresh_broker()
            world.start_daemon(timeout=120)
            ours = under_load(world, world.daemon.process.pid, rate, communities, each, plan.steady_s)
            world.stop_daemon()
        report.row(f"{name}: {devices:,} devices, {rate:,.1f} beats/s", "% of a core", ours, beside)
        points.append((rate, ours))
        floors.append((rate, beside))
    report.curve("CPU in steady state", "beats/s", "% of a core", "gateway", points)
    report.curve("CPU in steady state", "beats/s", "% of a core", "bare subscriber", floors)
    disk(report, plan)


def size_of(folder):
    return sum(f.stat().st_size for f in pathlib.Path(folder).glob("shouwang.db*"))


def disk(report, plan):
    """A day's beats leave one row a device; each incident leaves its journal and its messages."""
    import path
    with estate.World(plan.build) as world:
        world.start()
        world.stop_daemon()
        empty = size_of(world.store.parent)
        world.start_daemon()
        homes = estate.gas_alarms()
        beats = [(t.replace("/event", "/beat"), world.payload(h, state="normal"))
                 for h, (t, _) in zip(homes, world.alarms(homes))]
        world.probe(beats, 0)
        time.sleep(0.3)
        world.stop_daemon()
        seen = size_of(world.store.parent)
        world.start_daemon()
        some = homes[:100]
        world.probe(world.alarms(some), 5)
        path.first_requests(world, len(some))
        time.sleep(1)
        world.stop_daemon()
        full = size_of(world.store.parent)
    report.row("disk: last-seen times of 1,080 devices, rewritten every 5 min", "KB", (seen - empty) / 1024)
    report.row("disk: an incident with its first wave, journal included", "KB", (full - seen) / 1024 / len(some))
    report.row("disk: growth a day at two incidents", "KB", 2 * (full - seen) / 1024 / len(some))
