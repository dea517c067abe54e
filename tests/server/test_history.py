"""History from before Lotbook: signed, whole or not at all, computed again from what was kept."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import cli
from server.fsck import examine
from server.history_commands import Pace
from server.ingest import history
from server.ingest.history import BadRows, History
from server.ingest.history_rows import FILES, Known, Sheet, rows_of, time_of
from server.ingest.projector import dump
from server.log.leaves import Statement, decode
from server.masters.history import HistoryImport, pieces
from server.store.sqlite import SqliteStore
from server.words import Refusal
from sync import keys
from tests.server.plant import SECRETS, Plant, badge

LOTS = """lot_id,lot_code,item,level,supplier,time
1,R1,RESIN,raw,SUP-1,2024-03-01T08:00:00+08:00
2,C1,BODY,component,,2024-03-02 08:00:00
3,D1,"SET, sterile",device,,
"""
EDGES = """parent_lot,child_lot,quantity,event_time
R1,C1,1.500,2024-03-02T07:00:00Z
C1,D1,2,2024-03-03T07:00:00Z
"""
LINES = """line_id,lot_code,shipment,customer,qty,time
SL1,D1,SH1,Hospital,2,2024-03-09T07:00:00Z
"""
SERIALS = """serial,lot_code,line_id
S1,D1,SL1
S2,D1,
"""
GOOD = {"lots.csv": LOTS, "edges.csv": EDGES, "shipment_lines.csv": LINES, "serials.csv": SERIALS}


def folder_with(path: Path, **changed: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in GOOD.items():
        said = changed.get(name.removesuffix(".csv"), text)
        (path / name).write_bytes(said.encode("utf-8", "surrogateescape"))
    return path


def bring(plant: Plant, folder: Path, person: str = "P-QA") -> object:
    acting = plant.parts.directory.unlock(badge(person), SECRETS[person])
    return HistoryImport(plant.parts.book).bring(folder, acting, "ERP export", "start of Lotbook")


def test_rows_are_written_numbered_and_signed_for(plant: Plant, tmp_path: Path) -> None:
    store, before = plant.parts.store, plant.parts.book.size
    done = bring(plant, folder_with(tmp_path / "in"))
    lots = [tuple(row.values()) for row in store.rows("history_lots")]
    assert lots == [
        (0, "1", "R1", "RESIN", "raw", "SUP-1", "2024-03-01T08:00:00+08:00", before),
        (1, "2", "C1", "BODY", "component", "", "2024-03-02T08:00:00+00:00", before),
        (2, "3", "D1", "SET, sterile", "device", "", "", before),
    ]
    edges = [(row["parent"], row["child"], row["quantity"]) for row in store.rows("history_edges")]
    assert edges == [(0, 1, "1.500"), (1, 2, "2")]
    serials = [(row["serial"], row["lot"], row["line"]) for row in store.rows("history_serials")]
    assert serials == [("S1", 2, 0), ("S2", 2, None)]
    assert [row["customer"] for row in store.rows("history_shipment_lines")] == ["Hospital"]
    row = store.one("leaves", idx=before)
    assert row is not None
    said = decode(row["data"])
    assert isinstance(said, Statement)
    assert (said.kind, said.by[0].person) == ("history.imported", "P-QA")
    assert said.body["reason"] == "start of Lotbook"
    assert {file["name"]: file["rows"] for file in said.body["files"]} == done.rows  # type: ignore[attr-defined]


def test_the_same_files_again_are_nothing_and_new_ones_go_on(plant: Plant, tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "in")
    bring(plant, folder)
    size = plant.parts.book.size
    assert bring(plant, folder) is None
    assert plant.parts.book.size == size
    (folder / "lots.csv").write_text(LOTS.splitlines()[0] + "\n4,D2,SET,device,,\n")
    (folder / "edges.csv").write_text(EDGES.splitlines()[0] + "\nD1,D2,1,2024-04-01T00:00:00Z\n")
    bring(plant, folder)
    store = plant.parts.store
    newest = store.newest("history_edges")
    assert newest is not None
    assert (newest["number"], newest["parent"], newest["child"]) == (2, 2, 3)
    assert store.count("history_serials") == 2


def test_a_rebuild_gives_the_same_rows_and_fsck_agrees(plant: Plant, tmp_path: Path) -> None:
    bring(plant, folder_with(tmp_path / "in"))
    before = dump(plant.parts.store)
    assert plant.parts.projections.rebuild() == plant.parts.book.size
    assert dump(plant.parts.store) == before
    assert examine(plant.parts) == []
    row = plant.parts.store.rows("history_edges")[0]
    plant.parts.store.put("history_edges", row | {"quantity": "9"})
    assert any("history_edges" in line for line in examine(plant.parts))


def test_files_whose_pieces_are_not_here_wait_and_come_back(plant: Plant, tmp_path: Path) -> None:
    folder, store = folder_with(tmp_path / "in"), plant.parts.store
    bring(plant, folder)
    connection = store._connection  # type: ignore[attr-defined]
    connection.execute("DROP TRIGGER documents_no_delete")
    connection.execute("DELETE FROM documents WHERE kind = 'history'")
    plant.parts.projections.rebuild()
    assert store.count("history_lots") == 0
    assert {row["rows"] for row in store.rows("history_files")} == {history.WAITING}
    bring(plant, folder)
    assert store.count("history_edges") == 2
    assert history.WAITING not in {row["rows"] for row in store.rows("history_files")}


def test_rows_that_refer_to_what_waits_wait_too(plant: Plant, tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "in")
    late = {name: (folder / name) for name in ("edges.csv", "serials.csv", "shipment_lines.csv")}
    texts = {name: path.read_text() for name, path in late.items()}
    for path in late.values():
        path.unlink()
    bring(plant, folder)
    for name, path in late.items():
        path.write_text(texts[name])
    bring(plant, folder)
    store = plant.parts.store
    first = store.rows("leaves", kind="history.imported")[0]
    lots = decode(first["data"]).body["files"][0]["pieces"][0]  # type: ignore[union-attr]
    connection = store._connection  # type: ignore[attr-defined]
    connection.execute("DROP TRIGGER documents_no_delete")
    connection.execute("DELETE FROM documents WHERE sha256 = ?", (lots,))
    plant.parts.projections.rebuild()
    assert store.count("history_edges") == store.count("history_shipment_lines") == 0
    assert store.count("history_files", rows=history.WAITING) == 4


@pytest.mark.parametrize(
    ("file", "text", "line", "code"),
    [
        ("lots", "lot,item\n", 1, "head"),
        ("lots", '"a\rb,item\n', 1, "head"),
        ("lots", LOTS + "5,X,I,raw,,yesterday\n", 5, "time"),
        ("lots", LOTS + "5,X,I,raw,,2024-13-01T00:00:00Z\n", 5, "time"),
        ("lots", LOTS + "5,R1,I,raw,,\n", 5, "twice"),
        ("lots", LOTS + "1,X,I,raw,,\n", 5, "twice"),
        ("lots", LOTS + "5,,I,raw,,\n", 5, "empty"),
        ("lots", LOTS + "5,X\n", 5, "width"),
        ("lots", LOTS + f"5,X,{'I' * 201},raw,,\n", 5, "field-long"),
        ("lots", LOTS + f"5,X,{'I' * 5000},raw,,\n", 5, "line-long"),
        ("lots", LOTS + "5,X\x00,I,raw,,\n", 5, "control"),
        ("lots", LOTS + '5,"X\nY",I,raw,,\n', 5, "quotes"),
        ("lots", LOTS + '5,"X"Y,I,raw,,\n', 5, "quotes"),
        ("lots", LOTS + "5,\udcff,I,raw,,\n", 5, "not-utf8"),
        ("edges", EDGES + "R1,NONE,1,2024-03-02T07:00:00Z\n", 4, "lot-unknown"),
        ("edges", EDGES + "R1,R1,1,2024-03-02T07:00:00Z\n", 4, "itself"),
        ("edges", EDGES + "R1,D1,-1,2024-03-02T07:00:00Z\n", 4, "quantity"),
        ("edges", EDGES + "R1,D1,nan,2024-03-02T07:00:00Z\n", 4, "quantity"),
        ("edges", EDGES + "R1,D1,1,\n", 4, "empty"),
        ("serials", SERIALS + "S3,D1,NONE\n", 4, "line-unknown"),
        ("serials", SERIALS + "S1,D1,\n", 4, "twice"),
        ("shipment_lines", LINES + "SL2,,SH1,X,1,2024-03-09T07:00:00Z\n", 3, "empty"),
    ],
)
def test_a_row_that_is_wrong_is_named_and_nothing_is_taken(
    file: str, text: str, line: int, code: str, plant: Plant, tmp_path: Path
) -> None:
    before = plant.parts.book.size
    with pytest.raises(BadRows) as caught:
        bring(plant, folder_with(tmp_path / "in", **{file: text}))
    assert (caught.value.bad[0].file, caught.value.bad[0].line) == (f"{file}.csv", line)
    assert code in {bad.code for bad in caught.value.bad}
    assert plant.parts.book.size == before
    assert plant.parts.store.count("history_lots") == 0
    assert plant.parts.store.count("documents", kind="history") == 0


def test_edges_may_name_lots_by_their_id(plant: Plant, tmp_path: Path) -> None:
    edges = "event_time,quantity,child_lot,parent_lot,note\n2024-03-02T07:00:00Z,1,2,1,x\n"
    bring(plant, folder_with(tmp_path / "in", edges=edges))
    row = plant.parts.store.rows("history_edges")[0]
    assert (row["parent"], row["child"]) == (0, 1)


def test_rows_in_pieces_and_slices_keep_their_line_numbers(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.masters.history.PIECE", 300)
    monkeypatch.setattr(history, "SLICE", 50)
    many = "".join(f"{n},X{n},I,raw,,2024-03-02T08:00:00Z\n" for n in range(10, 60))
    with pytest.raises(BadRows) as caught:
        bring(plant, folder_with(tmp_path / "in", lots=f"{LOTS}{many}60,Y,I,raw,,soon\n"))
    assert [(bad.line, bad.code) for bad in caught.value.bad] == [(55, "time")]
    bring(plant, folder_with(tmp_path / "in", lots=LOTS + many))
    codes = [row["lot_code"] for row in plant.parts.store.rows("history_lots")]
    assert codes == ["R1", "C1", "D1", *(f"X{n}" for n in range(10, 60))]
    assert plant.parts.store.count("documents", kind="history") > 7
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before


def test_many_bad_rows_are_named_up_to_a_number(plant: Plant, tmp_path: Path) -> None:
    wrong = LOTS + "".join(f"{n},X{n},I,raw,,soon\n" for n in range(10, 90))
    with pytest.raises(BadRows) as caught:
        bring(plant, folder_with(tmp_path / "in", lots=wrong))
    assert [bad.line for bad in caught.value.bad] == list(range(5, 25))


def test_who_may_not_who_gives_no_reason_and_where_nothing_is(plant: Plant, tmp_path: Path) -> None:
    folder = folder_with(tmp_path / "in")
    with pytest.raises(Refusal, match="class"):
        bring(plant, folder, "P-OP")
    acting = plant.parts.directory.unlock(badge("P-QA"), SECRETS["P-QA"])
    imports = HistoryImport(plant.parts.book)
    for reason, code in ((" ", "reason-needed"), ("x" * 1_001, "bad-request")):
        with pytest.raises(Refusal) as refused:
            imports.bring(folder, acting, "", reason)
        assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        imports.found(tmp_path / "nowhere")
    assert refused.value.code == "history-missing"


def test_a_file_that_changes_while_it_is_read_is_refused(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_with(tmp_path / "in")
    take = History.take

    def changing(self: History, file: str, of: object) -> int:
        (folder / "edges.csv").write_text(EDGES + "R1,D1,1,2024-03-02T07:00:00Z\n")
        return take(self, file, of)  # type: ignore[arg-type]

    monkeypatch.setattr(History, "take", changing)
    with pytest.raises(Refusal, match="changed"):
        bring(plant, folder)
    assert plant.parts.store.count("history_lots") == 0


@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_are_named(data: bytes) -> None:
    for name in FILES:
        sheet = Sheet(name, data.decode("latin-1"), FILES[name], 2)
        rows = rows_of(sheet, Known(), 0)
        assert not (rows and sheet.bad)
        assert all(bad.line >= 2 for bad in sheet.bad)


@given(st.text(max_size=30))
def test_a_time_is_rfc_3339_or_none(text: str) -> None:
    found = time_of(text)
    assert not found or found.endswith("Z") or found[-6] in "+-"


@given(st.binary(max_size=300))
def test_pieces_are_the_file_and_end_with_lines(data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.masters.history.PIECE", 64)
        found = list(pieces(io.BytesIO(data)))
    assert b"".join(found) == data
    assert all(len(one) <= 64 for one in found)
    assert all(one.endswith(b"\n") or b"\n" not in one for one in found[:-1])


def test_the_command_imports_and_says_what_is_wrong(
    plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(cli, "COST", keys.TEST_COST)
    monkeypatch.setenv("LOTBOOK_BADGE", badge("P-QA"))
    monkeypatch.setenv("LOTBOOK_SECRET", SECRETS["P-QA"])
    store = plant.parts.store
    assert isinstance(store, SqliteStore)
    data = store._database.path.parent
    store.close()
    plant.parts.office._journal._database.close()
    verb = ["import-genealogy", "--data", str(data), "--reason", "start"]
    wrong = folder_with(tmp_path / "wrong", edges=EDGES + "R1,NONE,1,2024-03-02T07:00:00Z\n")
    for language, said in (("en", "edges.csv, line 4: lot NONE"), ("zh_CN", "edges.csv，第 4 行")):
        assert cli.main(["--language", language, *verb, str(wrong)]) == 1
        assert said in capsys.readouterr().err
    good = folder_with(tmp_path / "good")
    assert cli.main([*verb, str(good)]) == 0
    assert "Imported 8 rows" in capsys.readouterr().out
    with plant.folder.open() as parts:  # the next start has the arrays, and reads no row
        assert parts.genealogy.graph.map()
        assert parts.genealogy.graph.mapped > 0
    assert cli.main([*verb, str(good)]) == 0
    assert "Nothing to do" in capsys.readouterr().out


def test_the_pace_says_how_far_how_fast_and_how_long() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    now = [0]
    told = Terminal()
    pace = Pace(told, {"edges.csv": 10_000_000}, lambda: now[0])
    now[0] = 2 * 10**9
    pace.read("edges.csv", 2_500_000)
    assert "edges.csv: 25 %, 1.2 MB/s, 0:06 left" in told.getvalue()
    assert pace.took_s() == 2
    assert told.getvalue().endswith("\r\033[K")
    quiet = io.StringIO()
    Pace(quiet, {}, lambda: now[0]).read("edges.csv", 1)
    assert quiet.getvalue() == ""
