"""The requirement matrix says what the tests said: no more, no less."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest

from tests.contracts.source import script


@pytest.fixture(scope="module")
def matrix() -> ModuleType:
    return script("matrix")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "regulations.tsv").write_text(
        "id\tclause\tdemonstrable\nP11-70\tlinking\t<cut> & paste fails\nP11-30\topen\tencrypted\n",
        encoding="utf-8",
    )
    return tmp_path


def run(matrix: ModuleType, folder: Path, tests: dict[str, dict[str, object]]) -> int:
    (folder / "covers.json").write_text(json.dumps({"tests": tests}), encoding="utf-8")
    given = ["--covers", folder / "covers.json", "--requirements", folder / "requirements"]
    return int(matrix.main([*map(str, given), "--out", str(folder)]))


@pytest.mark.covers("A11-4")
def test_covered_and_open_requirements(matrix: ModuleType, folder: Path) -> None:
    tests: dict[str, dict[str, object]] = {"t::a": {"covers": ["P11-70"], "outcome": "passed"}}
    assert run(matrix, folder, tests) == 0
    text = (folder / "matrix.md").read_text(encoding="utf-8")
    assert "1 passed, 0 failed, 1 open" in text
    assert "`t::a` passed" in text
    page = (folder / "matrix.html").read_text(encoding="utf-8")
    assert "&lt;cut&gt; &amp; paste fails" in page
    assert "<cut>" not in page


def test_a_failed_test_fails_the_matrix(matrix: ModuleType, folder: Path) -> None:
    tests: dict[str, dict[str, object]] = {
        "t::a": {"covers": ["P11-70"], "outcome": "passed"},
        "t::b": {"covers": ["P11-70"], "outcome": "failed"},
    }
    assert run(matrix, folder, tests) == 1
    assert "1 failed" in (folder / "matrix.md").read_text(encoding="utf-8")


def test_a_skipped_test_proves_nothing(matrix: ModuleType, folder: Path) -> None:
    tests: dict[str, dict[str, object]] = {"t::a": {"covers": ["P11-70"], "outcome": "skipped"}}
    assert run(matrix, folder, tests) == 0
    assert "0 passed, 0 failed, 2 open" in (folder / "matrix.md").read_text(encoding="utf-8")


def test_an_orphan_mark_is_shown(matrix: ModuleType, folder: Path) -> None:
    tests: dict[str, dict[str, object]] = {"t::a": {"covers": ["GONE-1"], "outcome": "passed"}}
    assert run(matrix, folder, tests) == 0
    assert "GONE-1" in (folder / "matrix.md").read_text(encoding="utf-8")


def test_nothing_to_read_says_what_to_do(
    matrix: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert matrix.main(["--covers", str(tmp_path / "none.json")]) == 2
    assert "make matrix" in capsys.readouterr().out
