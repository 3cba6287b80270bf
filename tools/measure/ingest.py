"""Row: device messages a second through mosquitto, decoded, matched and supervised.

Floor: a Paho callback subscriber that only counts, on the same broker and publisher. A round is
floor, gateway; each on a broker that remembers nobody. The time runs from the publisher's first
message to the last arrival; publisher, broker and subscriber share the machine.
"""

import os
import statistics
import time

import estate
import machine
from rig import Unexpected, wait_for


def floor(world, make, count):
    """(messages a second, CPU seconds of the subscriber)"""
    world.fresh_broker()
    bare = world.bare("bare_subscriber", "--count", count)
    begun = estate.finish(world.load(count, make=make))["begun_ns"]
    last = int(bare.stdout.readline())
    _, status, usage = os.wait4(bare.pid, 0)
    bare.returncode = os.waitstatus_to_exitcode(status)
    bare.stdout.close()
    return count / ((last - begun) / 1e9), usage.ru_utime + usage.ru_stime


def gateway(world, make, count):
    world.fresh_broker()
    world.start()
    known = world.received()
    cpu = world.cpu()
    begun = estate.finish(world.load(count, make=make))["begun_ns"]
    wait_for("all messages at the gateway", lambda: world.received() >= known + count, 60, 0.01)
    seconds = (time.time_ns() - begun) / 1e9
    spent = world.cpu() - cpu
    if world.metric("shouwang_beats_dropped_total"):
        raise Unexpected("beats were dropped")
    if world.metric("shouwang_strangers_total"):
        raise Unexpected("messages did not match")
    world.stop_daemon()
    return count / seconds, spent


def measure(report, plan):
    report.head("Ingest: QoS 1 through mosquitto; floor: a bare Paho callback that counts")
    for make, rounds in plan.ingest_rounds.items():
        count = plan.ingest_count
        ours, bare = [], []
        with estate.World(plan.build) as world:
            world.fit_devices(make, 1125)
            for _ in range(rounds):
                bare.append(floor(world, make, count))
                ours.append(gateway(world, make, count))
        per = 100_000 / count
        rate = report.row(f"{make}: messages", "1/s", [o[0] for o in ours], [b[0] for b in bare])
        report.row(f"{make}: CPU per 100,000 messages", "s", [o[1] * per for o in ours],
                   [b[1] * per for b in bare])
        paired = statistics.median(o[0] / b[0] for o, b in zip(ours, bare))
        report.verdict(f"ingest of {make} at >= 0.85 of the bare subscriber", paired >= 0.85,
                       f"{rate['ours']:,.0f} of {rate['floor']:,.0f}/s, median of the rounds' ratios {paired:.2f}")
