"""fsck: whatever is changed in the database or on the disk is named, with its place."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from hashlib import sha256

import pytest

from server import cli
from server.fsck import check, examine
from server.store.overlay import Overlay
from server.store.protocol import AlreadyThere
from server.store.sqlite import SqliteStore
from sync.keyring import read_keys
from sync.keys import TestSigner, Verifier
from tests.server.phone import Phone
from tests.server.plant import PREFIX, Plant
from tests.server.test_recall import opened, ship, step
from tests.server.test_shift import played

ST_01 = f"{PREFIX}/ST-01/1"
GONE = "DELETE FROM documents WHERE sha256 = '{}'"
CHANGED = (
    "UPDATE leaves SET data = CAST(replace(data, '{}', '{}') AS BLOB) WHERE kind = 'pack.issued'"
)
PHOTO = b"\x89PNG a picture"


def sql(plant: Plant, *statements: str) -> None:
    """As a database administrator: no trigger stands in the way, and all look whole afterwards."""
    connection = plant.parts.store._connection  # type: ignore[attr-defined]
    kept = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = kept.fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    for _, made in triggers:
        connection.execute(made)


def codes(plant: Plant) -> set[tuple[str, str]]:
    found = check(plant.parts).kept
    assert all(one.words(language) for one in found for language in ("en", "zh_CN"))
    return {(one.code, one.member) for one in found}


@pytest.mark.covers("T13", "T10")
@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        ("UPDATE entries SET global_index = global_index + 1 WHERE origin LIKE '%ST-01%'",
         ("column", "entries")),
        ("UPDATE entries SET received_at = '2026-01-01T00:00:00+00:00' WHERE idx = 2",
         ("column", "entries")),
        ("UPDATE heads SET size = size + 500 WHERE origin LIKE '%ST-01%'", ("column", "heads")),
        ("UPDATE heads SET root = 'ab'", ("column", "heads")),
        ("UPDATE checkpoints SET root = 'ab'", ("column", "checkpoints")),
        ("UPDATE checkpoints SET note = 'ab' WHERE size > 30", ("column", "checkpoints")),
        ("UPDATE leaves SET kind = 'audit' WHERE idx = 40", ("column", "leaves")),
        ("UPDATE documents SET data = x'00' WHERE kind = 'master'", ("document", "documents")),
        ("UPDATE packs SET number = number + 100", ("pack-row", "packs")),
        ("UPDATE packs SET signed = x'00'", ("pack-row", "packs")),
        ("UPDATE leaves SET data = x'00' WHERE kind = 'pack.issued'", ("pack-row", "packs")),
        (CHANGED.format('"at":"2', '"at":"x'), ("pack-row", "packs")),
        (CHANGED.format("number", "numbex"), ("pack-row", "packs")),
        ("UPDATE records SET person = 'P-QA' WHERE origin LIKE '%ST-01%'",
         ("projection", "records")),
        ("DELETE FROM verdicts", ("projection", "verdicts")),
        ("UPDATE people SET badge_digest = 'stolen'", ("projection", "people")),
        ("INSERT INTO suppliers VALUES ('SUP-9', 'Nobody')", ("projection", "suppliers")),
        ("UPDATE holds SET lifted = 1", ("projection", "holds")),
        ("CREATE TRIGGER quiet BEFORE INSERT ON audit BEGIN SELECT RAISE(IGNORE); END",
         ("database", "lotbook.db")),
        ("CREATE VIEW also AS SELECT * FROM leaves", ("database", "lotbook.db")),
        ("UPDATE cosignatures SET line = line || 'x'", ("cosignature", "log/cosignatures.jsonl:1")),
    ],
)  # fmt: skip
def test_every_change_is_named(plant: Plant, statement: str, wanted: tuple[str, str]) -> None:
    played(plant)
    plant.act("P-OP", "/api/holds", item="TUB-1", lot="T1", reason="smells odd")
    assert codes(plant) == set()
    sql(plant, statement)
    assert wanted in codes(plant)


@pytest.mark.covers("T13", "T10")
def test_a_document_that_is_gone_is_named(plant: Plant) -> None:
    """Each kind that a statement of the log rests on."""
    with closing(plant.station()) as station:
        station.work("JO-1")
        station.outbox.drain()
        ship(plant, "Clinic", "L1", "1", "1")
        case = opened(plant)["case"]["id"]
        step(plant, case, "notices", language="en")
        Phone(plant, "P-SUP").set_up(Phone(plant, "P-SUP").client())
        plant.act("P-QA", "/api/freezes", about="L1")
        kinds = {row["kind"] for row in plant.parts.store.rows("documents")}
        assert kinds >= {"key", "master", "pack", "recall-scope", "recall-notice", "factor"}
        assert ("document-missing", "documents") not in codes(plant)
        unnoticed = []
        for kind in kinds:
            row = next(iter(plant.parts.store.rows("documents", kind=kind)))
            sql(plant, GONE.format(row["sha256"]))
            if not codes(plant) & {("document-missing", "documents"), ("pack-row", "packs")}:
                unnoticed.append(kind)
            plant.parts.store.add("documents", row)
        assert unnoticed == []


@pytest.mark.covers("TC25", "TC26")
@pytest.mark.parametrize("deed", ["swapped", "gone"])
def test_a_file_changed_on_the_disk_is_named(plant: Plant, deed: str) -> None:
    digest = sha256(PHOTO).hexdigest()
    plant.parts.attachments.put(digest, PHOTO, ST_01)
    assert codes(plant) == set()
    path = plant.folder.path / "attachments" / digest[:2] / digest
    path.write_bytes(b"another") if deed == "swapped" else path.unlink()
    assert codes(plant) == {("file", f"attachments/{digest[:2]}/{digest}")}


@pytest.mark.covers("A07", "TC30")
def test_keys_from_outside_show_a_station_the_server_made_up(plant: Plant) -> None:
    """By its own keys the server is sound; by those somebody else kept it is not."""
    plant.station()
    kept = plant.folder.keys()
    assert examine(plant.parts) == []
    thief = Verifier.of(TestSigner(ST_01, "thief"))
    other = [f"station {ST_01} {thief.vkey}" if f" {ST_01} " in one else one
             for one in kept.splitlines()]  # fmt: skip
    found = {one.code for one in check(plant.parts, read_keys("\n".join(other))).kept}
    assert "key-differs" in found


def test_progress_is_told_and_findings_come_in_two_languages(plant: Plant) -> None:
    told: list[int] = []
    station = plant.station()
    station.journal.append_many([("bench.note", {"n": n}) for n in range(1_200)])
    station.outbox.drain()
    assert check(plant.parts, progress=told.append).count == 0
    assert told == [1_000, 2_000]
    sql(plant, "UPDATE entries SET data = x'7b7d' WHERE idx = 700")
    assert any(
        f"{ST_01} #700" in one and "已被改动" in one for one in examine(plant.parts, "zh_CN")
    )


def test_the_command_takes_keys_and_is_one_where_they_differ(
    plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    data = plant.folder.path
    keys, wrong = data / "kept.txt", data / "wrong.txt"
    keys.write_text(plant.folder.keys(), encoding="utf-8")
    server = Verifier.of(TestSigner(plant.parts.verifier.name, "thief")).vkey
    wrong.write_text(f"server {plant.parts.verifier.name} {server}\n", encoding="utf-8")
    plant.parts.store.close()
    plant.parts.office._journal._database.close()  # the server is stopped
    assert cli.main(["fsck", "--data", str(data), "--keys", str(keys)]) == 0
    assert "every hash" in capsys.readouterr().out
    assert cli.main(["--language", "zh_CN", "fsck", "--data", str(data), "--keys", str(wrong)]) == 1
    assert "检查点" in capsys.readouterr().err


def test_the_truth_below_an_overlay_cannot_be_written(plant: Plant, tmp_path: object) -> None:
    above = SqliteStore(plant.folder.path / "scratch.db")
    store = Overlay(plant.parts.store, above)
    row = {"idx": 0, "kind": "x", "data": b""}
    writes: list[Callable[[], object]] = [
        lambda: store.add("leaves", row),
        lambda: store.add_all("leaves", [row]),
        lambda: store.add_rows("leaves", [(0, "x", b"")]),
        lambda: store.put("sessions", {}),
        lambda: store.remove("leaves"),
    ]
    for write in writes:
        with pytest.raises(AlreadyThere):
            write()
    with store.transaction():
        store.put("suppliers", {"id": "S", "name": "above"})
    assert store.rows("suppliers") == [{"id": "S", "name": "above"}]
    assert store.newest("leaves") == plant.parts.store.newest("leaves")
    assert store.count("leaves") == plant.parts.book.size
    assert store.check() == []
    store.close()
    above.close()
    assert plant.parts.store.one("suppliers", id="S") is None
