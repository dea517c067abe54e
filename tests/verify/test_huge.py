"""The verifier reads an export as a stream: its memory does not grow with what it reads."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.keyring import read_keys
from sync.server_source import FolderServer
from sync.verify_cli import SOUND
from sync.verify_server import verify_folder
from tests.verify.huge import exported

RECORDS = 1_000_000
PUSH = 10
"""Records of one push: so that there is a head and a receipt to ten of them."""
GROWTH_MIB = 32
"""From a tenth of the records to all: 8 bytes a record, and what the allocator keeps."""
# Not getrusage: its peak is handed down from who started the process.
RUN = """
import sys
from sync.verify_cli import main
code = main(sys.argv[1:])
with open("/proc/self/status", encoding="ascii") as status:
    sys.stderr.write(status.read().partition("VmHWM:")[2].split()[0])
sys.exit(code)
"""


class Ahead(FolderServer):
    """Notes how many notes were read ahead of the entries that they are about."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.read = self.most = 0

    def entries(self, origin: str) -> Iterator[tuple[bytes, str | None]]:
        for one in super().entries(origin):
            self.read += 1
            yield one

    def heads(self, origin: str) -> Iterator[str]:
        return self._noted(super().heads(origin))

    def receipts(self, origin: str) -> Iterator[str]:
        return self._noted(super().receipts(origin))

    def _noted(self, notes: Iterator[str]) -> Iterator[str]:
        for number, note in enumerate(notes):
            self.most = max(self.most, number - self.read)
            yield note


@pytest.mark.covers("A52")
def test_signed_heads_and_receipts_are_read_beside_the_entries_they_are_about(
    tmp_path: Path,
) -> None:
    folder, keys = exported(tmp_path, 120, 1)
    source = Ahead(folder)
    found = verify_folder(source, read_keys(keys))
    assert found.findings == ()
    assert source.read >= 120
    assert source.most <= 2


@pytest.mark.campaign
@pytest.mark.timeout(3_600)
@pytest.mark.covers("A52")
def test_a_million_records_are_verified_in_the_memory_of_a_tenth(tmp_path: Path) -> None:
    records = int(os.environ.get("LOTBOOK_HUGE_RECORDS", RECORDS))
    few, many = weighed(tmp_path / "few", records // 10), weighed(tmp_path / "many", records)
    sys.stderr.write(
        f"\nlotbook-verify: {records // 10:,} records in {few:.0f} MiB at most, "
        f"{records:,} in {many:.0f} MiB\n"
    )
    assert many - few <= GROWTH_MIB


def weighed(folder: Path, records: int) -> float:
    """The most memory, in MiB, that verifying so many takes a process of its own."""
    folder.mkdir()
    export, keys = exported(folder, records, PUSH)
    (folder / "keys.txt").write_text(keys, encoding="utf-8")
    words = [sys.executable, "-c", RUN, str(export), "--keys", str(folder / "keys.txt")]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ran.returncode == SOUND, ran.stdout[-2_000:] + ran.stderr[-2_000:]
    return int(ran.stderr.splitlines()[-1]) / 1024
