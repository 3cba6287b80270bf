"""Rows: bursts of alarms and of silences (requirements 3.4 b to f), and what the same number of POSTs costs.

For each burst: how long after its alarm a home's first and last message of the first wave left, how
long the whole burst took, whether every home was told and whether the most vulnerable came first.
Floor: ab (Debian's apache2-utils) posting a message of the same size to the same sink as often as the
gateway did, on 32 connections that stay open.
"""

import collections
import re
import subprocess
import time

import estate
import path
from report import spread
from rig import Unexpected, wait_for


def settled(world, quiet_s=1.5, timeout=60):
    """All messages, once no further one has come for a while."""
    def still():
        before = len(world.messages(taken=False))
        time.sleep(quiet_s)
        return len(world.messages(taken=False)) == before and before
    wait_for("the sink to fall quiet", still, timeout, 0.01)
    return world.messages(taken=False)


def posts(world, count, body):
    """Seconds in which ab makes so many requests."""
    file = world.folder / "body.json"
    file.write_text(body)
    out = subprocess.run(["ab", "-q", "-k", "-c", "32", "-n", str(count), "-p", file, "-T", "application/json",
                          f"http://127.0.0.1:{world.sink_port}/push"], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True, check=True).stdout
    if "Failed requests:        0" not in out or "Non-2xx" in out:
        raise Unexpected(f"ab failed:\n{out}")
    return float(re.search(r"Time taken for tests:\s+([\d.]+)", out).group(1))


def bare_storm(world, devices):
    """The same alarms at once through the bare path: a commit and one POST each. Seconds."""
    world.fresh_broker()
    (world.folder / "floor.db").unlink(missing_ok=True)
    bare = world.bare("bare_path", "--filter", "shouwang/#", "--url",
                      f"http://127.0.0.1:{world.sink_port}/push", "--store", world.folder / "floor.db")
    world.forget_messages()
    try:
        sent = world.probe(world.alarms(devices), 0)
        got = wait_for("all of the floor's requests", lambda: (
            lambda m: m if len(m) >= len(sent) else None)(world.messages()), 60)
    finally:
        estate.end(bare)
    return (max(m["received_ns"] for m in got) - min(sent.values())) / 1e9


def burst(world, devices, gap_ms):
    """First wave of a burst: {place: [delays in ms]}, seconds from first alarm to last message."""
    world.fresh_broker()
    world.fresh_store()
    world.forget_messages()
    world.start_daemon()
    before = world.cpu_by_program()
    sent = world.probe(world.alarms(devices), gap_ms)
    messages = settled(world)
    cpu = {name: now - before[name] for name, now in world.cpu_by_program().items()}
    incidents = {row["id"]: row for row in world.incidents()}
    at = {topic.split("/")[3][3:]: ns for topic, ns in sent.items()}
    begun = min(sent.values())
    delays = collections.defaultdict(list)
    wave = [m for m in messages if m["letter"] in ("first", "info", "group")]
    for message in wave:
        place = incidents[message["incident"]]["household"] if message["incident"] in incidents else None
        if place in at:
            delays[place].append((message["received_ns"] - at[place]) / 1e6)
    whole = (max(m["received_ns"] for m in wave) - begun) / 1e9
    untold = sorted(set(at) - set(delays))
    return {"delays": delays, "whole_s": whole, "cpu": cpu, "count": len(messages), "untold": untold,
            "incidents": len(incidents), "letters": collections.Counter(m["letter"] for m in messages),
            "body": len(str(messages[0])) if messages else 0}


def tell(report, title, found, expected):
    first = spread([min(d) for d in found["delays"].values()])
    last = spread([max(d) for d in found["delays"].values()])
    report.row(f"{title}: first message of a home, p50", "ms", first["p50"])
    report.row(f"{title}: first message of a home, p99", "ms", first["p99"])
    report.row(f"{title}: last message of a home, p99", "ms", last["p99"])
    report.row(f"{title}: homes told", f"of {expected}", expected - len(found["untold"]),
               note=" ".join(f"{k}:{v}" for k, v in found["letters"].items()))
    report.verdict(f"{title}: nothing lost", not found["untold"],
                   f"{expected - len(found['untold'])} of {expected} alarms told")


