"""Rigs of any size: devices of any make in one community or in many, and messages for them."""

import csv
import json
import re
import shutil
import subprocess

import machine
import rig as rigs

BEAT = ('{"v":1,"boot":17,"seq":{seq},"kind":"gas","state":"normal","value":0.4,"unit":"%LEL","battery":87,'
        '"time":"{time}"}')
Z2M = ('{"alarm_ringtone":"melody3","alarm_time":44,"gas":false,"gas_value":{seq},"linkquality":145,'
       '"preheat":false,"self_test":false,"self_test_result":"success","silence":false,"last_seen":"{time}"}')
LORAWAN = ('{"deduplicationId":"{event}","time":"{time}","deviceInfo":{"tenantId":'
           '"52f14cd4-c6f1-4fbd-8f87-4025e1d49242","tenantName":"t","applicationId":'
           '"17c82e96-be03-4f38-aef3-f83d48582d97","applicationName":"a","deviceName":"d",'
           '"devEui":"24e124136b00{device}","tags":{"key":"value"}},"devAddr":"00189440","dr":1,"fPort":85,'
           '"data":"BY4A","rxInfo":[{"gatewayId":"0016c001f153a14c","rssi":-36,"snr":10.5}],"txInfo":'
           '{"frequency":867100000,"modulation":{"lora":{"bandwidth":125000,"spreadingFactor":11}}},'
           '"object":{"gas_status":"normal","valve_status":"off","relay_output_status":"off",'
           '"life_remain":77760000}}')

# Name -> profile, address of device 0007, topic, payload, what stands before the number.
MAKES = {
    "native": ("native", "GA-0007", "shouwang/v1/changshan/{device}/beat", BEAT, "GA-"),
    "Zigbee2MQTT": ("zigbee2mqtt.gas", "kitchen-0007", "zigbee2mqtt/{device}", Z2M, "kitchen-"),
    "LoRaWAN": ("lorawan.milesight_gs101", "24e124136b000007",
                "application/17c82e96-be03-4f38-aef3-f83d48582d97/device/24e124136b00{device}/event/up",
                LORAWAN, ""),
}


