"""Curves as SVG files: cost against size, nothing but the standard library."""

import math
import pathlib
import re

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 420, 80, 40, 180, 60
COLOURS = ("#1b6ca8", "#c0392b", "#2e8b57", "#b8860b", "#6a4c93", "#444444", "#d35400", "#16a085")


class Axis:
    def __init__(self, values, low, high, log):
        self.log = log and min(values) > 0
        self.low, self.high = low, high
        first, last = min(values), max(values)
        if not self.log:
            first = 0 if first > 0 else first
        if first == last:
            last = first * 2 or 1
        self.first, self.last = self._scaled(first), self._scaled(last)

    def _scaled(self, value):
        return math.log10(value) if self.log else value

    def at(self, value):
        share = (self._scaled(value) - self.first) / (self.last - self.first)
        return self.low + share * (self.high - self.low)

    def ticks(self):
        if self.log:
            return [10.0 ** n for n in range(math.ceil(self.first), math.floor(self.last) + 1)]
        return [self.first + i * (self.last - self.first) / 5 for i in range(6)]


def label(value):
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.2g}"


def text(x, y, words, more=""):
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{words}</text>'


def svg(title, curve):
    points = [p for line in curve["lines"].values() for p in line]
    across = Axis([p[0] for p in points], LEFT, WIDTH - RIGHT, curve["log"])
    up = Axis([p[1] for p in points], HEIGHT - BOTTOM, TOP, curve["log"])
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
             'font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             text(LEFT, 24, title, 'font-size="16"'),
             text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 15, curve["x"], 'text-anchor="middle"'),
             text(16, TOP - 8, curve["y"])]
    for tick in across.ticks():
        x = across.at(tick)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(text(x, HEIGHT - BOTTOM + 18, label(tick), 'text-anchor="middle"'))
    for tick in up.ticks():
        y = up.at(tick)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(text(LEFT - 6, y + 4, label(tick), 'text-anchor="end"'))
    for i, (name, line) in enumerate(curve["lines"].items()):
        colour = COLOURS[i % len(COLOURS)]
        path = " ".join(f"{across.at(x):.1f},{up.at(y):.1f}" for x, y in line)
        dash = ' stroke-dasharray="6 4"' if "floor" in name or "bare" in name else ""
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        if len(line) < 20:
            parts += [f'<circle cx="{across.at(x):.1f}" cy="{up.at(y):.1f}" r="3" fill="{colour}"/>'
                      for x, y in line]
        parts.append(text(WIDTH - RIGHT + 12, TOP + 16 * (i + 1), name, f'fill="{colour}"'))
    return "\n".join(parts + ["</svg>\n"])


def write(curves, folder):
    """A file for each curve; their paths."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for title, curve in curves.items():
        curve = {**curve, "lines": {name: line for name, line in curve["lines"].items() if line}}
        if not curve["lines"]:
            continue
        file = folder / (re.sub(r"[^a-z0-9]+", "-", title.lower()) + ".svg")
        file.write_text(svg(title, curve), encoding="utf-8")
        made.append(file)
    return made
