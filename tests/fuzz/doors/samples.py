"""Good and bad examples that inputs are made from, and the keys of the fuzzed parties."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sync.checkpoint import Checkpoint, cosign
from sync.keys import TestSigner, Verifier
from sync.merkle import leaf_hash, root_of
from sync.protocol import Enrolment, SessionRequest
from sync.receipt import Receipt
from tests.vectors.make import FOLDER

ORIGIN = "lotbook.test/S1/ST-01/1"
STATION = TestSigner(ORIGIN, "station")
SERVER = TestSigner("lotbook.test/S1/log", "server")
VECTORS = json.loads((FOLDER.parent / "sync" / "vectors.json").read_text(encoding="utf-8"))
ENTRIES = [text.encode() for text in VECTORS["entries"]]
ENTRY = json.loads(ENTRIES[1])
TIME = "2026-03-02T08:00:00.000+00:00"

JSON: list[Any] = [
    {}, [], {"a": 1, "b": [True, None, -5], "c": {"d": "é 滴斗"}}, ENTRY, [[[1]], {"x": "y"}],
    {"text": 'a"b\\c\n', "n": 2**53 - 1, "m": -(2**53) + 1},
]  # fmt: skip
BAD_JSON = (
    b'{"a":1,"a":1}', b'{"a":{"b":1,"b":2}}', b'{"a":1.0}', b'{"a":1e2}', b'{"a":NaN}', b"[-0]",
    b"[-Infinity]", b'{"a":9007199254740992}', b'{"a":"\\ud800"}', b'{"a":"\\ud83d\\ude00"}',
    b'\xef\xbb\xbf{"a":1}', b"[" * 40 + b"]" * 40, b"[" * 3_000, b'{"a":' * 31 + b"1" + b"}" * 31,
    b'{"a":"\xed\xa0\x80"}', '{"a":"e\u0301"}'.encode(), '{"\u00e9":1}'.encode(), b"[1,]", b"'a'",
    b'{"a":1}x', b'{"a":1} ', b'{"\\u0061":1,"a":2}', b"[01]", b"[1_0]", b"// x\n{}", b"\x00{}",
    b'{ "b" : 1, "a" : [ true, null ] }', b'"\\u0000"', b'"\x7f\\/"', b"", b" ", b"nul",
    b"[18446744073709551615]", b"[-9223372036854775809]", b'{"a":"\xf4\x90\x80\x80"}',
)  # fmt: skip
JSON_WORDS = (b'"', b",", b":", b'"a":', b"{", b"}", b"[", b"]", b"\\u", b"\\ud83d\\ude00", b"-")


def bodies(kinds: Iterable[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """The fullest record body of each kind."""
    for kind in kinds:
        body = json.loads((FOLDER / f"{kind}.full.json").read_text(encoding="utf-8"))
        del body["type"]
        yield kind, body


LEAVES: list[Any] = [
    {"v": 1, "kind": "entry", "origin": ORIGIN, "index": 3, "leaf": "ab" * 32, "received_at": TIME},
    {"v": 1, "kind": "person.enrolled", "at": TIME, "by": [{"person": "P", "signature": "AA=="}],
     "body": {"id": "P-1", "public_key": "00" * 32}},
]  # fmt: skip

_HASHES = [leaf_hash(entry) for entry in ENTRIES]
HEAD = Checkpoint(ORIGIN, len(ENTRIES), root_of(_HASHES)).sign(STATION)
RECEIPT = Receipt(
    origin=ORIGIN, size=len(ENTRIES), root=root_of(_HASHES), time=TIME, global_start=0,
    global_stop=len(ENTRIES),
).sign(SERVER)  # fmt: skip
CHECKPOINT = Checkpoint("lotbook.test/S1/log", 9, root_of(_HASHES)).sign(SERVER)
COSIGNED = cosign(CHECKPOINT, STATION, 1_795_000_000)
NOTES = [one.encode() for one in (HEAD, RECEIPT.note, CHECKPOINT, COSIGNED)]
VKEYS = [Verifier.of(one).vkey.encode() for one in (STATION, SERVER)]
KEYS_FILE = b"# keys\nserver lotbook.test/S1/log %b\nstation %b %b\n" % (
    VKEYS[1], ORIGIN.encode(), VKEYS[0],
)  # fmt: skip

_NOW = datetime(2026, 3, 2, 8, tzinfo=UTC).isoformat()
_NODE = base64.b64encode(bytes(32)).decode()
_ENROLMENT = Enrolment.make("ST-01", ORIGIN, STATION)
_SESSION = SessionRequest.make(ORIGIN, _NODE, STATION)
MESSAGES: list[Any] = [
    {"answer": "head", "size": 3, "root": "ab" * 32, "server_time": _NOW, "receipt": RECEIPT.note},
    {"answer": "received", "receipt": RECEIPT.note, "server_time": _NOW},
    {"answer": "gap", "have": 3, "root": "ab" * 32, "server_time": _NOW},
    {"answer": "fork", "index": 3, "have": 3},
    {"answer": "problem", "code": "not-found", "detail": "x"},
    {"answer": "proof", "first": 1, "second": 3, "hashes": [_NODE, _NODE]},
    {"answer": "challenge", "nonce": _NODE, "server_time": _NOW},
    {"answer": "session", "token": "x" * 43, "expires_at": _NOW},
    {"answer": "session-request", "origin": ORIGIN, "nonce": _NODE,
     "signature": _SESSION.signature},
    {"answer": "enrolment", "station": "ST-01", "origin": ORIGIN,
     "public_key": _ENROLMENT.public_key, "signature": _ENROLMENT.signature},
]  # fmt: skip
