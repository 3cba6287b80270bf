"""Rows: the same job done by a Node-RED flow, and the notifying half done by Alertmanager.

Same machine, broker, publishers and sink, taking turns. The flow sends exactly the messages that the
gateway sent for the same alarm, Alertmanager one webhook for each alert. Neither peer is durable: that
is measured in the last rows and held against nobody in the others.
"""

import time

import estate
import ingest
import machine
import path
import storm
from report import spread
from rig import wait_for

from . import alertmanager, node_red


def book_of(world):
    """What the gateway sent for each alarm of the storm that is in the sink's file."""
    home_of = {row["id"]: row["household"] for row in world.incidents()}
    book = {}
    for message in world.messages():
        fields = {k: v for k, v in message.items() if k not in ("received_ns", "status")}
        device = "GA-" + home_of[message["incident"]]
        book.setdefault(device, []).append({**fields, "device": device})
    return book


def first_of(messages, device_of):
    first = {}
    for message in messages:
        device = device_of(message)
        if device:
            first.setdefault(device, message["received_ns"])
    return first


def of_flow(message):
    return message.get("device")


def of_alertmanager(message):
    return message["alerts"][0]["labels"]["key"].split("/")[0] if "alerts" in message else None


def delays(first, sent):
    return [(first[device] - at) / 1e6 for device, at in sent.items() if device in first]


def by_device(sent):
    return {topic.split("/")[3]: at for topic, at in sent.items()}


class Contest:
    def __init__(self, report, plan, world):
        self.report, self.plan, self.world = report, plan, world
        self.homes = estate.gas_alarms()
        self.few = self.homes[:200]
        self.ours = {}

    def gateway(self):
        world = self.world
        found = storm.burst(world, self.homes, 0)
        self.book = book_of(world)
        self.ours["storm"] = spread([min(d) for d in found["delays"].values()])
        self.ours["storm_s"] = found["whole_s"]
        self.ours["memory"] = world.memory()
        world.stop_daemon()
        delays_of, _, _ = path.gateway(world, self.few, 0, self.plan.path_gap_ms)
        self.ours["idle"] = spread(delays_of.values())

    # ---- Node-RED

    def node_red(self, program):
        world = self.world
        world.fresh_broker()
        peer = node_red.NodeRed(world, program, self.book)
        peer.start()
        try:
            self._flow_path(peer)
            self._flow_storm(peer)
            memory = machine.memory_mb(peer.pid)
        finally:
            peer.kill()
        self._flow_rate(program)
        self.report.row("memory after a storm, beside Node-RED", "MB", self.ours["memory"], memory)
        self.report.verdict("memory <= 1/5 of Node-RED's", self.ours["memory"] <= memory / 5,
                            f"{self.ours['memory']:.0f} MB, Node-RED {memory:.0f} MB")

    def _flow_path(self, peer):
        world = self.world
        world.forget_messages()
        sent = by_device(world.probe(world.alarms(self.few), self.plan.path_gap_ms))
        first = wait_for("Node-RED's requests", lambda: (
            lambda f: f if len(f) >= len(sent) else None)(first_of(world.messages(), of_flow)), 60, 0.05)
        theirs = spread(delays(first, sent))
        self._compare("alarm to push, idle, beside Node-RED", self.ours["idle"], theirs)
        self.report.verdict("p99 of alarm to push 20 x lower than Node-RED's",
                            theirs["p99"] >= 20 * self.ours["idle"]["p99"],
                            f"{self.ours['idle']['p99']:.2f} ms, Node-RED {theirs['p99']:.1f} ms")

    def _flow_storm(self, peer):
        world = self.world
        world.forget_messages()
        peer.world = world
        sent = by_device(world.probe(world.alarms(self.homes), 0))
        messages = storm.settled(world, 3)
        theirs = spread(delays(first_of(messages, of_flow), sent))
        whole = (max(m["received_ns"] for m in messages) - min(sent.values())) / 1e9
        self._compare("storm, first message of a home, beside Node-RED", self.ours["storm"], theirs)
        self.report.row("storm, last message, beside Node-RED", "s", self.ours["storm_s"], whole,
                        note=f"{len(messages)} messages")
        self.report.verdict("storm 50 x faster than Node-RED (p50 of a home's first message)",
                            theirs["p50"] >= 50 * self.ours["storm"]["p50"],
                            f"{self.ours['storm']['p50']:.0f} ms, Node-RED {theirs['p50']:.0f} ms")

    def _flow_rate(self, program):
        """Turn and turn about, on the devices that the ingest row has."""
        count, ours, theirs = self.plan.ingest_count // 2, [], []
        with estate.World(self.plan.build) as world:
            world.fit_devices("native", 1125)
            peer = node_red.NodeRed(world, program, {})
            for _ in range(2):
                ours.append(ingest.gateway(world, "native", count))
                world.fresh_broker()
                peer.start()
                cpu = machine.cpu_seconds(peer.pid)
                begun = estate.finish(world.load(count))["begun_ns"]
                wait_for("all messages at Node-RED", lambda: (peer.count() or 0) >= count, 120, 0.02)
                seconds = (time.time_ns() - begun) / 1e9
                theirs.append((count / seconds, machine.cpu_seconds(peer.pid) - cpu))
                peer.kill()
        rate = self.report.row("messages, beside Node-RED", "1/s", [o[0] for o in ours], [t[0] for t in theirs])
        cpu = self.report.row("CPU per 100,000 messages, beside Node-RED", "s",
                              [o[1] * 1e5 / count for o in ours], [t[1] * 1e5 / count for t in theirs])
        self.report.verdict("messages/s >= 2 x Node-RED's", rate["ratio"] >= 2, f"{rate['ratio']:.1f} x")
        self.report.verdict("CPU per message <= 1/5 of Node-RED's", cpu["ratio"] <= 0.2, f"{cpu['ratio']:.2f} x")

    # ---- Alertmanager

    def alertmanager(self):
        world = self.world
        peer = alertmanager.Alertmanager(world)
        peer.start()
        try:
            world.forget_messages()
            sent = {}
            for device in self.few:
                sent[device] = peer.alert([device])
                time.sleep(self.plan.path_gap_ms / 1000)
            first = wait_for("Alertmanager's webhooks", lambda: (
                lambda f: f if len(f) >= len(sent) else None)(first_of(world.messages(), of_alertmanager)), 60)
            self._beat("alarm to push, idle, beside Alertmanager", "idle", spread(delays(first, sent)))
            world.forget_messages()
            at = peer.alert([f"{d}/{i}" for d in self.homes for i in range(len(self.book.get(d, [1])))])
            sent = dict.fromkeys(self.homes, at)
            messages = storm.settled(world, 3)
            self._beat("storm, first message of a home, beside Alertmanager", "storm",
                       spread(delays(first_of(messages, of_alertmanager), sent)))
            memory = machine.memory_mb(peer.pid)
        finally:
            peer.kill()
        self.report.row("memory after a storm, beside Alertmanager", "MB", self.ours["memory"], memory)
        self.report.verdict("memory below Alertmanager's", self.ours["memory"] < memory,
                            f"{self.ours['memory']:.0f} MB, Alertmanager {memory:.0f} MB")

    def _compare(self, title, ours, theirs):
        for name in ("p50", "p99", "max"):
            self.report.row(f"{title}: {name}", "ms", ours[name], theirs[name])

    def _beat(self, title, which, theirs):
        self._compare(title, self.ours[which], theirs)
        self.report.verdict(f"{title}: faster, while durable", all(
            self.ours[which][name] <= theirs[name] for name in ("p50", "p99")),
            f"p50 {self.ours[which]['p50']:.2f} / {theirs['p50']:.2f} ms, p99 "
            f"{self.ours[which]['p99']:.2f} / {theirs['p99']:.2f} ms")


