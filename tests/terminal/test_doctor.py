"""The station's doctor: what is well, what is not, and how to cure it, in both languages."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from forms.checkup import Finding, worst
from sync.faults import Fault
from sync.file_lock import locked_file
from sync.inbox import Inbox
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.signed_pack import seal_pack
from sync.sqlite import open_database
from sync.testing import ManualClock
from terminal import doctor, doctor_work
from terminal.commands import arguments, run_command
from terminal.config import StationConfig, read_config
from terminal.doctor_command import instruments

STATION = """
[station]
origin = "plant.example/S1/ST-01/1"
work_units = ["WU-1"]
language = "zh_CN"
mirror = "{mirror}"
[server]
url = "http://127.0.0.1:1"
"""
BALANCE = """
[[instruments]]
name = "balance"
equipment_class = "balance"
asset = "BAL"
driver = "a_and_d"
url = "/dev/not-there"
options = { line = { baudrate = 9600 } }
"""
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SERVER = TestSigner("plant.example/S1/LOG/1")


def station(tmp_path: Path, more: str = "", mirror: str = "") -> StationConfig:
    file = tmp_path / "station.toml"
    file.write_text(STATION.replace("{mirror}", mirror) + more, encoding="utf-8")
    return read_config(file)


def states(found: list[Finding]) -> dict[str, str]:
    for one in found:
        assert one.state == "ok" or one.cure is not None, "what is wrong has a cure"
        assert all(one.lines(language) for language in ("en", "zh_CN"))
    return {one.check: one.state for one in found}


def around(tmp_path: Path, **changes: object) -> doctor.Around:
    usual: dict[str, object] = {
        "now": NOW, "free": lambda: 2**40, "clock": "synchronised",
        "environment": {"WAYLAND_DISPLAY": "wayland-0"}, "fonts": (tmp_path / "fonts",),
    }  # fmt: skip
    return doctor.Around(**(usual | changes))  # type: ignore[arg-type]


def test_a_station_that_is_well_and_one_that_is_not(tmp_path: Path) -> None:
    config = station(tmp_path, mirror=str(tmp_path / "station.head"))
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "NotoSansCJK-Regular.ttc").touch()
    config.data.mkdir()
    key = config.data / "station.key"
    key.touch(mode=0o600)
    assert set(states(doctor.look(config, around(tmp_path))).values()) == {"ok"}
    key.chmod(0o644)
    ill = around(tmp_path, free=lambda: 10, clock="free", environment={}, fonts=(tmp_path / "no",))
    assert states(doctor.look(config, ill)) == {
        "disk": "broken", "clock": "attention", "fonts": "broken", "display": "attention",
        "key": "broken", "mirror": "ok",
    }  # fmt: skip
    key.unlink()
    gone = station(tmp_path, mirror=str(tmp_path / "gone" / "head"))
    found = states(doctor.look(gone, around(tmp_path, free=lambda: 64 * 2**20)))
    assert (found["key"], found["mirror"], found["disk"]) == ("broken", "broken", "attention")
    assert states(doctor.look(station(tmp_path), around(tmp_path)))["mirror"] == "attention"


def test_records_documents_and_the_line(tmp_path: Path) -> None:
    path, verifier = tmp_path / "station.db", Verifier.of(SERVER)
    assert states(doctor_work.look(path, verifier, NOW)) == {"records": "ok"}
    path.write_bytes(b"no database")
    assert states(doctor_work.look(path, verifier, NOW)) == {"records": "broken"}
    path.unlink()
    database = open_database(path)
    signer = TestSigner("plant.example/S1/ST-01/1")
    journal = Journal(database, signer.name, signer, ManualClock())
    assert states(doctor_work.look(path, None, NOW))["work documents"] == "broken"
    assert states(doctor_work.look(path, verifier, NOW))["work documents"] == "broken"
    inbox = Inbox(database, verifier)
    inbox.accept(seal_pack(b"{}", 1, NOW, NOW + timedelta(days=30), SERVER))
    well = doctor_work.look(path, verifier, NOW)
    assert states(well) == {"queue": "ok", "records": "ok", "work documents": "ok"}
    assert "1 saved, 0 accepted" in well[0].what.en
    late = doctor_work.look(path, verifier, NOW + timedelta(days=29))
    assert states(late)["work documents"] == "attention"
    over = doctor_work.look(path, verifier, NOW + timedelta(days=31))
    assert states(over)["work documents"] == "broken"
    other = Verifier.of(TestSigner("plant.example/S1/LOG/1", "another"))
    assert states(doctor_work.look(path, other, NOW))["work documents"] == "broken"
    journal.freeze("journal-forked", "x")
    assert states(doctor_work.look(path, verifier, NOW))["records"] == "broken"
    database.close()

    def away() -> None:
        raise Fault("server-unreachable")

    assert doctor_work.line("http://x", away).state == "broken"
    assert doctor_work.line("http://x", lambda: None).state == "ok"


def test_a_long_queue_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terminal.doctor_work.FULL", 1)
    database = open_database(tmp_path / "station.db")
    signer = TestSigner("plant.example/S1/ST-01/1")
    Journal(database, signer.name, signer, ManualClock())
    found = doctor_work.look(tmp_path / "station.db", None, NOW)
    assert states(found)["queue"] == "attention"
    database.close()


def test_instruments_are_driven_unless_the_kiosk_holds_them(tmp_path: Path) -> None:
    config = station(tmp_path, BALANCE)
    waited: list[float] = []
    found = instruments(config, 0.3, waited.append)
    assert (states(found), waited) == ({"instrument balance": "broken"}, [0.3])
    config.data.mkdir()
    with locked_file(config.data / "station.db.lock"):
        assert states(instruments(config, 0.3, waited.append)) == {"instruments": "attention"}
    assert states(instruments(station(tmp_path), 0.3, waited.append)) == {"instruments": "ok"}


def told(tmp_path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    options = arguments(["doctor", "--config", str(tmp_path / "station.toml"), *more])
    code = run_command(options, lambda _seconds: None)
    return code, capsys.readouterr().out


def test_the_command_in_both_languages_and_for_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = told(tmp_path, capsys)
    assert code == 2
    assert "no such file" in text
    station(tmp_path)
    code, text = told(tmp_path, capsys)
    assert code == 2
    assert "本工位尚无密钥" in text
    code, text = told(tmp_path, capsys, "--language", "en", "--json")
    said = json.loads(text)
    assert said["exit"] == code == 2
    named = {one["check"] for one in said["findings"]}
    assert {"config", "disk", "clock", "fonts", "display", "key", "mirror", "instruments"} <= named
    assert worst([]) == 0
