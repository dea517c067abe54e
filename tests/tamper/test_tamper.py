"""tamper.tsv: each case with 50 seeds is found and located, by whoever it was done."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

import pytest

from sync.findings import Finding
from sync.packfile import slug
from tests.tamper.cases import CASES, Target
from tests.tamper.evidence import Evidence
from tests.tamper.forger import Forger

SEEDS = 50
ONLY_OUTSIDE = {"TC17"}
"""A whole database rolled back is sound in itself: only what somebody else kept shows it."""


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return Evidence(tmp_path_factory.mktemp("tamper"))


def test_the_export_itself_is_sound_and_so_is_its_copy(evidence: Evidence, tmp_path: Path) -> None:
    assert [one.words("en") for one in evidence.findings(evidence.folder, outside=True)] == []
    copy = Forger.read(evidence.folder).write(tmp_path / "copy", evidence.key, insider=False)
    assert [one.words("en") for one in evidence.findings(copy, outside=True)] == []
    copy = Forger.read(evidence.folder).write(tmp_path / "again", evidence.key, insider=True)
    assert [one.words("en") for one in evidence.findings(copy, outside=True)] == []


@pytest.mark.covers("T10")
@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.covers(one)) for one in sorted(CASES)]
)
def test_every_tampering_is_found_and_located(
    evidence: Evidence, tmp_path: Path, name: str
) -> None:
    for seed in range(SEEDS):
        chance = Random(f"{name} {seed}")
        forger = evidence.forger.copy()
        target = CASES[name](forger, chance)
        insider = seed % 2 == 1
        folder = forger.write(tmp_path / str(seed), evidence.key, insider=insider)
        outside = insider or name in ONLY_OUTSIDE
        found = evidence.findings(folder, outside=outside)
        assert found, f"seed {seed}: {target} was not found"
        assert any(locates(one, target, evidence) for one in found), (
            seed, target, [one.words("en") for one in found[:12]],
        )  # fmt: skip


def locates(found: Finding, target: Target, evidence: Evidence) -> bool:
    """Whether the finding names the place, or a span between two signed states that holds it."""
    if target.name:
        return target.name in found.words("en") or slug(target.name) in found.member
    if target.leaf >= 0:
        target = Target(evidence.origin, target.leaf)
    return (found.origin, found.index) == (target.origin, target.index) or _spans(
        found, target.origin, target.index
    )


def _spans(found: Finding, origin: str, index: int) -> bool:
    params = found.params
    about = found.origin == origin or slug(origin) in found.member
    about = about or (not found.origin and found.member.startswith("log/"))
    if not about:
        return False
    if "first" in params:
        return int(params["first"]) <= index <= int(params["last"])
    if found.code.endswith("-short"):
        return int(params["have"]) <= index
    return found.code.endswith("-beyond") and int(params["size"]) <= index


def test_the_table_is_the_one_of_the_requirements(shared: Path) -> None:
    with (shared / "requirements" / "tamper.tsv").open(encoding="utf-8") as file:
        wanted = {row["id"] for row in csv.DictReader(file, delimiter="\t")}
    assert {one for one in wanted if one.startswith("TC")} == set(CASES)
