"""A whole journal, as a database or exported: sound as it is, and every change is located."""

from __future__ import annotations

import json
import shutil
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import canonical, journal_source
from sync.checkpoint import Checkpoint
from sync.engine import Connection
from sync.export_folder import MANIFEST, FolderWriter
from sync.findings import Finding
from sync.journal_export import export_journal
from sync.journal_source import DatabaseJournal, FolderJournal
from sync.keys import TestSigner
from sync.lines import data_of, line_of, read_lines
from sync.merkle import CompactRange, leaf_hash
from sync.sqlite import reading
from sync.verdict import Verdict
from sync.verify_cli import main
from sync.verify_input import UnusableInput, verify_path
from sync.verify_journal import JournalCheck
from tests.verify import journal_plant as plant
from tests.verify.journal_plant import ORIGIN, SIZE, changed, exported, make, ring

LEAVES = "SELECT leaf FROM entry ORDER BY idx"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("journal") / "station.db")


@pytest.fixture(scope="module")
def folder(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(database, tmp_path_factory.mktemp("export") / "journal")


def verdict(path: Path, *seen: str) -> Verdict:
    from sync.seen import remembered  # noqa: PLC0415

    found = verify_path(path, ring(), [remembered(one, ring()) for one in seen])
    assert isinstance(found, Verdict)
    for language in ("en", "zh_CN"):
        assert found.text(language)
    assert json.loads(json.dumps(found.body()))["exit"] == (0 if found.sound else 1)
    return found


def places(found: Verdict) -> set[tuple[str, int | None]]:
    return {(one.code, one.index) for one in found.findings}


@pytest.mark.covers("A52", "TB01")
def test_database_and_export_are_sound_and_say_what_is_proved(database: Path, folder: Path) -> None:
    for path in (database, folder):
        found = verdict(path)
        assert found.findings == ()
        assert found.facts["records"] == SIZE
        assert found.facts["accepted"] == 30
        assert found.facts["signatures"] == 1
        said = found.text("en")
        assert f"{ORIGIN}: records #0 to #31 are all here" in said
        assert "receipts cover the first 30 records" in said
        assert "did not go on beyond 32" in said
        assert "1 file(s) named" in said


def test_the_export_is_plain_files_for_any_tool(database: Path, folder: Path) -> None:
    lines = (folder / "entries.jsonl").read_bytes().splitlines()
    hashes = (folder / "hashes.txt").read_text().splitlines()
    assert len(lines) == len(hashes) == SIZE
    assert [sha256(b"\x00" + line).hexdigest() for line in lines] == hashes
    assert all(json.loads(line)["index"] == at for at, line in enumerate(lines))
    manifest = json.loads((folder / MANIFEST).read_bytes())
    assert manifest["files"]["entries.jsonl"]["size"] == (folder / "entries.jsonl").stat().st_size
    with reading(database) as connection, pytest.raises(FileExistsError):
        export_journal(DatabaseJournal(connection), folder)


def test_an_export_without_attachments_says_so(database: Path, tmp_path: Path) -> None:
    told: list[int] = []
    with reading(database) as connection:
        source = DatabaseJournal(connection)
        export_journal(source, tmp_path / "out", attachments=False, progress=told.append)
    assert told == []
    found = verdict(tmp_path / "out")
    assert found.sound
    assert "did not come along" in found.text("en")


def edit(index: int, old: bytes, new: bytes) -> Callable[[Connection], object]:
    def change(connection: Connection) -> None:
        row = connection.execute("SELECT data FROM entry WHERE idx = ?", (index,)).fetchone()
        assert old in row[0]
        data = row[0].replace(old, new)
        connection.execute("UPDATE entry SET data = ? WHERE idx = ?", (data, index))

    return change


def both_ways(source: Path, tmp_path: Path) -> list[Verdict]:
    """The changed database, and what it exports."""
    return [verdict(source), verdict(exported_any(source, tmp_path / "out"))]


def exported_any(source: Path, folder: Path) -> Path:
    with reading(source) as connection:
        export_journal(DatabaseJournal(connection), folder)
    return folder


@pytest.mark.covers("A01", "TC01", "TC27")
@pytest.mark.parametrize("index", [1, 9, 14, 29, 30, 31])
def test_a_changed_record_is_named(database: Path, tmp_path: Path, index: int) -> None:
    change = edit(index, b'"person":"P-1"', b'"person":"P-2"')
    for found in both_ways(changed(database, tmp_path / "bad.db", change), tmp_path):
        assert ("entry-changed", index) in places(found)
        named = next(one for one in found.findings if one.code == "entry-changed")
        assert named.who == "P-2"
        assert named.origin == ORIGIN


@pytest.mark.covers("A01")
@pytest.mark.parametrize(("index", "first", "last"), [(3, 0, 9), (12, 10, 19), (31, 30, 31)])
def test_a_change_that_renews_its_hash_is_narrowed_to_a_signed_span(
    database: Path, tmp_path: Path, index: int, first: int, last: int
) -> None:
    def change(connection: Connection) -> None:
        edit(index, b'"person":"P-1"', b'"person":"P-2"')(connection)
        row = connection.execute("SELECT data FROM entry WHERE idx = ?", (index,)).fetchone()
        leaf = leaf_hash(row[0])
        connection.execute("UPDATE entry SET leaf = ? WHERE idx = ?", (leaf, index))

    for found in both_ways(changed(database, tmp_path / "bad.db", change), tmp_path):
        narrow = [one for one in found.findings if one.code.endswith("-differs")]
        assert {"first": str(first), "last": str(last)}.items() <= narrow[0].params.items()
        assert "head-differs" in {one.code for one in narrow}


@pytest.mark.covers("A02", "TC11", "TC12")
@pytest.mark.parametrize("index", [0, 11, 30])
def test_a_deleted_record_is_a_hole(database: Path, tmp_path: Path, index: int) -> None:
    def change(connection: Connection) -> None:
        connection.execute("DELETE FROM entry WHERE idx = ?", (index,))

    for found in both_ways(changed(database, tmp_path / "bad.db", change), tmp_path):
        assert ("hole", index) in places(found)


@pytest.mark.covers("A05", "TC13", "TC14", "TC17")
def test_a_tail_cut_off_is_found_by_head_receipt_or_memory(database: Path, tmp_path: Path) -> None:
    def cut(size: int) -> Callable[[Connection], object]:
        return lambda connection: connection.execute("DELETE FROM entry WHERE idx >= ?", (size,))

    found = verdict(changed(database, tmp_path / "a.db", cut(25)))
    assert ("head-short", 25) in places(found)
    assert ("receipt-short", 25) in places(found)

    whole, short = tmp_path / "whole", tmp_path / "short"
    shutil.copytree(exported(database, whole), short)
    log = short / "entries.jsonl"
    log.write_bytes(b"\n".join(log.read_bytes().split(b"\n")[:25]) + b"\n")
    assert {"head-short", "receipt-short", "changed"} <= {c for c, _ in places(verdict(short))}


@pytest.mark.covers("TC17", "A29")
def test_a_log_rolled_back_whole_is_found_only_by_an_outside_memory(
    database: Path, tmp_path: Path
) -> None:
    """The station signs an older state again: sound in itself; a label or a head shows it."""
    mark = root_mark(database, SIZE)
    old = rolled_back(database, tmp_path / "old.db", 20)
    assert verdict(old).sound
    assert "did not go on beyond 20" in verdict(old).text("en")
    assert ("seen-short", 20) in places(verdict(old, f"{SIZE}:{mark[:8]}"))
    assert ("seen-short", 20) in places(verdict(old, f"{ORIGIN}={SIZE}:{mark}"))
    head = Checkpoint(ORIGIN, SIZE, bytes.fromhex(mark)).sign(plant.STATION)
    assert ("seen-short", 20) in places(verdict(old, head))


@pytest.mark.covers("TC33", "TC34")
def test_another_history_than_the_one_seen_is_found(database: Path) -> None:
    found = verdict(database, "12:00000000")
    assert ("seen-differs", 11) in places(found)
    good = root_mark(database, 12)
    assert "state remembered outside at 12" in verdict(database, f"12:{good[:8]}").text("en")
    with reading(database) as connection:
        receipt = next(iter(DatabaseJournal(connection).receipts()))
    assert verdict(database, receipt).sound


def root_mark(database: Path, size: int) -> str:
    from sync.merkle import root_of  # noqa: PLC0415

    with reading(database) as connection:
        leaves = [leaf_hash(data) for data, _ in DatabaseJournal(connection).entries()]
    return root_of(leaves[:size]).hex()


def rolled_back(database: Path, to: Path, size: int) -> Path:
    root = bytes.fromhex(root_mark(database, size))

    def change(connection: Connection) -> None:
        connection.execute("DELETE FROM entry WHERE idx >= ?", (size,))
        connection.execute("DELETE FROM receipt WHERE size > ?", (size,))
        note = Checkpoint(ORIGIN, size, root).sign(plant.STATION)
        leaves = CompactRange()
        leaves.extend([bytes(row[0]) for row in connection.execute(LEAVES)])
        connection.execute(
            "UPDATE journal SET note = ?, size = ?, range = ?, sent = ?, accepted = ?",
            (note, size, leaves.to_bytes(), size, size),
        )

    return changed(database, to, change)


@pytest.mark.covers("A03", "A04", "TC18", "TC20", "TC23")
def test_swapped_inserted_and_copied_records_are_named(folder: Path, tmp_path: Path) -> None:
    lines = (folder / "entries.jsonl").read_bytes().splitlines(keepends=True)
    swapped = [*lines[:4], lines[5], lines[4], *lines[6:]]
    inserted = [*lines[:4], lines[4].replace(b'"sample":4', b'"sample":5'), *lines[4:]]
    copied = [*lines[:8], lines[7], *lines[8:]]
    for name, made, wanted in (
        ("swapped", swapped, {("hole", 4), ("misplaced", 6)}),
        ("inserted", inserted, {("misplaced", 5)}),
        ("copied", copied, {("misplaced", 8)}),
    ):
        shutil.copytree(folder, tmp_path / name)
        (tmp_path / name / "entries.jsonl").write_bytes(b"".join(made))
        assert wanted <= places(verdict(tmp_path / name)), name


@pytest.mark.covers("A06", "A13", "TC22", "TC36")
def test_head_and_receipts_of_strangers_are_refused(database: Path, tmp_path: Path) -> None:
    size, root = SIZE, bytes.fromhex(root_mark(database, SIZE))
    thief = Checkpoint(ORIGIN, size, root).sign(TestSigner(ORIGIN, "thief"))
    other = Checkpoint("lotbook.test/S1/ST-02/1", size, root).sign(plant.STATION)
    receipt = TestSigner(plant.SERVER, "thief")

    def head(note: str) -> Callable[[Connection], object]:
        return lambda connection: connection.execute("UPDATE journal SET note = ?", (note,))

    def forge(connection: Connection) -> None:
        from sync.receipt import Receipt  # noqa: PLC0415

        note = Receipt(ORIGIN, 5, root, "2026-01-01T00:00:00+00:00", 0, 5).sign(receipt).note
        connection.execute("UPDATE receipt SET note = ? WHERE size = 20", (note,))

    for number, note in enumerate((thief, other, "")):
        found = verdict(changed(database, tmp_path / f"{number}.db", head(note)))
        assert {one.member for one in found.findings if one.code == "head"} == {"head.note"}
    found = verdict(changed(database, tmp_path / "r.db", forge))
    named = [one for one in found.findings if one.code == "receipt"]
    assert [one.member for one in named] == ["receipts.jsonl:2"]


@pytest.mark.covers("TC25", "TC26", "A43")
def test_a_swapped_or_dropped_file_names_the_record(database: Path, tmp_path: Path) -> None:
    def swap(connection: Connection) -> None:
        connection.execute("UPDATE attachment SET data = x'00'")

    def drop(connection: Connection) -> None:
        connection.execute("DELETE FROM attachment")

    found = verdict(changed(database, tmp_path / "a.db", swap))
    assert places(found) == {("attachment-changed", 15), ("column", None)}
    out = exported_any(tmp_path / "a.db", tmp_path / "out")
    assert places(verdict(out)) == {("attachment", 15)}, "its true digest names the file"
    found = verdict(changed(database, tmp_path / "b.db", drop))
    assert places(found) == {("attachment", 15)}


@pytest.mark.covers("A15", "TC06", "TC32")
def test_an_altered_signature_is_named(database: Path, tmp_path: Path) -> None:
    for number, (old, new, code) in enumerate((
        (b'"performed"', b'"verified!"', "esign"),
        (b'"printed_name":"One"', b'"printed_name":"Two"', "esign"),
        (b'"covers_root":"', b'"covers_rood":"', "esign-form"),
        (b'"head":"30:', b'"head":"39:', "esign-head"),
        (b'"person":"P-1"', b'"person":"P-9"', "no-key"),
    )):  # fmt: skip
        found = verdict(changed(database, tmp_path / f"{number}.db", edit(30, old, new)))
        assert (code, 30) in places(found), code


def test_entries_beyond_the_head_are_not_claimed(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "more")
    entries = tmp_path / "more" / "entries.jsonl"
    last = entries.read_bytes().splitlines()[-1].replace(b'"index":31', b'"index":32')
    with entries.open("ab") as file:
        file.write(last + b"\n")
    assert "head-beyond" in {code for code, _ in places(verdict(tmp_path / "more"))}


def test_damage_of_files_is_named(folder: Path, tmp_path: Path) -> None:
    def copy(name: str) -> Path:
        return Path(shutil.copytree(folder, tmp_path / name))

    gone = copy("gone")
    (gone / "README.txt").unlink()
    assert ("missing", None) in places(verdict(gone))
    (gone / "entries.jsonl").unlink()
    assert {"missing", "head-short"} <= {code for code, _ in places(verdict(gone))}
    (gone / "hashes.txt").unlink()
    (gone / "receipts.jsonl").write_bytes(b"{nonsense\n")
    assert "receipt" in {code for code, _ in places(verdict(gone))}
    outside = copy("outside")
    manifest = json.loads((outside / MANIFEST).read_bytes())
    manifest["files"]["../../etc/passwd"] = {"sha256": "00" * 32, "size": 1}
    (outside / MANIFEST).write_bytes(canonical.dumps(manifest))
    found = verdict(outside)
    assert [(one.code, one.member) for one in found.findings] == [("foreign", "../../etc/passwd")]
    seen = copy("seen")
    (seen / "witnessed.note").write_text("nothing", encoding="utf-8")
    assert "checkpoint" in {code for code, _ in places(verdict(seen))}


def test_what_is_no_evidence_cannot_be_used(
    folder: Path, database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(plant.keys_text(), encoding="utf-8")
    empty, other = tmp_path / "empty", tmp_path / "other"
    empty.mkdir()
    FolderWriter(other).finish({"format": "something/1"})
    broken, unfinished = tmp_path / "broken.db", tmp_path / "unfinished"
    broken.write_bytes(database.read_bytes()[:100])
    shutil.copytree(folder, unfinished)
    (unfinished / MANIFEST).write_bytes(b"{")
    for path in (empty, other, broken, unfinished, tmp_path / "none"):
        assert main([str(path), "--keys", str(keys)]) == 2, path
    for path in (folder, database):
        assert main([str(path), "--keys", str(keys), "--language", "zh_CN"]) == 0
    assert "完好" in capsys.readouterr().out
    assert main([str(folder), "--keys", str(keys), "--seen", "what"]) == 2
    assert main([str(folder), "--keys", str(keys), "--seen", "12:00000000"]) == 1
    head = folder / "head.note"
    capsys.readouterr()
    assert main([str(folder), "--keys", str(keys), "--json", "--seen", str(head)]) == 0
    assert json.loads(capsys.readouterr().out)["accepted"] == 30
    with pytest.raises(UnusableInput):
        verify_path(other, ring())


def test_without_the_stations_key_nothing_is_proved(database: Path) -> None:
    lacking = ring()
    del lacking.keys["station", ORIGIN]
    with reading(database) as connection:
        found = JournalCheck(DatabaseJournal(connection), lacking).verdict()
    assert [one.code for one in found.findings] == ["no-key"]
    del lacking.keys["server", plant.SERVER]
    with reading(database) as connection:
        found = JournalCheck(DatabaseJournal(connection), lacking).verdict()
    assert {one.code for one in found.findings} == {"no-key", "receipt", "checkpoint"}


def test_a_long_log_is_read_in_a_stream_with_progress(tmp_path: Path) -> None:
    """Findings are bounded too: a log of nonsense does not fill the memory."""
    writer = FolderWriter(tmp_path / "long")
    writer.lines(journal_source.ENTRIES, (b"{}" for _ in range(2_500)))
    writer.finish({"format": journal_source.FORMAT, "origin": ORIGIN, "attachments": False})
    told: list[int] = []
    found = JournalCheck(FolderJournal(tmp_path / "long"), ring()).verdict(told.append)
    assert told == [1_000, 2_000]
    assert len(found.findings) == 1_000
    assert found.count > 2_500


@given(st.binary(max_size=300))
def test_any_bytes_survive_a_line(data: bytes) -> None:
    line = line_of(data)
    assert line.count(b"\n") == 1
    assert data_of(line) == data


def test_a_damaged_line_fits_no_record(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"=not base64!\n=" + b64encode(b"a\nb") + b"\n{}\ncut")
    assert list(read_lines(path)) == [b"=not base64!", b"a\nb", b"{}", b"cut"]


def test_every_place_is_in_words() -> None:
    found = Finding("hole", "entries.jsonl", {}, ORIGIN, 3)
    assert found.words("en").startswith(f"{ORIGIN} #3 [entries.jsonl]")
    assert found.body()["index"] == 3
