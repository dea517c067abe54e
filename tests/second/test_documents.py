"""What the auditors' pages say is so: their script runs, and the frozen evidence verifies."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sync import container, packfile
from sync.keyring import read_keys as read_ring
from sync.verify_input import verify_path
from tests.second import export, pack
from tests.second.notes import read_keys
from tests.vectors.evidence import FOLDER

MOST_LINES = 60


def script(repository: Path, folder: Path) -> Path:
    """The script as the page prints it."""
    page = (repository / "docs" / "auditor" / "other-tools.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert sum(1 for line in text.splitlines() if line.strip()) <= MOST_LINES
    path = folder / "check_pack.py"
    path.write_text(text, encoding="utf-8")
    return path


def run(program: Path, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(program), str(data), str(FOLDER / "keys.txt")],
        capture_output=True, text=True, check=False, cwd=program.parent,
    )  # fmt: skip


@pytest.mark.covers("A52")
def test_the_printed_script_checks_a_pack_without_us(repository: Path, tmp_path: Path) -> None:
    program = script(repository, tmp_path)
    done = run(program, FOLDER / "pack.zip")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("8 records are as their stations signed them")
    members = container.read((FOLDER / "pack.zip").read_bytes()).members
    records = [name for name in members if name.startswith(("records/", "heads/", "log/"))]
    for number, name in enumerate(records):
        if name.endswith(".paths") or number % 4:
            continue
        changed = bytearray(members[name])
        changed[len(changed) // 2] ^= 1
        bad = tmp_path / f"{number}.zip"
        bad.write_bytes(container.write(members | {name: bytes(changed)}))
        assert run(program, bad).returncode != 0, name


@pytest.mark.parametrize(
    ("name", "keys"),
    [("pack.zip", "keys"), ("journal", "journal-keys"), ("export.zip", "export-keys")],
)
def test_frozen_evidence_verifies_for_ever(name: str, keys: str, tmp_path: Path) -> None:
    text = (FOLDER / f"{keys}.txt").read_text(encoding="utf-8")
    path = FOLDER / name
    if name == "export.zip":
        shutil.unpack_archive(path, tmp_path / "export")
        path = tmp_path / "export"
    found = verify_path(path, read_ring(text))
    assert found.sound, found.text("en")
    if name == "pack.zip":
        assert pack.complaints(path.read_bytes(), read_keys(text)) == []
    if name == "export.zip":
        assert export.complaints(path, read_keys(text), []) == []


def test_the_frozen_pack_is_what_is_written_today() -> None:
    data = (FOLDER / "pack.zip").read_bytes()
    assert container.write(container.read(data).members) == data
    assert container.order(container.read(data).members)[1] == packfile.MANIFEST
