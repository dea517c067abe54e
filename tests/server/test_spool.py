"""Commands, starts, stops, clocks and backups are in the trail, whoever does them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import nacl.utils
import pytest

from server import cli
from server.audit import spool
from server.audit.machine import running
from server.audit.program import Steps, clean, settings
from server.folder import DataFolder
from server.log.leaves import Statement, decode
from server.parts import Parts
from server.words import Refusal
from sync.keys import TEST_COST
from sync.sealed_stream import make_key
from sync.testing import ManualClock
from sync.time_source import time_quality
from tests.server.plant import Plant, plant_at

SECRET, PUBLIC = make_key(nacl.utils.random)


def said(parts: Parts, kind: str) -> list[dict[str, object]]:
    rows = parts.store.rows("leaves", kind=kind)
    found = [decode(bytes(row["data"])) for row in rows]
    return [one.body for one in found if isinstance(one, Statement)]


def command(data: Path, *words: str) -> DataFolder:
    """The plant's folder as a command of ours opens it."""
    given = cli.parser().parse_args([*words, "--data", str(data)])
    asked = running(given)
    return DataFolder(data, ManualClock(), nacl.utils.random, TEST_COST, running=asked)


@pytest.mark.covers("A11-9")
def test_a_leaf_says_how_good_the_clock_is_now_not_at_the_start(tmp_path: Path) -> None:
    with plant_at(tmp_path) as plant:
        data = plant.folder.path
    folder = command(data, "run")
    assert folder.running is not None
    folder.running = msgspec.structs.replace(folder.running, clock="as it was at the start")
    with folder.open() as parts:
        parts.trail.note("P-ADM", "test", "x", 1)
        assert said(parts, "audit")[-1]["clock"] == time_quality()


@pytest.mark.covers("A11-9")
def test_a_command_leaves_a_leaf_however_it_ends(tmp_path: Path) -> None:
    with plant_at(tmp_path) as plant:
        data = plant.folder.path
    with command(data, "people", "unlock", "P-OP", "--badge", "LB:ID:SECRET").open() as parts:
        parts.trail.note("P-ADM", "test", "x", 1)
        (done,) = said(parts, "audit")[-1:]
    address = "postgresql://me:hidden@db/x?password=hidden"
    asked = running(cli.parser().parse_args(["fsck", "--data", "d", "--database", address]))
    assert asked.arguments["database"] == "postgresql://me@db/x", "what is signed is kept for ever"
    refuse = command(data, "rebuild").open()
    with pytest.raises(Refusal), refuse:
        raise Refusal("reason-needed")
    with command(data, "fsck").open() as parts:
        first, second = said(parts, "command.run")
    assert (first["command"], first["result"]) == ("people unlock", "done")
    assert first["arguments"]["person"] == "P-OP"  # type: ignore[index]
    assert "SECRET" not in json.dumps(first), "a badge is half of what a person is known by"
    assert first["user"]
    assert first["clock"] == done["clock"]
    assert (second["command"], second["result"]) == ("rebuild", "reason-needed")


def test_a_start_says_settings_and_whether_the_last_run_was_cut(plant: Plant) -> None:
    assert clean(plant.parts.book)
    plant.parts.book.state("server.started", {"place": "here"})
    assert not clean(plant.parts.book)
    plant.parts.book.state("server.stopped", {"place": "here"})
    assert clean(plant.parts.book)
    (plant.folder.path / "mirror.toml").write_text("x", encoding="utf-8")
    found = settings(plant.folder.path, ("mirror.toml", "keys.toml"))
    assert found["keys.toml"] == ""
    assert len(found["mirror.toml"]) == 32


@pytest.mark.covers("F21")
def test_a_clock_that_is_set_is_stated(plant: Plant) -> None:
    steps = Steps(plant.parts.book, plant.clock)
    plant.clock.pass_(3_600)
    assert abs(steps.look()) < timedelta(seconds=1)
    plant.clock.now -= timedelta(seconds=600)
    assert steps.look() < timedelta(seconds=-599)
    (step,) = said(plant.parts, "server.clock-step")
    assert step["step_ms"] == -600_000
    plant.parts.oversight.watch.judge()
    assert [one["code"] for one in plant.parts.alarms.all()] == ["clock-set"]


@pytest.mark.covers("A11-7", "F72")
def test_a_backup_is_good_once_it_was_opened_and_the_log_says_so(
    plant: Plant, tmp_path: Path
) -> None:
    out = tmp_path / "b.lotbook"
    words = [sys.executable, "-m", "server.cli", "backup", str(out), "--from"]
    words += [str(plant.folder.path), "--to", PUBLIC]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    size = plant.parts.book.size
    assert f"opened again and compared: {size} leaves" in done.stdout
    plant.parts.oversight.watch.look()
    (told,) = said(plant.parts, "backup.made")
    newest = plant.parts.store.one("checkpoints", size=size)
    assert newest is not None
    assert (told["size"], told["root"], told["agrees"]) == (size, newest["root"], True)
    assert not list((plant.folder.path / spool.SPOOL).iterdir())


def test_a_backup_of_another_log_raises_an_alarm(plant: Plant) -> None:
    spool.leave(plant.folder.path, spool.BACKUP, {"size": 3, "root": "00" * 32})
    spool.leave(plant.folder.path, spool.DRILL, {"size": 10**9, "root": "00" * 32})
    assert spool.take(plant.folder.path, plant.parts.book) == 2
    assert [one["code"] for one in plant.parts.alarms.all()] == ["backup-differs", "backup-differs"]


def test_what_is_no_fact_of_ours_is_not_believed(plant: Plant) -> None:
    spool.leave(plant.folder.path, "lot.status", {"item": "TUB-1"})
    (plant.folder.path / spool.SPOOL / "x.json").write_bytes(b"{")
    assert spool.take(plant.folder.path, plant.parts.book) == 0
    left = sorted(path.suffix for path in (plant.folder.path / spool.SPOOL).iterdir())
    assert left == [".refused", ".refused"]
