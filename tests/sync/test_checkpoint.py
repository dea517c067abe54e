from __future__ import annotations

import base64
from pathlib import Path

import pytest

from sync.checkpoint import BadNote, Checkpoint, cosign, cosigned_at, open_note, parse_text
from sync.keys import TestSigner, Verifier
from sync.merkle import leaf_hash, root_of
from sync.receipt import Receipt, open_receipt
from tests.sync.plant import ORIGIN, rows

STATION = TestSigner(ORIGIN, "station")
CHECKPOINT = Checkpoint(ORIGIN, 7, leaf_hash(b"x"))
NOTE = CHECKPOINT.sign(STATION)
KEY = Verifier.of(STATION)


def test_a_signed_head_is_read_back() -> None:
    assert open_note(NOTE, KEY, ORIGIN) == CHECKPOINT
    assert CHECKPOINT.mark() == f"7:{leaf_hash(b'x').hex()}"
    assert CHECKPOINT.short_mark() == f"7:{leaf_hash(b'x').hex()[:8]}"


@pytest.mark.covers("A06", "A13", "A14")
def test_another_key_or_origin_is_refused() -> None:
    with pytest.raises(BadNote):
        open_note(NOTE, Verifier.of(TestSigner(ORIGIN, "other")))
    with pytest.raises(BadNote):
        open_note(NOTE, Verifier.of(TestSigner("other", "station")))
    with pytest.raises(BadNote):
        open_note(NOTE, KEY, "lotbook.test/S1/ST-01/2")


@pytest.mark.covers("A06")
def test_no_byte_of_a_note_can_change() -> None:
    for at in range(len(NOTE)):
        changed = NOTE[:at] + chr(ord(NOTE[at]) ^ 1) + NOTE[at + 1 :]
        with pytest.raises(BadNote):
            open_note(changed, KEY)


@pytest.mark.covers("A12")
def test_malformed_notes_are_refused() -> None:
    text, line = NOTE.rsplit("\n\n", 1)
    for note in (
        "",
        text,
        f"{text}\n\n",
        NOTE.replace("\n", "\r\n"),
        f"{text}\n\n{line}{line}",
        f"{text}\n\n{line * 17}",
        f"{text}\n\n— {ORIGIN} AAAA\n",
        f"{text}\n\n— {ORIGIN}\n",
        f"{text}\n\n— a+b {line.split()[2]}\n",
        NOTE[:-1],
        "x" * 20_000,
        NOTE + "\ud800",
    ):
        with pytest.raises(BadNote):
            open_note(note, KEY)
    root = base64.b64encode(b"r" * 32).decode()
    for bad in (
        f"o\n01\n{root}\n",
        f"o\n-1\n{root}\n",
        f"o\n9007199254740993\n{root}\n",
        f"o\n1\n{root[:-2]}x=\n",
        "o\n1\nAAAA\n",
        "o\n1\n",
        f"o\n1\n{root}",
        f"\n1\n{root}\n",
    ):
        with pytest.raises(BadNote):
            parse_text(bad)
    assert parse_text(f"o\n1\n{root}\nextension\n").size == 1


def test_a_cosignature_is_bound_to_text_witness_and_time() -> None:
    witness = TestSigner("witness", "w")
    both = cosign(NOTE, witness, 1_772_000_000)
    assert cosigned_at(both, Verifier.of(witness)) == 1_772_000_000
    assert open_note(both, KEY) == CHECKPOINT
    with pytest.raises(BadNote):
        cosigned_at(NOTE, Verifier.of(witness))
    with pytest.raises(BadNote):
        cosigned_at(both.replace("\n7\n", "\n8\n"), Verifier.of(witness))


@pytest.mark.covers("A12")
def test_published_tessera_logs(shared: Path) -> None:
    for case in rows(shared / "corpora/trust/tlog/tessera.jsonl"):
        assert _tessera(case) is (case["expect"] == "accept"), case["id"]


def _tessera(case: dict[str, object]) -> bool:
    raw = base64.b64decode(str(case["entries_b64"]))
    entries, at = [], 0
    while at + 2 <= len(raw):
        length = int.from_bytes(raw[at : at + 2], "big")
        entries.append(raw[at + 2 : at + 2 + length])
        at += 2 + length
    leaves = [leaf_hash(entry) for entry in entries]
    try:
        note = base64.b64decode(str(case["checkpoint_b64"])).decode()
        checkpoint = open_note(note, Verifier.parse(str(case["vkey"])))
    except (BadNote, UnicodeDecodeError):
        return False
    tile = base64.b64decode(str(case["tile0_b64"]))
    same = at == len(raw) and b"".join(leaves) == tile and checkpoint.size == len(leaves)
    return same and root_of(leaves) == checkpoint.root


SERVER = TestSigner("lotbook.test/S1/log", "server")
RECEIPT = Receipt(ORIGIN, 7, leaf_hash(b"x"), "2026-03-02T08:00:00.000+00:00", 10, 15)


def test_a_receipt_is_read_back_and_is_no_checkpoint() -> None:
    made = RECEIPT.sign(SERVER)
    assert open_receipt(made.note, Verifier.of(SERVER)) == made
    assert made.start == 2
    assert made.checkpoint == CHECKPOINT
    with pytest.raises(BadNote):
        open_note(made.note, Verifier.of(SERVER))
    with pytest.raises(BadNote):
        open_receipt(CHECKPOINT.sign(SERVER), Verifier.of(SERVER))


@pytest.mark.parametrize(
    "receipt",
    [
        Receipt(ORIGIN, 7, b"short", RECEIPT.time, 10, 15),
        Receipt(ORIGIN, 7, RECEIPT.root, "2026-03-02T08:00:00", 10, 15),
        Receipt(ORIGIN, 7, RECEIPT.root, "yesterday", 10, 15),
        Receipt(ORIGIN, 7, RECEIPT.root, RECEIPT.time, 15, 10),
        Receipt(ORIGIN, 7, RECEIPT.root, RECEIPT.time, 10, 18),
    ],
)
def test_a_receipt_that_does_not_add_up_is_refused(receipt: Receipt) -> None:
    with pytest.raises(BadNote):
        open_receipt(receipt.sign(SERVER).note, Verifier.of(SERVER))


def test_half_a_character_in_a_note_is_refused_not_an_error() -> None:
    server = TestSigner("lotbook.test/S1/log", "server")
    note = Checkpoint("lotbook.test/S1/log", 1, bytes(32)).sign(server)
    with pytest.raises(BadNote, match="UTF-8"):
        open_note(note.replace("lotbook", "lot\ud800", 1), Verifier.of(server))
