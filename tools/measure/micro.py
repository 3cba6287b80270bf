"""Rows: decoding, matching and judging one message, in a loop (Google Benchmark), beside a bare parse."""

import json
import subprocess


def measure(report, plan):
    report.head("One message in a loop; floor: Boost.JSON parsing the same bytes")
    seconds = "0.05" if plan.quick else "0.2"
    out = subprocess.run([plan.build / "bin/decode_bench", f"--benchmark_min_time={seconds}",
                          "--benchmark_format=json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         check=True).stdout
    runs = {}
    for run in json.loads(out)["benchmarks"]:
        name, _, sample = run["name"].partition("/")
        runs.setdefault(name, {})[sample] = (run["cpu_time"], run["label"])
    for name, samples in runs.items():
        if name == "boost_parse":
            continue
        for sample, (nanoseconds, label) in samples.items():
            report.row(f"{name} {label}", "ns", nanoseconds, runs["boost_parse"][sample][0])
