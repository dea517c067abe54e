"""The real program as a process, offscreen: a wrong file, a whole start, an orderly end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.sqlite import open_database
from terminal.config import DATABASE_FILE
from terminal.machine import machine_secret
from tests.terminal import test_life
from tests.terminal.test_config import GOOD, write

Told = list[dict[str, object]]


def start(tmp_path: Path, config: Path, *more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "terminal.app", "run", "--config", str(config)]
    return subprocess.Popen(
        [*command, "--events", str(tmp_path / "events.jsonl"), *more],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(tmp_path: Path, process: subprocess.Popen[str], holds: Callable[[Told], bool]) -> Told:
    """Wait for the account of the screens to say so."""
    end = time.monotonic() + 30
    told: Told = []
    while time.monotonic() < end and process.poll() is None:
        file = tmp_path / "events.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        told = [json.loads(line) for line in lines if line.endswith("}")]
        if told and holds(told):
            return told
        time.sleep(0.05)
    pytest.fail(f"the kiosk did not show it: {told[-1:]} {process.poll()}")


def test_a_wrong_station_file_is_shown_until_somebody_ends_it(tmp_path: Path) -> None:
    config = write(tmp_path, GOOD.replace("http://", "ftp://"))
    process = start(tmp_path, config)
    told = until(tmp_path, process, lambda told: told[-1]["name"] == "rescue")
    assert told[-1]["code"]
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "server.url" in errors


def test_it_starts_records_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = test_life.MACHINE
    monkeypatch.setattr(
        test_life, "MACHINE", type(machine)(machine.times, machine.chance, machine_secret())
    )
    config = test_life.enrolled(tmp_path)
    process = start(tmp_path, Path(config.file), "--screens", str(tmp_path / "screens"))
    told = until(tmp_path, process, lambda told: told[-1]["name"] == "sign-in")
    assert told[-1]["saved"] == 1
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0
    open_database(config.data / DATABASE_FILE).close()
    assert list((tmp_path / "screens" / "en").glob("*-sign-in.png"))
