"""Frozen bytes of what came later: rotation, marked sessions, what an epoch names."""

from __future__ import annotations

import json
import os
from pathlib import Path

from sync.clock import Timekeeper
from sync.envelope import check, seal
from sync.key_history import ROTATED, read_rotation, rotation
from sync.keys import TestSigner, Verifier
from sync.merkle import EMPTY_ROOT
from sync.past import PastLog
from sync.protocol import SessionRequest, decode, encode
from sync.testing import ManualClock
from tests.sync.plant import ORIGIN

FILE = Path(__file__).parents[1] / "vectors" / "sync" / "protocol.json"
OLD, NEW = TestSigner(ORIGIN, "station"), TestSigner(ORIGIN, "second")
NONCE, BEFORE, MARK = "bm9uY2Vub25jZW5vbmNl", "00" * 21, "11" * 21


def make() -> dict[str, object]:
    stamp = Timekeeper(ManualClock()).stamp()
    session = SessionRequest.make(ORIGIN, NONCE, OLD, (BEFORE, MARK))
    past = PastLog("lotbook.test/S1/ST-01/1", 0, EMPTY_ROOT.hex(), "", "receipt")
    opened = {"reason": "disk-lost", "person": "P-01", "previous": past.named()}
    return {
        "rotation": seal(ROTATED, ORIGIN, 4, stamp, rotation(OLD, NEW, 4)).decode(),
        "marked_session": json.loads(encode(session)),
        "opened_after": seal("sync/opened", ORIGIN, 0, stamp, opened).decode(),
    }


def test_made_as_frozen() -> None:
    if os.environ.get("LOTBOOK_FREEZE") and not FILE.exists():
        FILE.write_text(json.dumps(make(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert make() == json.loads(FILE.read_text(encoding="utf-8"))


def test_read_as_frozen() -> None:
    held = json.loads(FILE.read_text(encoding="utf-8"))
    entry = check(held["rotation"].encode())
    assert read_rotation(entry, Verifier.of(OLD)) == Verifier.of(NEW)
    session = decode(json.dumps(held["marked_session"]).encode(), SessionRequest)
    assert session.good(Verifier.of(OLD))
    assert not session.good(Verifier.of(NEW))
