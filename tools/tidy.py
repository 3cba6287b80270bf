#!/usr/bin/env python3
"""House rules as a test: arrows between folders, banned calls, sizes, words that must not be in the tree.

    tools/tidy.py            checks every tracked and new file; prints file:line: what is wrong
    exit status              0 clean, 1 faults

The arrows are those of src/README.md; change both together.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Folder of src/ -> folders it may include. Each may include itself.
CORE = {
    "base": set(),
    "device": {"base"},
    "household": {"base", "device"},
    "incident": {"base", "device", "household"},
    "escalation": {"base", "device", "household", "incident"},
    "dispatch": {"base", "device", "household", "incident", "escalation"},
}
WHOLE_CORE = set(CORE)
ARROWS = CORE | {
    "store": WHOLE_CORE,
    "notify": WHOLE_CORE,
    "mqtt": WHOLE_CORE,
    "web": WHOLE_CORE,
    "config": WHOLE_CORE | {"notify"},
    "app": WHOLE_CORE | {"store", "notify", "mqtt", "web", "config"},
}
# Angle-bracket includes of the core: the standard library, and what is listed here.
CORE_PARTS = {"base": {"tl/expected.hpp"}, "device": {"boost/json"}}

# pattern -> (replacement, places where it is allowed)
BANNED = {
    r"std::rand\b|\bsrand\(|random_device": ("base/rng.h with a seed passed in", {"src/app/main.cpp"}),
    r"system_clock::now|steady_clock::now|high_resolution_clock::now": (
        "the Clock or the `now` passed in",
        {"src/app/asio_clock.cpp", "src/app/main.cpp"}),
    r"sleep_for|sleep_until|\busleep\(|[^_]sleep\(\d": ("Clock::wake_at", set()),
    r"\bstd::cout\b|\bprintf\(|std::cerr": (
        "app/log.h, or a Result", {"src/app/main.cpp", "src/base/check.cpp"}),
    r"\busing namespace std;": ("names", set()),
    r"^\s*#include <iostream>": ("fmt or a Result", {"src/app/main.cpp"}),
    r"\bcatch \(\.\.\.\)\s*\{\s*\}": ("handle it or let it go", set()),
}
# Programs speak to a terminal; tools and tests measure real time.
PROGRAMS = re.compile(r"^(src/app/(ctl|main|daemon)[a-z_]*\.(cpp|h)|tools/|tests/)")

FORBIDDEN_WORDS = {
    r"(^|[^0-9])(\+?86)?1[3-9][0-9]{9}([^0-9]|$)": "a number that a phone could dial: use test: addresses",
    r"\b(TODO|FIXME|XXX|HACK)\b": "left-over",
    r"https?://(deb|registry|ftp)\.": "a registry's host",
}
TEXT_SUFFIXES = {".cpp", ".h", ".ts", ".py", ".md", ".yaml", ".yml", ".csv", ".json", ".jsonl",
                 ".cmake", ".txt", ".sql", ".html", ".css", ".conf", ".service", ".sh", ""}

FILE_LINES_MAX = 450
FUNCTION_LINES_MAX = 60
LINE_MAX = 100

faults = []


def fault(path, line, what):
    faults.append(f"{path}:{line}: {what}")


def tree():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True, check=True).stdout
    return [pathlib.Path(p) for p in listed.splitlines() if (ROOT / p).is_file()]


def check_includes(path, lines):
    folder = path.parts[1]
    if folder not in ARROWS:
        return fault(path, 1, f"folder src/{folder} is not in the table of arrows")
    allowed = ARROWS[folder] | {folder}
    for number, line in enumerate(lines, 1):
        quoted = re.match(r'\s*#include "([^"]+)"', line)
        if quoted:
            target = quoted.group(1).split("/")[0]
            if "/" in quoted.group(1) and target not in allowed:
                fault(path, number, f"{folder}/ may not include {target}/; "
                                    f"allowed: {', '.join(sorted(allowed))}")
        angled = re.match(r"\s*#include <([^>]+)>", line)
        if angled and folder in CORE:
            name = angled.group(1)
            std = "/" not in name and not name.endswith((".h", ".hpp"))
            part = any(name.startswith(p) for p in CORE_PARTS.get(folder, ()))
            if folder == "device" and part and path.suffix == ".h":
                fault(path, number, f"headers of device/ show only the standard library, not <{name}>")
            elif not std and not part:
                fault(path, number, f"the core may not include <{name}>")


def check_banned(path, lines):
    for number, line in enumerate(lines, 1):
        code = re.sub(r'//.*$', '', line)
        for pattern, (instead, allowed) in BANNED.items():
            if re.search(pattern, code) and str(path) not in allowed and not PROGRAMS.match(str(path)):
                fault(path, number, f"`{code.strip()[:60]}`: use {instead}")


def check_functions(path, lines):
    """Counts the lines of each block that begins at a function's opening brace."""
    start = depth = None
    for number, line in enumerate(lines, 1):
        if start is None:
            opens = re.match(r"^[A-Za-z_~].*\)[^;=]*\{$|^ {2}[A-Za-z_~][^=;]*\)[^;=]*\{$", line)
            if opens and not re.match(r"^\s*(namespace|class|struct|enum|union|extern)\b", line):
                start, depth = number, len(line) - len(line.lstrip())
        elif line.startswith(" " * depth + "}"):
            if number - start > FUNCTION_LINES_MAX:
                fault(path, start, f"function of {number - start} lines, at most {FUNCTION_LINES_MAX}")
            start = None


def check_catch_all(path, lines):
    """A switch over an enumeration names every case; one over characters or codes may not be able to."""
    case = ""
    for number, line in enumerate(lines, 1):
        found = re.match(r"\s*case ([^:]+):", line)
        case = found.group(1) if found else case
        over_codes = re.match(r"'|\d|[A-Z][A-Z0-9_]+$", case)
        if re.match(r"\s*default:", line) and not over_codes:
            fault(path, number, "switch with a catch-all: name every case")


def check_words(path, lines):
    own = str(path) == "tools/tidy.py"
    for number, line in enumerate(lines, 1):
        for pattern, why in FORBIDDEN_WORDS.items():
            if not own and re.search(pattern, line):
                fault(path, number, why)


def main():
    for path in tree():
        if path.suffix not in TEXT_SUFFIXES or "package-lock" in path.name:
            continue
        try:
            lines = (ROOT / path).read_text(encoding="utf-8").split("\n")
        except UnicodeDecodeError:
            continue  # Fixtures of damaged text.
        if path.parts[:2] != ("tests", "data"):
            check_words(path, lines)
        if path.suffix not in {".cpp", ".h"}:
            continue
        if path.parts[0] == "src":
            check_includes(path, lines)
        if path.parts[0] in {"src", "tools"}:
            check_banned(path, lines)
            check_catch_all(path, lines)
            check_functions(path, lines)
        if len(lines) > FILE_LINES_MAX + 1:
            fault(path, 1, f"{len(lines)} lines, at most {FILE_LINES_MAX}")
        for number, line in enumerate(lines, 1):
            if len(line) > LINE_MAX and "http" not in line:
                fault(path, number, f"line of {len(line)} characters, at most {LINE_MAX}")
    for line in sorted(faults):
        print(line)
    print(f"tidy: {len(faults)} faults" if faults else "tidy: clean")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
