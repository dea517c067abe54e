"""Inputs that once broke a door, kept small: (target, bytes)."""

from __future__ import annotations

from tests.fuzz.doors.samples import ENTRIES

REGRESSIONS: tuple[tuple[str, bytes], ...] = (
    # a server that says it has one entry fewer than none
    (
        "outbox-answers",
        b'\x02\x00{"answer":"head","root":"ab","server_time":"2026-03-02T08:00:00+00:00","size":-1}',
    ),
    # a plan with a day that no month has, and one with a map for a key
    ("plans", b"expiry: 2031-06-00"),
    ("plans", b"- ? {file: small.yaml}"),
    # text that is no UTF-8 inside JSON: not the library's DecodeError but UnicodeDecodeError
    ("protocol-messages", b'{"answer":"problem","code":"\xf0ot-found"}'),
    ("server-answers", b"\x00\x64" + b'{"answer":"gap","have":1,"root":"\xff"}'),
    ("instrument-lists", b'{"name":"\xe3amera","type":"take_photo"}'),
    # ``true`` for version 1 in an envelope
    ("envelope", ENTRIES[1].replace(b'"v":1', b'"v":true')),
    # a verifier key with one padding sign too many
    (
        "verifier-keys",
        b"lotbook.test/S1/log+c994758f+AQ6D9JFToVrJy3SX9/G5XSw3xV1uXyi0bDNOEC3xIyT0=",
    ),
    # a lot with a bracket: in brackets it reads as two elements
    ("codes", b"]C1010950600021100817280630" + b"10121(10)2"),
)