def measure(report, plan):
    report.head("Storms; floor: ab posting as many messages to the same sink")
    homes, smoke = estate.gas_alarms(), estate.smoke_sensors()
    unit = [h for h in homes if h.startswith("GA-B05-U1-")][:24]
    with estate.World(plan.build) as world:
        world.start()
        world.stop_daemon()
        if not plan.quick:
            tell(report, "(b) a unit of 24 in 10 s", burst(world, unit, 10_000 / 24), len(unit))
            world.stop_daemon()
            tell_smoke(report, world, smoke)
        many = homes if not plan.quick else homes[:400]
        bursts = [(f"(d) {len(many):,} gas alarms in 10 s", 10_000 / len(many)),
                  (f"(d) {len(many):,} gas alarms at once", 0)]
        for title, gap in bursts[1:] if plan.quick else bursts:
            found = burst(world, many, gap)
            tell(report, title, found, len(many))
            if gap == 0:
                sample = world.messages()[0]
                body = '{"key":"ab","address":"test:ab","body":"' + "x" * len(sample["body"].encode()) + '"}'
                bare = [posts(world, found["count"], body) for _ in range(3)]
                row = report.row(f"{title}: first alarm to last message", "s", found["whole_s"], bare,
                                 note=f"{found['count']} messages; CPU " + ", ".join(
                                   f"{name} {seconds:.2f} s" for name, seconds in found["cpu"].items()))
                world.stop_daemon()
                durable = report.row(f"{title}: beside a commit and one POST each", "s", found["whole_s"],
                                     [bare_storm(world, many) for _ in range(2)])
                report.verdict("all devices at once, last message <= 2 x as many POSTs by a load tool",
                               row["ratio"] <= 2, f"{row['ours']:.2f} s, floor {row['floor']:.2f} s: "
                               f"{row['ratio']:.1f} x; "
                               f"a commit and one POST an alarm take {durable['floor']:.2f} s")
                continue
            world.stop_daemon()
        if not plan.quick:
            silence(report, world, homes + smoke)
        reconnect(report, world, many)


def tell_smoke(report, world, smoke):
    """(c): one alarm tells a whole stairwell."""
    found = burst(world, smoke, 2000 / len(smoke))
    report.row("(c) 45 smoke sensors in 2 s: last message after", "s", found["whole_s"],
               note=f"{found['count']} messages of {found['incidents']} incidents")
    report.verdict("(c) 45 stairwells: an incident each", found["incidents"] == len(smoke),
                   f"{found['incidents']} of {len(smoke)}")
    world.stop_daemon()


def silence(report, world, devices):
    """(e): every device speaks once and never again. With an interval of seconds instead of a minute."""
    world.fresh_broker()
    world.fresh_store()
    world.forget_messages()
    world.edit("profiles/native.yaml", r"interval: 60s", "interval: 4s")
    world.start_daemon()
    for device in devices:
        world.line.publish(f"shouwang/v1/changshan/{device}/beat", world.payload(device, state="normal"))
    wait_for("all beats", lambda: world.received() >= len(devices), 30, 0.05)
    spoken = time.time_ns()
    cpu = world.cpu()
    wait_for("a word about it", lambda: world.messages(taken=False), 120, 0.2)
    messages = settled(world, 5)
    report.row(f"(e) {len(devices):,} devices silent at once: last of {len(messages)} messages after", "s",
               (max(m["received_ns"] for m in messages) - spoken) / 1e9,
               note="12 s until three beats are missed, 20 s to see how many")
    report.row("(e) CPU for it", "s", world.cpu() - cpu)
    letters = {m["letter"] for m in messages}
    report.verdict("(e) one outage, no flood", letters == {"outage"} and len(messages) <= len(devices) / 4,
                   f"{len(messages)} messages: {', '.join(sorted(letters))}")
    world.stop_daemon()
    world.edit("profiles/native.yaml", r"interval: 4s", "interval: 60s")


def reconnect(report, world, homes):
    """(f): the gateway comes back to a broker full of beats with one alarm behind them."""
    world.fresh_broker()
    world.fresh_store()
    world.add_devices(1125)
    world.start_daemon()
    world.stop_daemon()
    estate.finish(world.load(5 * 1125))
    world.forget_messages()
    world.probe(world.alarms(homes[:1]), 0)
    begun = time.time_ns()
    world.start_daemon(ready=False)
    first = path.first_requests(world, 1)
    report.row("(f) started on 5,625 queued beats: the alarm behind them", "ms",
               (next(iter(first.values())) - begun) / 1e6)
    wait_for("all queued beats", lambda: world.received() >= 5 * 1125, 30, 0.01)
    dropped = world.metric("shouwang_beats_dropped_total")
    report.verdict("(f) queued beats and the alarm arrive", dropped == 0, f"{dropped:.0f} beats dropped")
    world.stop_daemon()
