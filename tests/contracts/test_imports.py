"""Floors and doors: who may import whom."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.source import ROOT, imports, modules

DEVICES_MAY_READ = ("forms.terms", "forms.units", "forms.identifiers", "forms.label_")
"""What a label looks like is a word of the trade, too: a printer draws what was designed."""
QT_ROOMS = ("app", "kiosk", "theme", "screens", "widgets", "tasks")


def outside_environment() -> dict[str, str]:
    """Ours without coverage's hooks, whose data file is an SQLite database of its own."""
    return {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}


def test_import_contracts_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env=outside_environment(),
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


def test_devices_know_only_words_units_and_identifiers() -> None:
    wrong = [
        f"{module.at(node)} imports {name}"
        for module in modules()
        if module.name.split(".")[0] == "devices"
        for name, node in imports(module)
        if name.startswith("forms.") and not name.startswith(DEVICES_MAY_READ)
    ]
    assert not wrong


def test_qt_stays_where_screens_are() -> None:
    wrong = [
        f"{module.at(node)} imports {name}"
        for module in modules()
        for name, node in imports(module)
        if name.split(".")[0] in {"PySide6", "shiboken6"}
        and not module.name.startswith(tuple(f"terminal.{room}" for room in QT_ROOMS))
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("banned", "why"),
    [
        ("PySide6.QtSql", "a second SQLite engine in one process loses rows"),
        ("PySide6.QtSerialPort", "spins after unplug"),
        ("PySide6.QtQuick", "needs a GPU or a whole CPU"),
        ("pylibdmtx", "drops the group separator, aborts on a 1x1 image"),
        ("pickle", "runs what it reads"),
        ("yaml", "loses the positions an author needs; ruamel.yaml keeps them"),
    ],
)
def test_nobody_imports(banned: str, why: str) -> None:
    wrong = [
        module.at(node)
        for module in modules()
        for name, node in imports(module)
        if name == banned or name.startswith(f"{banned}.")
    ]
    assert not wrong, why