class World(rigs.Rig):
    """A rig whose broker can be started afresh and whose device lists can be of any length."""

    def places(self):
        """The homes with a gas alarm, as the shipped device list names them."""
        with open(rigs.TOP / "config/communities/changshan/devices.csv", encoding="utf-8") as file:
            return [row["place"] for row in csv.DictReader(file) if row["id"].startswith("GA-")]

    def fit_devices(self, make, count):
        """Instead of the shipped list: `count` devices of one make, in the homes that have one."""
        profile, pattern, _, _, _ = MAKES[make]
        places = self.places()
        with open(self.config / "communities/changshan/devices.csv", "w", encoding="utf-8") as out:
            out.write("id,profile,address,place\n")
            for i in range(count):
                address = pattern.replace("0007", f"{i + 1:04}")
                out.write(f"GA-{i + 1:04},{profile},{address},{places[i % len(places)]}\n")

    def add_devices(self, count):
        """Beside the shipped ones: native GA-0001 ... without a place, which only beat."""
        lines = ["id,profile\n"] + [f"GA-{i + 1:04},native\n" for i in range(count)]
        (self.config / "communities/changshan/devices-load.csv").write_text("".join(lines))

    def fit_communities(self, communities, each, besides=False):
        """C001, C002 ... instead of the reference community, or besides it, with so many native devices
        each."""
        shipped = self.config / "communities/changshan"
        names = [f"C{i + 1:03}" for i in range(communities)]
        for name in names:
            folder = self.config / "communities" / name
            shutil.copytree(shipped, folder)
            estate = (folder / "community.yaml").read_text()
            (folder / "community.yaml").write_text(re.sub(r"areas: changshan", f"areas: {name}", estate))
            lines = ["id,profile\n"] + [f"GA-{i + 1:04},native\n" for i in range(each)]
            (folder / "devices.csv").write_text("".join(lines))
        if besides:
            names.insert(0, "changshan")
        else:
            shutil.rmtree(shipped)
        self.edit("gateway.yaml", r"communities: \[changshan\]", f"communities: [{', '.join(names)}]")

    def fresh_broker(self):
        """One that remembers nobody. REQUIRES: no daemon runs."""
        self.broker.stop()
        self.broker.forget()
        self.broker.start()

    def fresh_store(self):
        for file in self.store.parent.glob("shouwang.db*"):
            file.unlink()
        self.provide_store()

    def forget_messages(self):
        """The sink's file begins anew for messages()."""
        self._messages = ([], self.phones.stat().st_size if self.phones.exists() else 0)

    def stop_sink(self):
        self.sink.end()

    def start_sink_again(self):
        """On the same port, its file goes on."""
        self.sink = rigs.Child([self.bin / "phone_sink", "--port", self.sink_port, "--out", self.phones, "--quiet",
                                "--receipts"], self.folder / "sink.log")

    # ---- programs beside the daemon

    def program(self, name, *arguments, **options):
        return subprocess.Popen([str(self.bin / name), *map(str, arguments)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, text=True, start_new_session=True, **options)

    def bare(self, name, *arguments):
        """A floor that listens; subscribed when this returns."""
        floor = self.program(name, "--port", self.broker.port, *arguments)
        if floor.stdout.readline().strip() != "ready":
            raise rigs.Unexpected(f"{name} does not subscribe")
        return floor

    def load(self, count, rate=0, make="native", devices=1125, **more):
        """A load_publisher, started. `more`: its further options."""
        _, _, topic, payload, prefix = MAKES[make]
        options = {"topic": topic, "payload": payload, "device-prefix": prefix, "devices": devices, **more}
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return self.program("load_publisher", "--port", self.broker.port, "--count", count, "--rate", rate,
                            *words)

    def probe(self, lines, gap_ms, timeout=120):
        """Publishes (topic, payload) pairs; topic -> ns at the sending."""
        file = self.folder / "probe.txt"
        file.write_text("".join(f"{topic}\t{payload}\n" for topic, payload in lines))
        done = self.program("alarm_probe", "--port", self.broker.port, "--lines", file, "--gap", gap_ms)
        out, _ = done.communicate(timeout=timeout)
        if done.returncode != 0:
            raise rigs.Unexpected("the broker did not acknowledge every alarm")
        return {line.split()[0]: int(line.split()[1]) for line in out.splitlines()}

    def alarms(self, devices):
        """The events of these devices, as lines for probe()."""
        return [(f"shouwang/v1/changshan/{device}/event",
                 self.payload(device, event=f"{self._boot}-{device}")) for device in devices]

    def received(self):
        return self.metric("shouwang_messages_received_total") or 0

    def cpu(self):
        return machine.cpu_seconds(self.daemon.process.pid)

    def broker_cpu(self):
        return machine.cpu_seconds(self.broker.pid)

    def cpu_by_program(self):
        return {"gateway": self.cpu(), "broker": self.broker_cpu(),
                "sink": machine.cpu_seconds(self.sink.process.pid)}

    def memory(self):
        return machine.memory_mb(self.daemon.process.pid)


def finish(publisher, timeout=300):
    """What a load_publisher says at its end."""
    out, _ = publisher.communicate(timeout=timeout)
    if publisher.returncode != 0:
        raise rigs.Unexpected(f"the publisher was not acknowledged: {out}")
    return json.loads(out)


def end(process):
    process.kill()
    process.communicate()


def gas_alarms():
    """The ids of the reference community's gas alarms, in the order of the list."""
    with open(rigs.TOP / "config/communities/changshan/devices.csv", encoding="utf-8") as file:
        return [row["id"] for row in csv.DictReader(file) if row["id"].startswith("GA-")]


def smoke_sensors():
    with open(rigs.TOP / "config/communities/changshan/devices.csv", encoding="utf-8") as file:
        return [row["id"] for row in csv.DictReader(file) if row["id"].startswith("SM-")]
