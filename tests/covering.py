"""Which test covers which requirement: the marks checked, the outcomes collected.

Reports carry the marks as user properties, so that they also arrive from pytest-xdist workers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest


def known_ids(requirements: Path) -> frozenset[str]:
    """First column of every table of requirements; empty where the folder is absent."""
    found: set[str] = set()
    for table in sorted(requirements.glob("*.tsv")):
        rows = table.read_text(encoding="utf-8").splitlines()
        found |= {row.split("\t", 1)[0].strip() for row in rows if row.strip()}
    return frozenset(found - {"id"})


def unknown_ids(ids: Iterable[str], known: frozenset[str]) -> list[str]:
    """The ids that no table holds; none where there are no tables to ask."""
    return [one for one in ids if known and one not in known]


class CoverRecorder:
    """Collects, per test with a mark, the requirements and the worst outcome of its phases."""

    def __init__(self, target: Path) -> None:
        """Write to ``target`` when the session ends."""
        self._target = target
        self._tests: dict[str, dict[str, object]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a phase; a failed set-up or tear-down is a failed test."""
        ids = dict(report.user_properties).get("covers")
        if not ids:
            return
        entry = self._tests.setdefault(report.nodeid, {"covers": ids, "outcome": "passed"})
        if entry["outcome"] == "passed" and report.outcome != "passed":
            entry["outcome"] = report.outcome

    def pytest_sessionfinish(self) -> None:
        """Write the file, in the order of the tests' names."""
        self._target.parent.mkdir(parents=True, exist_ok=True)
        document = {"tests": dict(sorted(self._tests.items()))}
        self._target.write_text(
            json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
