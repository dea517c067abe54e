"""The nets of tests/contracts catch what they are for: each is shown a fish."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.contracts import test_bans as bans
from tests.contracts.source import ROOT, Module, calls, imports, names_used

BAD = {
    "from datetime import datetime as dt\nx = dt.now()": "datetime.datetime.now",
    "import datetime\nx = datetime.datetime.now()": "datetime.datetime.now",
    "import time as t\nx = t.time()": "time.time",
    "from time import time\nx = time()": "time.time",
    "import random\nx = random.random()": "random.random",
    "from os import urandom\nf(chance=urandom)": "os.urandom",
    "from uuid import uuid4 as new\nx = new()": "uuid.uuid4",
}


def module(text: str) -> Module:
    return Module("forms.bad", ROOT / "forms" / "bad.py", text, ast.parse(text))


@pytest.mark.parametrize(("text", "name"), BAD.items())
def test_a_clock_or_chance_is_seen_through_its_alias(text: str, name: str) -> None:
    used = {found for found, _ in names_used(module(text))}
    assert name in used
    assert name in bans.CLOCK_AND_CHANCE or name.startswith(bans.CHANCE_MODULES)


def test_a_label_is_seen_however_it_was_imported() -> None:
    for text in (
        "from PySide6.QtWidgets import QLabel\nx = QLabel('a')",
        "from PySide6 import QtWidgets as w\nx = w.QLabel('a')",
    ):
        assert "PySide6.QtWidgets.QLabel" in {name for name, _ in calls(module(text))}


def test_a_swallowed_error_is_seen() -> None:
    tree = ast.parse("try:\n    f()\nexcept Exception:\n    pass")
    handler = next(node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler))
    assert bans._catches_all(handler)
    assert bans._does_nothing(handler)


@pytest.mark.parametrize(
    ("text", "is_sql"),
    [
        ('f"SELECT * FROM lots WHERE lot = {lot}"', True),
        ('f"DELETE FROM {table}"', True),
        ('f"Select the lot {lot} first"', False),
        ('f"{lot} is selected"', False),
    ],
)
def test_sql_put_together_is_seen(text: str, *, is_sql: bool) -> None:
    joined = next(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.JoinedStr))
    assert bans._starts_like_sql(joined) is is_sql


def test_imports_inside_functions_are_seen() -> None:
    found = {name for name, _ in imports(module("def f():\n    from httpx import Client"))}
    assert found == {"httpx.Client"}


def test_places_are_named() -> None:
    bad = module("x = 1")
    assert bad.at(bad.tree.body[0]) == str(Path("forms/bad.py")) + ":1"
