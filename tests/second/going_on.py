"""A log that lost its end, as docs/auditor/formats tells it: what is wrong with the two, if any."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.second.notes import Wrong, b64, entry, leaf_hash, pae, parsed, signed

MARK = re.compile("(0|[1-9][0-9]{0,15}):[0-9a-f]{64}")


def complaints(leaf: bytes, told: bytes, people: Mapping[str, bytes]) -> list[str]:
    """About the statement ``log.continued`` and a station's entry that it was told of it."""
    try:
        said, named = parsed(leaf, 1 << 24), parsed(told)
        found = entry(told, named["origin"], named["index"])
        return [*statement(said, people), *follows(said["body"], found, leaf_hash(leaf).hex())]
    except (Wrong, KeyError, TypeError) as problem:
        return [repr(problem)]


def statement(said: dict[str, Any], people: Mapping[str, bytes]) -> Iterator[str]:
    """Two different persons stand behind it, and the log's next name follows."""
    kind, body = said["kind"], said["body"]
    if (said["v"], kind) != (1, "log.continued"):
        yield "another statement"
    plain = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    message = pae("lotbook/statement/1", kind, plain.encode())
    by = {one["person"] for one in said["by"]
          if signed(people[one["person"]], message, b64(one["signature"]))}  # fmt: skip
    if len(by) < 2:
        yield "not by two persons"
    stem, number = body["origin"].rsplit("/", 1)
    if body["before"] != f"{stem}/{int(number) - 1}":
        yield "not the next name"
    if body["kept"]["size"] > body["signed"]["size"]:
        yield "more kept than was signed"


def follows(body: dict[str, Any], found: dict[str, Any], leaf: str) -> Iterator[str]:
    """The station's entry names that very statement, and where it stood before and now."""
    told = found["body"]
    if (found["kind"], told["leaf"]) != ("sync/log-continued", leaf):
        yield "told of another statement"
    if (told["was"], told["is"]) != (body["before"], body["origin"]):
        yield "other names"
    if not all(MARK.fullmatch(told[name]) for name in ("before", "now")):
        yield "no marks"
