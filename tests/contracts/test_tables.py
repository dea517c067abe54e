"""Every case of the tables of attacks, tampering, faults and threats is a test, or says why not."""

from __future__ import annotations

import ast
import csv
from functools import cache
from pathlib import Path

import pytest

from tests.contracts.source import ROOT
from tests.tamper.cases import CASES

NOT_YET: dict[str, str] = {
    "F66": "crashes are shown and end the kiosk; nothing watches a blocked UI thread",
    "F70": "thirty days of uptime are a soak, not a test",
    "F71": "the suite runs in one locale; a matrix of them is not run",
    "F73": "there is no webhook yet",
    "F74": "there is no mail and no ERP connector yet",
    "F75": "alarms are not grouped; a storm of them is not tried",
    "F78": "the simulator draws faults together; pairs are not enumerated",
    "T35": "there is no updater; requirements are hash-locked (test_repository)",
}
"""Case -> why no test carries it. Only ever taken from."""


@cache
def covered() -> frozenset[str]:
    """Every id in a mark ``covers`` of a test; the tampering cases are marked by their table."""
    paths = (ROOT / "tests").rglob("test_*.py")
    return frozenset(CASES).union(*(_marks(path) for path in paths))


def _marks(path: Path) -> set[str]:
    return {
        argument.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.covers")
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


@pytest.mark.parametrize("table", ["attacks", "tamper", "faults", "threats"])
def test_every_case_is_a_test_or_says_why_not(shared: Path, table: str) -> None:
    with (shared / "requirements" / f"{table}.tsv").open(encoding="utf-8") as file:
        ids = {row["id"] for row in csv.DictReader(file, delimiter="\t")}
    assert len(ids) > 35
    missing = ids - covered() - set(NOT_YET)
    assert not missing, "write the test, and mark what it proves"


def test_what_is_covered_is_taken_off_the_list() -> None:
    assert not covered() & set(NOT_YET), "take it off: a test carries it now"
