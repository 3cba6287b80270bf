"""Rows of figures, their verdicts, and how both are printed."""

import json
import math
import statistics


def percentile(values, share):
    """The smallest value that at least `share` (0 .. 1) of all do not exceed."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(values):
    """p50, p99, p99.9 and the worst, of delays."""
    return {"count": len(values), "p50": percentile(values, 0.5), "p99": percentile(values, 0.99),
            "p99.9": percentile(values, 0.999), "max": max(values, default=float("nan"))}


def shown(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if value != value:
        return "none"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


class Report:
    def __init__(self, machine):
        self.machine = machine
        self.rows = []      # name, unit, ours, floor, ratio, spread, note
        self.verdicts = []  # target, met, sentence
        self.curves = {}    # title -> {"x":…, "y":…, "lines": {name: [(x, y), …]}}

    def row(self, name, unit, ours, floor=None, note="", quiet=False):
        """`ours` and `floor`: a number, or the samples of several rounds, of which the median counts."""
        mine, mine_spread = self._median(ours)
        beside, beside_spread = self._median(floor)
        ratio = mine / beside if mine is not None and beside else None
        row = {"name": name, "unit": unit, "ours": mine, "spread": mine_spread, "floor": beside,
               "floor_spread": beside_spread, "ratio": ratio, "note": note}
        self.rows.append(row)
        if not quiet:
            print("  " + self.line(row), flush=True)
        return row

    @staticmethod
    def _median(samples):
        if samples is None or isinstance(samples, (int, float)):
            return samples, ""
        samples = list(samples)
        if not samples:
            return None, ""
        middle = statistics.median(samples)
        return middle, f"{shown(min(samples))}..{shown(max(samples))}" if len(samples) > 1 else ""

    @staticmethod
    def line(row):
        ratio = f"{row['ratio']:.2f} x" if row["ratio"] is not None else ""
        return (f"{row['name']:<52} {shown(row['ours']):>10} {row['spread']:>15}  {shown(row['floor']):>10} "
                f"{row['floor_spread']:>15}  {ratio:>8}  {row['unit']:<12} {row['note']}").rstrip()

    @staticmethod
    def head(title):
        print(f"\n{title}\n  {'':<52} {'ours':>10} {'of rounds':>15}  {'floor':>10} {'of rounds':>15}  "
              f"{'ratio':>8}  unit", flush=True)

    def verdict(self, target, met, sentence):
        """met: True, False, or None where this run could not judge."""
        self.verdicts.append({"target": target, "met": met, "sentence": sentence})

    def curve(self, title, x, y, name, points, log=True):
        curve = self.curves.setdefault(title, {"x": x, "y": y, "log": log, "lines": {}})
        curve["lines"][name] = [[float(a), float(b)] for a, b in points]

    def print_verdicts(self):
        print("\nTargets")
        for one in self.verdicts:
            word = {True: "met", False: "NOT MET", None: "not judged"}[one["met"]]
            print(f"  {word:<10}  {one['target']}: {one['sentence']}")

    def write_json(self, path):
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"machine": self.machine, "rows": self.rows, "verdicts": self.verdicts,
                       "curves": self.curves}, out, indent=1)