def outage(report, plan, program, killed):
    """All at once: the sink is gone for `plan.outage_s`, 200 alarms come; delivered afterwards."""
    homes = estate.gas_alarms()[:200]
    with estate.World(plan.build) as world:
        book = {home: [{"key": home, "address": "test:peer", "device": home}] for home in homes}
        world.start()
        flow = node_red.NodeRed(world, program, book) if program else None
        peers = [p for p in (flow, alertmanager.Alertmanager(world) if alertmanager.is_installed() else None) if p]
        for peer in peers:
            peer.start()
        world.stop_sink()
        world.probe(world.alarms(homes), 5)
        if peers and not isinstance(peers[-1], node_red.NodeRed):
            peers[-1].alert(homes)
        time.sleep(plan.outage_s / 2)
        if killed:
            world.kill_daemon()
            for peer in peers:
                peer.kill()
                peer.start()
            world.start_daemon()
        time.sleep(plan.outage_s / 2)
        world.start_sink_again()
        found = wait_for_all(world, homes, plan.after_outage_s)
        for peer in peers:
            peer.kill()
        world.stop_daemon()
    title = f"delivered after {plan.outage_s:.0f} s without the sink" + (" and kill -9" if killed else "")
    report.row(title, "of 200", found["gateway"])
    if program:
        report.row(f"{title}: Node-RED", "of 200", found["flow"])
    if len(peers) > bool(program):
        report.row(f"{title}: Alertmanager", "of 200", found["alertmanager"])
    report.verdict(f"{title}: 200 of 200", found["gateway"] == 200, f"{found['gateway']} of 200")


def wait_for_all(world, homes, longest):
    """How many of the alarms had reached a phone by each of the three."""
    until, found = time.monotonic() + longest, {}
    while True:
        messages = world.messages()
        home_of = {row["id"]: "GA-" + row["household"] for row in world.incidents()}
        ours = {home_of.get(m["incident"]) for m in messages if "incident" in m}
        found = {"gateway": len(ours & set(homes)),
                 "flow": len({of_flow(m) for m in messages} - {None}),
                 "alertmanager": len({of_alertmanager(m) for m in messages} - {None})}
        if min(found.values()) >= len(homes) or time.monotonic() > until:
            return found
        time.sleep(0.5)


def measure(report, plan):
    report.head("Peers, in the place of the floor")
    program = node_red.installed(plan.build)
    if program is None:
        report.verdict("Node-RED", None, "npm or a network is missing: apt-get install npm")
    if not alertmanager.is_installed():
        report.verdict("Alertmanager", None, "apt-get install prometheus-alertmanager")
    with estate.World(plan.build) as world:
        contest = Contest(report, plan, world)
        contest.gateway()
        if program:
            contest.node_red(program)
        if alertmanager.is_installed():
            contest.alertmanager()
    outage(report, plan, program, killed=True)
