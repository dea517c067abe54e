"""Exporting a station's journal from the command line, beside a kiosk that has it open."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.journal import Journal
from sync.keyring import read_keys
from sync.keys import TestSigner, Verifier
from sync.sqlite import open_database
from sync.testing import ManualClock
from sync.verify_input import verify_path
from terminal.app import main
from terminal.config import DATABASE_FILE

ORIGIN = "plant.test/S1/ST-01/1"
CONFIG = """
[station]
origin = "plant.test/S1/ST-01/1"
work_units = ["WU-10"]

[server]
url = "http://127.0.0.1:1"
"""


def test_the_journal_leaves_while_the_kiosk_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, out = tmp_path / "station.toml", tmp_path / "out"
    config.write_text(CONFIG, encoding="utf-8")
    given = ["export-journal", str(out), "--config", str(config)]
    assert main(given) == 1, "no database yet"
    assert "无法打开" in capsys.readouterr().err
    (tmp_path / "data").mkdir()
    database = open_database(tmp_path / "data" / DATABASE_FILE)
    key = TestSigner(ORIGIN)
    journal = Journal(database, ORIGIN, key, ManualClock())
    journal.append("note", {"text": "still in the write-ahead log"})
    assert main(given) == 0
    assert "2 records written" in capsys.readouterr().out
    journal.append("note", {"text": "work goes on"})
    database.close()
    server = Verifier.of(TestSigner("plant.test/S1/LOG/1")).vkey
    keys = f"station {ORIGIN} {Verifier.of(key).vkey}\nserver plant.test/S1/LOG/1 {server}\n"
    assert verify_path(out, read_keys(keys)).sound
    assert main(given) == 1, "an export is never written over"
