"""The documents are true: their commands parse, their links lead somewhere, their paths exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.cli import parser as server_parser
from terminal.commands import arguments as terminal_arguments
from tests.contracts.source import ROOT
from witness.cli import parser as witness_parser

PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
GENERATED = {"docs/alarms.md", "docs/errors.md", "docs/rights.md", "docs/rules.md"}


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(text: str) -> Iterator[str]:
    """Lines of fenced shell blocks, comments and output left out."""
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            command = line.split(" #")[0].split(" > ")[0].strip()
            if command:
                yield command


def commands() -> list[tuple[str, str]]:
    return [(name(page), line) for page in PAGES for line in blocks(page.read_text("utf-8"))]


@pytest.mark.parametrize(("page", "command"), commands())
def test_commands_in_the_documents_can_be_given(page: str, command: str) -> None:
    words = shlex.split(command.replace("…", ""))
    if words[0] == "lotbook-server":
        server_parser().parse_args(words[1:])
    if words[0] == "lotbook-terminal":
        terminal_arguments(words[1:])
    if words[0] == "lotbook-witness":
        witness_parser().parse_args(words[1:])
    if words[0] == "lotbook-verify":
        assert {"--keys"} <= set(words), page
    if words[0] == "make":
        targets = re.findall(r"(?m)^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"))
        assert words[1] in targets, page


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_named_in_the_documents_exist(page: Path) -> None:
    if name(page) in GENERATED:
        return
    folders = "forms|sync|devices|terminal|server|witness|packaging|tests|docs|requirements"
    for target in re.findall(rf"`((?:{folders})/[A-Za-z0-9_./*-]+)`", page.read_text("utf-8")):
        assert list(ROOT.glob(target.rstrip("/"))), target


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_page_is_in_the_menu(page: Path) -> None:
    menu = (ROOT / "mkdocs.yml").read_text("utf-8")
    if page.is_relative_to(ROOT / "docs"):
        assert str(page.relative_to(ROOT / "docs")) in menu
