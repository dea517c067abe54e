"""Every case of attacks.tsv and tamper.tsv is a test, or stands on a list that only shrinks."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest

from tests.contracts.source import ROOT
from tests.tamper.cases import CASES

NOT_YET: dict[str, str] = {
    "A40": "damage is found within a day and named; it is not yet healed from the server's copy",
    "A47": "no RFC 3161 time stamps are taken: witnesses' cosignatures carry the time instead",
    "A49": "a backlog of a million is measured by `make bench-load`",
    "TB03": "there is one store, SQLite; PostgreSQL can stand behind the same verbs",
}
"""Case -> why no test carries it. Only ever taken from."""


def covered() -> set[str]:
    """Every id in a mark ``covers`` of a test; the tampering cases are marked by their table."""
    found = set(CASES)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        found |= _marks(path)
    return found


def _marks(path: Path) -> set[str]:
    return {
        argument.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.covers")
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


@pytest.mark.parametrize("table", ["attacks", "tamper"])
def test_every_case_is_a_test_or_says_why_not(shared: Path, table: str) -> None:
    with (shared / "requirements" / f"{table}.tsv").open(encoding="utf-8") as file:
        ids = {row["id"] for row in csv.DictReader(file, delimiter="\t")}
    assert len(ids) > 40
    missing = ids - covered() - set(NOT_YET)
    assert not missing, "write the test, and mark what it proves"


def test_what_is_covered_is_taken_off_the_list() -> None:
    assert not covered() & set(NOT_YET), "take it off: a test carries it now"
