#!/usr/bin/env python3
"""Many native devices that connect in a few seconds, each with its own connection: online, a beat, and
they stay. What a power cut's end is to a broker and a gateway.

    crowd.py --port 1883 --count 3145 --seconds 5 [--prefix GA-] [--stay 3]

Prints a JSON line when all have connected and the broker has acknowledged all they said, or could not
within 60 s: {"connected":3145,"acknowledged":6290,"seconds":5.0}; then they stay, and leave politely.
"""

import argparse
import asyncio
import json
import pathlib
import struct
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from mqtt_line import CONNACK, CONNECT, DISCONNECT, PUBACK, PUBLISH, packet, text  # noqa: E402


async def receive(reader):
    first, length = await reader.readexactly(2)  # All that a device gets here is short.
    return first >> 4, await reader.readexactly(length)


class Crowd:
    def __init__(self, wanted):
        self.wanted = wanted
        self.connected = 0
        self.acknowledged = 0
        self.leave = asyncio.Event()

    async def device(self, number):
        await asyncio.sleep(number * self.wanted.seconds / self.wanted.count)
        name = f"{self.wanted.prefix}{number + 1:04}"
        topic = f"shouwang/v1/changshan/{name}"
        will = text(f"{topic}/status") + text("offline")
        reader, writer = await asyncio.open_connection("127.0.0.1", self.wanted.port)
        writer.write(packet(CONNECT, 0, text("MQTT") + struct.pack("!BBH", 4, 0x2E, 120) + text(name) + will))
        kind, body = await receive(reader)
        if kind != CONNACK or body[1]:
            raise ConnectionError(f"{name} is refused")
        self.connected += 1
        beat = json.dumps({"v": 1, "boot": self.wanted.boot, "seq": 1, "kind": "gas", "state": "normal"})
        for identifier, (tail, words) in enumerate((("status", "online"), ("beat", beat)), 1):
            writer.write(packet(PUBLISH, 3, text(f"{topic}/{tail}") + struct.pack("!H", identifier) +
                                words.encode()))
        for _ in range(2):
            while (await receive(reader))[0] != PUBACK:
                pass
            self.acknowledged += 1
        await self.leave.wait()
        writer.write(packet(DISCONNECT, 0, b""))
        writer.close()

    async def run(self):
        started = time.monotonic()
        devices = [asyncio.create_task(self.device(n)) for n in range(self.wanted.count)]
        while self.acknowledged < 2 * self.wanted.count and time.monotonic() < started + 60:
            await asyncio.sleep(0.05)
        print(json.dumps({"connected": self.connected, "acknowledged": self.acknowledged,
                          "seconds": round(time.monotonic() - started, 2)}), flush=True)
        await asyncio.sleep(self.wanted.stay)
        self.leave.set()
        await asyncio.wait(devices, timeout=10)


def main():
    flags = argparse.ArgumentParser(prog="crowd.py", description=__doc__.splitlines()[0])
    flags.add_argument("--port", type=int, required=True)
    flags.add_argument("--count", type=int, default=3145)
    flags.add_argument("--seconds", type=float, default=5)
    flags.add_argument("--prefix", default="GA-")
    flags.add_argument("--boot", type=int, default=1)
    flags.add_argument("--stay", type=float, default=3)
    asyncio.run(Crowd(flags.parse_args()).run())


if __name__ == "__main__":
    main()
