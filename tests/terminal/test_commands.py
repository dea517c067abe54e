"""Every command that the documents and the rescue screens name can be given."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sync.faults import FAULTS
from terminal.app import main
from terminal.commands import arguments
from tests.contracts.source import ROOT
from tests.terminal.test_export_journal import CONFIG

NAMED = re.compile(r"`(lotbook-terminal [^`]+)`")


def documented() -> list[str]:
    """Command lines in the guides, options and all."""
    found = set()
    for page in sorted((ROOT / "docs/guides").glob("*.md")):
        found |= set(NAMED.findall(page.read_text(encoding="utf-8")))
    return sorted(found)


@pytest.mark.parametrize("line", documented())
def test_a_command_line_of_the_guides_is_understood(line: str) -> None:
    words = shlex.split(line)[1:]
    assert arguments([one for one in words if one not in {"…", "..."}]).command == words[0]


def test_the_commands_that_fault_hints_name_exist() -> None:
    hints = "".join(f"{fault.en} {fault.zh_CN}" for fault in FAULTS.values())
    named = set(re.findall(r"lotbook-terminal ([a-z-]+)", hints))
    assert named >= {"restore", "rotate"}
    for name in named:
        with pytest.raises(SystemExit) as ended:
            arguments([name, "--help"])
        assert ended.value.code == 0


@pytest.mark.parametrize(
    "given", [["rotate"], ["restore", "--reason", "disk-lost", "--person", "P-004"]]
)
def test_without_the_servers_key_they_say_so_and_change_nothing(
    given: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "station.toml"
    config.write_text(CONFIG, encoding="utf-8")
    assert main([*given, "--config", str(config)]) == 1
    told = "".join(capsys.readouterr())
    assert "key" in told
    assert "钥" in told
    assert not list(tmp_path.rglob("*.key"))
