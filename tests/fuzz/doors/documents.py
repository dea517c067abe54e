"""Doors for JSON: the strict loader, the envelope, protocol messages, record bodies, leaves.

What the strict loader accepts, the standard library and msgspec must read as the same value: the
bytes verified are the bytes parsed, whoever parses them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from forms.codec import KINDS, decode, encode
from forms.entries import Unread
from server.log import leaves
from sync import answers, canonical, envelope
from sync.answers import Answer
from sync.faults import FAULTS, Fault
from sync.keys import BadKey, Verifier
from sync.protocol import (
    JSON_TYPE,
    BadAnswer,
    Challenge,
    Enrolment,
    Fork,
    Gap,
    Head,
    Problem,
    Proof,
    Received,
    SessionRequest,
    SessionToken,
)
from sync.protocol import decode as read_message
from tests.fuzz.doors import samples
from tests.fuzz.doors.inputs import hurt, trees
from tests.fuzz.target import Check, Differs, Target, same


def strict_loader() -> Check:
    """Accepted by us: the same to every reader, written again the same, no member twice."""

    def check(data: bytes) -> bool:
        try:
            value = canonical.loads_any(data)
        except canonical.NotCanonical:
            return False
        same("json", value, json.loads(data, object_pairs_hook=_members, parse_float=_float))
        same("msgspec", value, msgspec.json.decode(data))
        written = canonical.dumps(value)
        same("written again", written, canonical.dumps(canonical.loads_any(written)))
        return True

    return check


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    same("members", len(pairs), len(dict(pairs)))
    return dict(pairs)


def _float(text: str) -> object:
    raise Differs(f"a float was accepted: {text}")


def entry_envelope() -> Check:
    """An accepted envelope sealed again gives the canonical bytes of what came."""

    def check(data: bytes) -> bool:
        try:
            found = envelope.check(data)
        except envelope.BadEnvelope:
            return False
        read = json.loads(data)
        same("v", read["v"], 1)
        for name in ("kind", "origin", "index", "body"):
            same(name, getattr(found, name), read[name])
        sealed = envelope.seal(found.kind, found.origin, found.index, found.at, found.body)
        if sealed != canonical.dumps(read):
            # members of ``at`` that this version does not know stay in the signed bytes
            same("at", read["at"], {**read["at"], **json.loads(sealed)["at"]})
        return True

    return check


MESSAGES: tuple[Any, ...] = (
    Head, Received, Gap, Fork, Problem, Proof, Challenge, SessionRequest, SessionToken, Enrolment,
)  # fmt: skip


def protocol_messages() -> Check:
    """Every message read by every kind of reader; only BadAnswer, BadKey and Fault come out."""
    station = Verifier.of(samples.STATION)

    def check(data: bytes) -> bool:
        accepted = False
        for kind in MESSAGES:
            try:
                message = read_message(data, kind)
            except BadAnswer:
                continue
            accepted = True
            same("again", message, read_message(msgspec.json.encode(message), kind))
            _use(message, station)
        return accepted

    return check


def _use(message: object, station: Verifier) -> None:
    try:
        if isinstance(message, Proof):
            message.nodes()
        elif isinstance(message, SessionRequest):
            message.good(station)
        elif isinstance(message, Enrolment):
            message.verifier()
    except (BadAnswer, BadKey):
        return


def answers_of_a_server() -> Check:
    """Any status, type and body is a message or a Fault of the catalogue."""
    doors: tuple[Callable[[Answer], object], ...] = (
        lambda answer: answers.judge(answer, (200, 409)),
        answers.conflict,
        lambda answer: answers.message(answer, Head),
        lambda answer: answers.message(answer, Proof),
    )

    def check(data: bytes) -> bool:
        status = 100 + int.from_bytes(data[:2], "big") % 500
        answer = Answer(status, JSON_TYPE if len(data) % 3 else "text/html", data[2:], None)
        accepted = False
        for door in doors:
            try:
                door(answer)
                accepted = True
            except Fault as fault:
                same("a code of the catalogue", fault.code in FAULTS, True)
        return accepted

    return check


def record_bodies() -> Check:
    """Every body is an entry or Unread; an entry written again says the same."""

    def check(data: bytes) -> bool:
        try:
            record = canonical.loads(data)
        except canonical.NotCanonical:
            return False
        kind = str(record.get("kind"))
        entry = decode(kind, record.get("body"))
        if isinstance(entry, Unread):
            return False
        same("kind again", encode(entry)[0], kind)
        same("entry again", decode(*encode(entry)), entry)
        return True

    return check


def server_leaves() -> Check:
    """A leaf of the server's log, as fsck and the verifier meet it."""

    def check(data: bytes) -> bool:
        try:
            leaf = leaves.decode(data)
        except (canonical.NotCanonical, msgspec.ValidationError, KeyError):
            return False
        same("again", leaf, leaves.decode(leaf.encode()))
        return True

    return check


RECORDS = [{"kind": kind, "body": body} for kind, body in samples.bodies(KINDS)]

TARGETS = (
    Target("strict-loader", 210, trees(samples.JSON, samples.BAD_JSON), strict_loader),
    Target("strict-loader-bytes", 150, hurt(samples.BAD_JSON, samples.JSON_WORDS), strict_loader),
    Target("envelope", 70, trees([samples.ENTRY]), entry_envelope),
    Target("protocol-messages", 45, trees(samples.MESSAGES), protocol_messages),
    Target("server-answers", 40, trees(samples.MESSAGES), answers_of_a_server),
    Target("record-bodies", 40, trees(RECORDS), record_bodies),
    Target("server-leaves", 30, trees(samples.LEAVES), server_leaves),
)
