#!/usr/bin/env python3
"""Makes the fuzz targets' seeds out of the tests' own data.

    seeds.py OUT        writes OUT/<target>/<seed>
"""

import base64
import json
import pathlib
import sys

TREE = pathlib.Path(__file__).resolve().parents[2]
DATA = TREE / "tests" / "data"


def payloads():
    for file in sorted((DATA / "payloads").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            body = (base64.b64decode(one["payload_base64"]) if "payload_base64" in one
                    else one["payload"].encode())
            flag = b"1" if one.get("retain") else b"0"
            yield one["id"], flag + one["topic"].encode() + b"\n" + body


def profiles():
    for file in sorted((TREE / "config" / "profiles").glob("*.yaml")):
        yield file.name, file.read_bytes()
    for file in sorted((DATA / "config").glob("bad-profile.*")):
        yield file.name, file.read_bytes()


def files_below(folder, patterns, suffix=""):
    for pattern in patterns:
        for file in sorted(folder.rglob(pattern)):
            name = file.relative_to(folder).as_posix()
            yield name.replace("/", "_"), (name + suffix + "\n").encode() + file.read_bytes()


def configuration():
    for directory in sorted((DATA / "config").iterdir()):
        if directory.is_dir():
            for name, seed in files_below(directory, ["*.yaml", "*.csv"]):
                yield f"{directory.name}_{name}", seed


def ledgers():
    for directory in sorted((DATA / "ledgers").iterdir()):
        for suffix in ("", "!"):
            for name, seed in files_below(directory, ["*.csv"], suffix):
                yield f"{directory.name}_{name}{suffix}", seed


def http():
    form = "application/x-www-form-urlencoded"
    asked = [
        ("GET", "/", "", ""),
        ("GET", "/healthz", "", ""),
        ("GET", "/metrics", "", ""),
        ("GET", "/p/AAAAAAAAAAAAAAAAAAAAAA", "", ""),
        ("POST", "/p/AAAAAAAAAAAAAAAAAAAAAA", form, "action=going&minutes=5"),
        ("POST", "/login", form, "user=desk1&password=wrong"),
        ("POST", "/api/v1/session", "application/json", '{"user":"desk1","password":"wrong"}'),
        ("GET", "/api/v1/incidents", "", ""),
        ("POST", "/api/v1/incidents", "application/json", '{"place":"B05-U4-302","kind":"gas"}'),
        ("GET", "/events", "", ""),
        ("DELETE", "/api/v1/session", "", ""),
        ("GET", "/enrol/%E5%8F%B7", "", ""),
    ]
    for number, (method, path, kind, body) in enumerate(asked):
        head = [f"{method} {path} HTTP/1.1", "Host: board.test", "Accept: application/json",
                "Cookie: shouwang_board=x; shouwang_phone=y", "Origin: http://board.test"]
        if body:
            head += [f"Content-Type: {kind}", f"Content-Length: {len(body)}", "X-CSRF-Token: z"]
        yield f"{number:02}", ("\r\n".join(head) + "\r\n\r\n" + body).encode()


def tokens():
    yield "short", b"AAAA"
    yield "long", b"A" * 22
    yield "code", base64.urlsafe_b64encode(bytes(range(120))).rstrip(b"=")


def replies():
    bodies = ['{"errcode":0,"errmsg":"ok"}', '{"errcode":4,"errmsg":"no such phone"}',
              '{"errcode":"ok"}', '{"data":[{"code":0}]}', "<html>sign in</html>", "", "[]",
              '{"errmsg":"a-secret-of-the-provider was refused"}']
    for status in (200, 204, 302, 400, 429, 500):
        for number, body in enumerate(bodies):
            yield f"{status}_{number}", f"{status} /errcode\n{body}".encode()
            yield f"{status}_{number}_plain", f"{status}\n{body}".encode()


TARGETS = {"decoder": payloads, "profile": profiles, "configuration": configuration,
           "ledgers": ledgers, "http": http, "token": tokens, "reply": replies}


def main():
    out = pathlib.Path(sys.argv[1])
    for target, seeds in TARGETS.items():
        folder = out / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, seed in seeds():
            (folder / name).write_bytes(seed)


if __name__ == "__main__":
    main()
