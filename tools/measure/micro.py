"""Rows: decoding, matching and judging one message, deciding one alarm, in a loop (Google Benchmark)."""

import json
import subprocess


def runs_of(plan, program, seconds):
    """The program's rows: [(name, label, nanoseconds)]"""
    out = subprocess.run([plan.build / "bin" / program, f"--benchmark_min_time={seconds}",
                          "--benchmark_format=json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         check=True).stdout
    return [(run["name"], run["label"], run["cpu_time"]) for run in json.loads(out)["benchmarks"]]


def measure(report, plan):
    report.head("One message in a loop; floor: Boost.JSON parsing the same bytes")
    runs = runs_of(plan, "decode_bench", "0.05" if plan.quick else "0.2")
    parse = {label: nanoseconds for name, label, nanoseconds in runs if name.startswith("boost_parse")}
    for name, label, nanoseconds in runs:
        if not name.startswith("boost_parse"):
            report.row(f"{name.partition('/')[0]} {label}", "ns", nanoseconds, parse[label])
    for name, label, nanoseconds in runs_of(plan, "decide_bench", "0.2"):
        report.row(f"{name.partition('/')[0]}, {label}", "us", nanoseconds / 1e3)
