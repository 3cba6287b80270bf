"""tools/bench: measures the gateway beside its floors and peers. See tools/README.md."""

import argparse
import dataclasses
import pathlib
import sys
import time

sys.dont_write_bytecode = True
sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parent.parent)]

import growth  # noqa: E402
import ingest  # noqa: E402
import machine  # noqa: E402
import many  # noqa: E402
import micro  # noqa: E402
import path  # noqa: E402
import plot  # noqa: E402
import rig  # noqa: E402
import size  # noqa: E402
import storm  # noqa: E402
from peers import compare  # noqa: E402
from report import Report  # noqa: E402

ROWS = {"ingest": ingest, "path": path, "storm": storm, "size": size, "growth": growth, "peers": compare,
        "many": many, "micro": micro}
QUICK = ("ingest", "path", "storm", "size")


@dataclasses.dataclass
class Plan:
    """How much is measured."""
    build: pathlib.Path
    quick: bool
    ingest_rounds: dict
    ingest_count: int
    path_rounds: int
    path_alarms: int
    path_gap_ms: float
    sizes: int
    size_rounds: int
    steady_s: float
    outage_s: float = 60
    after_outage_s: float = 60


def plan_of(build, quick):
    if quick:
        return Plan(build, True, ingest_rounds={"native": 2}, ingest_count=20_000, path_rounds=1, path_alarms=60,
                    path_gap_ms=20, sizes=2, size_rounds=1, steady_s=2)
    return Plan(build, False, ingest_rounds={"native": 5, "Zigbee2MQTT": 3, "LoRaWAN": 3}, ingest_count=80_000,
                path_rounds=3, path_alarms=340, path_gap_ms=20, sizes=5, size_rounds=3, steady_s=6)


def main():
    flags = argparse.ArgumentParser(prog="tools/bench", description="Measures the gateway beside its floors.")
    flags.add_argument("--quick", action="store_true", help="fewer and smaller rounds, in a minute or so")
    flags.add_argument("--json", metavar="FILE", help="all figures as JSON")
    flags.add_argument("--only", help=f"some rows, with commas: {', '.join(ROWS)}")
    flags.add_argument("--build", required=True, type=pathlib.Path)
    wanted = flags.parse_args()
    chosen = wanted.only.split(",") if wanted.only else QUICK if wanted.quick else list(ROWS)
    unknown = [name for name in chosen if name not in ROWS]
    if unknown:
        flags.error(f"no such rows: {', '.join(unknown)}")
    rig.end_cleanly()
    report = Report(machine.describe())
    began = time.monotonic()
    print(", ".join(f"{name} {value}" for name, value in report.machine.items()))
    plan = plan_of(wanted.build, wanted.quick)
    for name in chosen:
        ROWS[name].measure(report, plan)
        drawn = plot.write(report.curves, wanted.build / "plots")
        if wanted.json:  # After each, so that what has been measured is not lost with the rest.
            report.write_json(wanted.json)
    report.print_verdicts()
    print(f"\n{len(drawn)} plots in {wanted.build / 'plots'}; {time.monotonic() - began:.0f} s")
    return 0 if all(one["met"] is not False for one in report.verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
