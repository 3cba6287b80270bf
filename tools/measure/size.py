"""Rows: memory, start and reload by the number of devices; start with 1,000 open incidents.

Start runs from the process's creation to `ready` with the broker's subscriptions granted. The estates
are copies of the reference community with so many native devices each, without ledgers; the row
"reference" has the ledgers: 3,100 homes, their people and a year's rota.
"""

import time

import estate
import path
from rig import wait_for

SIZES = ((1, 0), (1, 1125), (59, 1125), (59, 3145), (64, 15625))  # Communities, devices in each.


def timed_start(world):
    begun = time.monotonic()
    world.start_daemon(ready=False)
    wait_for("the daemon to be ready", lambda: world.is_served() and world.is_connected(), 300, 0.002)
    return time.monotonic() - begun


def start_and_weigh(world, rounds):
    """(seconds of each start, MB after the last)"""
    world.start_daemon(timeout=300)
    world.stop_daemon()  # The store is there and the pages are in the cache.
    times = []
    for turn in range(rounds):
        times.append(timed_start(world))
        if turn + 1 < rounds:
            world.stop_daemon()
    time.sleep(0.5)
    return times, world.memory()


def timed_reload(world):
    begun = time.monotonic()
    world.ctl("reload")
    return time.monotonic() - begun


def measure(report, plan):
    report.head("Size: memory, start, reload")
    with estate.World(plan.build) as world:
        world.provide_store()
        times, reference = start_and_weigh(world, plan.size_rounds)
        start = report.row("reference community with ledgers: start", "s", times)
        report.row("reference community with ledgers: memory", "MB", reference)
        report.row("reference community with ledgers: reload", "s", timed_reload(world))
        world.stop_daemon()
        report.verdict("memory of the reference community <= 30 MB", reference <= 30, f"{reference:.1f} MB")
        report.verdict("start with 1,125 devices <= 0.3 s", start["ours"] <= 0.3, f"{start['ours']:.2f} s")
    weights, starts, reloads = [], [], []
    for communities, each in SIZES[:plan.sizes]:
        devices = communities * each
        with estate.World(plan.build) as world:
            world.fit_communities(communities, each)
            times, memory = start_and_weigh(world, plan.size_rounds)
            reload_s = timed_reload(world)
            after = world.memory()
            world.stop_daemon()
        row = report.row(f"{devices:,} devices in {communities} communities: start", "s", times)
        report.row(f"{devices:,} devices: memory (after a reload)", "MB", memory, note=f"({after:.1f} MB)")
        report.row(f"{devices:,} devices: reload", "s", reload_s)
        weights.append((devices, memory))
        starts.append((devices, row["ours"]))
        reloads.append((devices, reload_s))
        if devices == 185_555:
            report.verdict("start with 185,555 devices <= 3 s", row["ours"] <= 3, f"{row['ours']:.2f} s")
    report.curve("Memory", "devices", "MB", "gateway", [w for w in weights if w[0]])
    report.curve("Start and reload", "devices", "s", "start", [s for s in starts if s[0]])
    report.curve("Start and reload", "devices", "s", "reload", [s for s in reloads if s[0]])
    per_device(report, weights)
    open_incidents(report, plan)


def per_device(report, weights):
    """Between two sizes with as many communities, what one device adds."""
    of = dict(weights)
    if 66_375 in of and 185_555 in of:
        each = (of[185_555] - of[66_375]) * 1024 * 1024 / (185_555 - 66_375)
        report.row("memory of each further device", "bytes", each)
        report.verdict("each further device <= 600 bytes", each <= 600, f"{each:.0f} bytes")


def open_incidents(report, plan):
    count = 1000 if not plan.quick else 200
    with estate.World(plan.build) as world:
        world.start()
        homes = estate.gas_alarms()[:count]
        world.probe(world.alarms(homes), 0)
        path.first_requests(world, count)
        world.stop_daemon()
        times, memory = start_and_weigh(world, plan.size_rounds)
        report.row(f"start with {count:,} open incidents", "s", times, note=f"{memory:.1f} MB")
        report.row(f"reload with {count:,} open incidents", "s", timed_reload(world))
        world.stop_daemon()
