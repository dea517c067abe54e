"""Every command that a cure names is one that there is, with its flags; in both languages."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.cli import parser

SERVER = Path(__file__).parents[2] / "server"
SAID = sorted([
    *SERVER.glob("doctor/*.py"), *SERVER.glob("sayings*.py"), SERVER / "history_commands.py",
])  # fmt: skip
COMMAND = re.compile(r"lotbook-server ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?([^.;；，。`\n]*)")


def texts(path: Path) -> Iterator[str]:
    """What the module says; ``{}`` for what is put in."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def below(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    kept = [one for one in of._actions if isinstance(one, argparse._SubParsersAction)]
    return dict(kept[0].choices) if kept else {}


def wrong(text: str) -> Iterator[str]:
    """Commands in it that there are not, and flags that they do not take."""
    for verb, second, rest in COMMAND.findall(text):
        if verb in {"has", "works"}:
            continue  # "lotbook-server has written to this database"
        found = below(parser([verb])).get(verb)
        if found is None:
            yield verb
            continue
        known = below(found)
        if known and second not in known:
            yield f"{verb} {second}"
            continue
        taken = (known[second] if known else found)._option_string_actions
        yield from (
            f"{verb} {flag}" for flag in re.findall(r"--[a-z-]+", rest) if flag not in taken
        )


@pytest.mark.covers("A11-D")
@pytest.mark.parametrize("path", SAID, ids=lambda path: path.stem)
def test_each_command_that_is_named_is_there(path: Path) -> None:
    said = list(texts(path))
    assert [one for text in said for one in wrong(text)] == []
    assert not [text for text in said if "systemctl" in text or "journalctl" in text], (
        "no unit comes with it: the command that runs the server is what there is"
    )
