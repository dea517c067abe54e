"""The kiosk's Fluent files say the same things in both languages, with the same facts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from tests.contracts.source import ROOT

FOLDER = ROOT / "terminal" / "texts"
FILES = {"en": FOLDER / "en.ftl", "zh_CN": FOLDER / "zh-CN.ftl"}


class Facts(Visitor):
    """The variables a message uses."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.found.add(node.id.name)


def messages(file: Path) -> dict[str, tuple[set[str], str]]:
    """Message id -> (variables, source text)."""
    found: dict[str, tuple[set[str], str]] = {}
    for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
        assert not isinstance(entry, ast.Junk), (
            f"{file.name}: cannot be read: {str(entry.content)[:80]}"
        )
        if isinstance(entry, (ast.Message, ast.Term)):
            assert entry.id.name not in found, f"{file.name}: {entry.id.name} is there twice"
            facts = Facts()
            facts.visit(entry)
            found[entry.id.name] = (facts.found, str(entry.value and entry.value.span))
    return found


def test_both_languages_have_the_same_messages() -> None:
    english, chinese = (messages(file) for file in FILES.values())
    assert set(english) == set(chinese)


def test_both_languages_use_the_same_facts() -> None:
    english, chinese = (messages(file) for file in FILES.values())
    differ = [name for name in english if english[name][0] != chinese.get(name, (set(), ""))[0]]
    assert not differ


def test_chinese_takes_chinese_punctuation() -> None:
    half = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")
    lines = FILES["zh_CN"].read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if not line.startswith("#") and half.search(line)]


@pytest.mark.parametrize("language", FILES)
def test_no_message_shouts_or_begs(language: str) -> None:
    text = FILES[language].read_text(encoding="utf-8")
    words = [line for line in text.splitlines() if not line.startswith("#")]
    assert not [line for line in words if re.search(r"[!！]|\berror occurred\b", line)]
