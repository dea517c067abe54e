"""The seeded bugs fit the tree as it is; `make mutants` shows that they are killed."""

from __future__ import annotations

import ast
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.covering import known_ids, unknown_ids
from tests.mutants.catalogue import HERE, LEAST, Mutant, mutants
from tests.mutants.scratch import ROOT, applies

ALL = mutants()


def test_there_are_enough_and_each_has_its_patch() -> None:
    assert len(ALL) >= LEAST
    named = Counter(mutant.patch.name for mutant in ALL)
    assert named == Counter(path.name for path in HERE.glob("*.patch"))


def test_they_stand_for_known_requirements(shared: Path) -> None:
    known = known_ids(shared / "requirements")
    for mutant in ALL:
        assert mutant.stands_for, mutant.name
        assert unknown_ids(mutant.stands_for, known) == [], mutant.name


@pytest.mark.parametrize("mutant", ALL, ids=lambda mutant: str(mutant.name))
def test_a_mutant_fits_the_tree(mutant: Mutant) -> None:
    if shutil.which("git") is None:
        pytest.skip("patches are checked by git, which is not here")
    assert applies(mutant.patch) == "", "make the patch again: docs/decisions, mutants"
    assert all(line[4:].startswith(("a/", "b/")) for line in _files(mutant)), mutant.name
    changed = {line[6:].partition("/")[0] for line in _files(mutant)}
    assert changed <= {"forms", "sync", "devices", "terminal", "server", "witness"}
    file, _, test = mutant.test.partition("[")[0].partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert test in {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}


def _files(mutant: Mutant) -> list[str]:
    lines = mutant.patch.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith(("--- ", "+++ "))]
