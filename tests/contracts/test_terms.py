"""docs/terms.md is held against the code, and the code against its words to avoid."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.contracts.source import ROOT, modules

PAGE = (ROOT / "docs" / "terms.md").read_text(encoding="utf-8")


def rows() -> list[list[str]]:
    """The rows of the first table."""
    table = PAGE.split("## ", 1)[0]
    lines = [line for line in table.splitlines() if line.startswith("| ") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def names() -> list[str]:
    return sorted({name for row in rows() for name in re.findall(r"`([a-z_.]+[A-Za-z]*)`", row[3])})


@pytest.mark.parametrize("name", names())
def test_every_term_is_in_the_code(name: str) -> None:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        module, _, attribute = name.rpartition(".")
        assert hasattr(importlib.import_module(module), attribute), name


def test_no_class_is_called_by_a_word_to_avoid() -> None:
    avoided = {word.strip() for row in rows() for word in row[4].split(",") if word.strip()}
    found = [
        f"{module.name}: {match}"
        for module in modules()
        if module.name.startswith("forms.")
        for match in re.findall(r"^class (\w+)", module.text, re.MULTILINE)
        if match in avoided
    ]
    assert avoided
    assert not found


@pytest.mark.parametrize("module", ["entries", "masters", "terms", "workpack"])
def test_every_word_of_the_domain_is_explained(module: str) -> None:
    """Each public class of the vocabulary has a docstring that is a sentence."""
    loaded = importlib.import_module(f"forms.{module}")
    for name, thing in vars(loaded).items():
        if isinstance(thing, type) and thing.__module__ == loaded.__name__:
            assert (thing.__doc__ or "").strip(), name
