"""Frozen bytes of a server's log that went on without its end: the statement, and who was told."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from server.log.leaves import Statement, sign_statement
from sync import canonical
from sync.checkpoint import Checkpoint
from sync.clock import Timekeeper
from sync.envelope import check, seal
from sync.faults import Fault
from sync.keys import TestSigner, Verifier
from sync.merkle import leaf_hash, root_of
from sync.succession import ENTRY, KIND, epoch_of, read, signers
from sync.testing import ManualClock
from tests.second import going_on
from tests.sync.plant import ORIGIN

pytestmark = pytest.mark.covers("F41", "TB10", "A52")
FILE = Path(__file__).parents[1] / "vectors" / "sync" / "going-on.json"
FIRST, SECOND = "lotbook.test/S1/LOG/1", "lotbook.test/S1/LOG/2"
PEOPLE = {name: TestSigner(name, name) for name in ("P-ADM", "P-QA")}


def mark(size: int, what: str) -> Checkpoint:
    return Checkpoint("", size, root_of([leaf_hash(f"{what}{n}".encode()) for n in range(size)]))


def make() -> dict[str, object]:
    kept, signed = mark(5, "leaf"), mark(9, "leaf")
    body = {
        "origin": SECOND,
        "before": FIRST,
        "signed": {"size": signed.size, "root": signed.root.hex()},
        "kept": {"size": kept.size, "root": kept.root.hex()},
        "parted": False,
        "not_called": ["lotbook.test/S1/ST-02/1"],
        "awaited": {ORIGIN: {"kept": 2, "said": 6}},
        "reason": "主机烧毁，无保管站 – the machine burnt",
    }
    by = tuple(sign_statement(name, key, KIND, body) for name, key in PEOPLE.items())
    leaf = Statement(kind=KIND, at=ManualClock().now, body=body, by=by).encode()
    told = {"leaf": leaf_hash(leaf).hex(), "was": FIRST, "before": f"9:{signed.root.hex()}"}
    now = root_of([*(leaf_hash(f"leaf{n}".encode()) for n in range(5)), leaf_hash(leaf)])
    told |= {"is": SECOND, "now": f"6:{now.hex()}"}
    stamp = Timekeeper(ManualClock()).stamp()
    return {
        "people": {name: key.public_key.hex() for name, key in PEOPLE.items()},
        "leaf": leaf.decode(),
        "entry": seal(ENTRY, ORIGIN, 6, stamp, told).decode(),
    }


def held() -> dict[str, str]:
    found: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def test_made_as_frozen() -> None:
    if os.environ.get("LOTBOOK_FREEZE") and not FILE.exists():
        FILE.write_text(json.dumps(make(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert make() == held()


def test_read_as_frozen() -> None:
    leaf = held()["leaf"].encode()
    assert read(leaf) == (SECOND, FIRST, 5, 9)
    assert epoch_of(SECOND, FIRST) == 2
    keys = {name: Verifier.of(key) for name, key in PEOPLE.items()}
    assert list(signers(leaf, keys.get)) == ["P-ADM", "P-QA"]
    entry = check(held()["entry"].encode())
    assert (entry.kind, entry.body["leaf"]) == (ENTRY, leaf_hash(leaf).hex())
    with pytest.raises(Fault, match="server-log-forked"):
        read(held()["entry"].encode())


def test_another_implementation_reads_them_from_the_page_alone() -> None:
    people = {name: key.public_key for name, key in PEOPLE.items()}
    leaf, entry = held()["leaf"].encode(), held()["entry"].encode()
    assert going_on.complaints(leaf, entry, people) == []
    assert going_on.complaints(leaf, entry, people | {"P-QA": people["P-ADM"]})
    for name, value in (("reason", "none was kept"), ("kept", {"size": 9, "root": "00" * 32})):
        said: Any = canonical.loads(leaf)
        said["body"][name] = value
        assert going_on.complaints(canonical.dumps(said), entry, people)
    said = canonical.loads(leaf)
    said["by"] = said["by"][:1] * 2
    assert going_on.complaints(canonical.dumps(said), entry, people), "one person twice"
    for name in ("leaf", "was", "is"):
        told: Any = canonical.loads(entry)
        told["body"][name] = "other"
        assert going_on.complaints(leaf, canonical.dumps(told), people)
