"""Turns of the gateway that are on its disk but not yet in the tables, read from outside
(src/store/turn_codec.h)."""

import json


def netstrings(row):
    """The texts in a row of netstrings, as bytes."""
    texts = []
    while row:
        size, _, rest = row.partition(b":")
        size = int(size)
        if rest[size:size + 1] != b",":
            raise ValueError("is no row of netstrings")
        texts.append(rest[:size])
        row = rest[size + 1:]
    return texts


def waiting_incidents(bodies):
    """Of the bodies of all rows of `turns`, in their order: id -> the incident as it was saved last, with
    the columns that it will have."""
    found = {}
    for body in bodies:
        form, *batches = netstrings(body)
        if form != b"1":
            raise ValueError(f"turns of form {form!r} are not known")
        for batch in batches:
            _, community, _, files, *_, forgotten = netstrings(batch)
            words = netstrings(files)
            for text in words[2::3]:
                row = _row(community.decode(), json.loads(text))
                found[row["id"]] = row
            for gone in netstrings(forgotten):
                found.pop(gone.decode(), None)
    return found


def _row(community, body):
    incident = body["incident"]
    closing = incident.get("closing")
    return {"id": incident["id"], "community": community, "raised_at": incident["raised_at"],
            "closed_at": closing and closing["at"],
            "household": incident["place"].get("household"),
            "cause": closing["cause"] if closing else incident.get("settled_as"), "body": body}
