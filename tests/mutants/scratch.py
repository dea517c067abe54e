"""A copy of the tree in which a bug may live for as long as one test takes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.mutants.catalogue import Mutant
from tests.mutants.outcomes import OUTCOMES

ROOT = Path(__file__).resolve().parents[2]
LONGEST_S = 150
"""For each test of a run of pytest; a bug that hangs its test is not killed."""
_APPLY = ("git", "apply", "--recount", "-C1")


class Outcome(NamedTuple):
    """How one test ended."""

    test: str
    outcome: str
    asserted: bool
    said: str


class Verdict(NamedTuple):
    """What became of a mutant."""

    killed: bool
    why: str


def applies(patch: Path, tree: Path = ROOT) -> str:
    """Empty if the patch fits the tree, else what git says."""
    check = subprocess.run(
        [*_APPLY, "--check", patch], cwd=tree, capture_output=True, text=True, check=False
    )
    return check.stderr.strip() if check.returncode else ""


class Scratch:
    """A copy of every tracked or new file, with the corpora at their place beside it."""

    def __init__(self, folder: Path) -> None:
        """Make the copy under ``folder``, which is empty and belongs to this run."""
        self.tree, self._lines = folder / "tree", folder / "outcomes.jsonl"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():  # not one that was deleted and not yet committed
                (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.tree / name)
        shared = ROOT.parent / "shared"
        if shared.is_dir():
            (folder / "shared").symlink_to(shared, target_is_directory=True)
        # A repository of its own: git must not look for the files in one further up.
        subprocess.run(["git", "init", "-q"], cwd=self.tree, check=True)

    def run(self, tests: list[str], *more: str) -> list[Outcome]:
        """Run these tests on the copy as it is now."""
        self._lines.write_text("", encoding="utf-8")
        plugins = ["-p", "tests.mutants.outcomes", "-p", "no:randomly", "-p", "no:cacheprovider"]
        environment = {
            **os.environ,
            OUTCOMES: str(self._lines),
            "PYTHONPATH": str(self.tree),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        try:
            subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "--no-cov", *plugins, *more, *tests],
                cwd=self.tree,
                env=environment,
                capture_output=True,
                check=False,
                timeout=LONGEST_S * len(tests),
            )
        except subprocess.TimeoutExpired:
            return [Outcome("", "failed", asserted=False, said="it never ended")]
        lines = self._lines.read_text(encoding="utf-8").splitlines()
        return [Outcome(**json.loads(line)) for line in lines]

    def try_out(self, mutant: Mutant) -> Verdict:
        """Put the bug in, run its test, take the bug out again."""
        why = applies(mutant.patch, self.tree)
        if why:
            return Verdict(killed=False, why=f"the patch does not apply: {why}")
        subprocess.run([*_APPLY, mutant.patch], cwd=self.tree, check=True)
        try:
            return _judged(self.run([mutant.test], "-x"))
        finally:
            subprocess.run([*_APPLY, "--reverse", mutant.patch], cwd=self.tree, check=True)


def _judged(outcomes: list[Outcome]) -> Verdict:
    if not outcomes:
        return Verdict(killed=False, why="the test did not run: the patch breaks an import")
    failed = [one for one in outcomes if one.outcome == "failed"]
    if not failed:
        return Verdict(killed=False, why="survived: the test passes")
    if not failed[0].asserted:
        return Verdict(killed=False, why=f"not by an assertion: {failed[0].said}")
    return Verdict(killed=True, why=failed[0].said)
