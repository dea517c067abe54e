"""Frozen bytes: what was signed yesterday must be made and read the same for ever."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

from sync import esign, protocol
from sync.checkpoint import cosign, cosigned_at, open_note
from sync.envelope import check
from sync.journal import Journal
from sync.keys import TEST_COST, TestSigner, Verifier, unwrap_person_key, wrap_person_key
from sync.receipt import Receipt, open_receipt
from sync.signed_pack import open_pack, seal_pack
from sync.sqlite import open_database
from sync.testing import ManualClock
from tests.sync.plant import ORIGIN

FILE = Path(__file__).parents[1] / "vectors" / "sync" / "vectors.json"
STATION = TestSigner(ORIGIN, "station")
SERVER = TestSigner("lotbook.test/S1/log", "server")
PERSON = TestSigner("P-01", "person")
SIGNED = {
    "meaning": "reviewed",
    "printed_name": "陈静",
    "time": "2026-03-02T16:00:00+08:00",
    "covers_root": esign.covers_root(["00" * 32, "11" * 32]),
    "head": f"2:{'22' * 32}",
    "text_digest": "33" * 32,
    "language": "zh_CN",
}


def plain(message: protocol.Message) -> object:
    return json.loads(protocol.encode(message))


def make() -> dict[str, object]:
    clock = ManualClock()
    database = open_database(":memory:")
    journal = Journal(database, ORIGIN, STATION, clock)
    heads = [journal.head().note]
    clock.pass_(1)
    journal.append("test.entry", {"text": "Ø 3.0 mm 滴斗", "list": [1, None, True], "n": -1})
    clock.now = clock.now.replace(year=2027)
    journal.append("test.entry", {"after": "a clock that was set"})
    heads.append(journal.head().note)
    root = journal.head().checkpoint.root
    receipt = Receipt(ORIGIN, journal.size, root, "2026-03-02T08:00:02.000+00:00", 17, 21)
    receipt = receipt.sign(SERVER)
    journal.heard(clock.now)
    journal.beacon(receipt)
    entries = [entry.data.decode() for entry in journal.entries(0, journal.size)]
    database.close()
    issued, expires = ManualClock().now, ManualClock().now.replace(month=4)
    return {
        "entries": entries,
        "heads": heads,
        "receipt": receipt.note,
        "cosigned": cosign(heads[1], STATION, 1_772_438_400),
        "vkeys": [Verifier.of(key).vkey for key in (STATION, SERVER, PERSON)],
        "signature": esign.sign(PERSON, esign.message(**SIGNED)),
        "signature_2": esign.sign(PERSON, esign.message(**SIGNED, personnel_class="supervisor")),
        "pack": base64.b64encode(seal_pack(b"content", 1, issued, expires, SERVER)).decode(),
        "wrapped": wrap_person_key(b"s" * 32, "badge", "123456", cost=TEST_COST, random=bytes),
        "enrolment": plain(protocol.Enrolment.make("ST-01", ORIGIN, STATION)),
        "session": plain(protocol.SessionRequest.make(ORIGIN, "bg==", STATION)),
    }


def test_the_bytes_made_are_the_frozen_ones() -> None:
    made = make()
    if os.environ.get("LOTBOOK_FREEZE") and not FILE.exists():
        FILE.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert made == json.loads(FILE.read_text(encoding="utf-8"))


def test_the_frozen_bytes_are_read() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    kinds = [check(entry.encode()).kind for entry in kept["entries"]]
    assert kinds == ["sync/opened", "test.entry", "sync/clock-step", "test.entry", "sync/beacon"]
    assert open_note(kept["heads"][1], Verifier.parse(kept["vkeys"][0])).size == 4
    assert open_receipt(kept["receipt"], Verifier.parse(kept["vkeys"][1])).global_stop == 21
    assert cosigned_at(kept["cosigned"], Verifier.parse(kept["vkeys"][0])) == 1_772_438_400
    person = Verifier.parse(kept["vkeys"][2]).public_key
    assert esign.verify(person, esign.message(**SIGNED), kept["signature"])
    acting = {**SIGNED, "personnel_class": "supervisor"}
    assert esign.holds(person, kept["signature"], **acting) == "unbound"
    assert esign.holds(person, kept["signature_2"], **acting) == "bound"
    pack = open_pack(base64.b64decode(kept["pack"]), Verifier.parse(kept["vkeys"][1]))
    assert pack.content == b"content"
    assert unwrap_person_key(kept["wrapped"], "badge", "123456").sign(b"x")
