"""``lotbook-terminal devices`` and ``record``, on simulated instruments."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path

import pytest

from devices.kinds import Reading
from devices.registry import DRIVERS
from devices.sim.balances import AAndDBalance
from devices.sim.kits import KITS
from devices.sim.memory import MemoryWire
from devices.sim.plugs import OnPty
from devices.sim.pressed import MitutoyoGauge
from devices.sim.replay import Replay
from devices.testing import SetClock
from terminal.commands import arguments, run_command
from terminal.config import ConfigError, read_config
from terminal.config_lines import line_of

STATION = """
[station]
origin = "plant.example/S1/ST-01/1"
work_units = ["WU-1"]
[server]
url = "http://127.0.0.1:1"
[[instruments]]
name = "balance"
equipment_class = "balance"
asset = "BAL"
driver = "a_and_d"
url = "{url}"
options = { line = { baudrate = 9600 } }
[[instruments]]
name = "caliper"
equipment_class = "caliper"
asset = "CAL"
driver = "mitutoyo"
url = "/nowhere/tty"
"""


def run(*words: str) -> int:
    """A command line."""
    return run_command(arguments(words), time.sleep)


@pytest.fixture
def plug(tmp_path: Path) -> OnPty:
    """A balance on a line."""
    balance = AAndDBalance()
    balance.show(Decimal("11.5483"))
    return OnPty(balance, tmp_path / "balance")


@pytest.mark.covers("F58")
def test_devices_says_how_each_does(
    plug: OnPty, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "station.toml"
    file.write_text(STATION.replace("{url}", plug.url))
    assert run("devices", "--config", str(file), "--seconds", "2", "--json") == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    balance, caliper = rows
    assert (balance["state"], balance["serial_number"]) == ("ready", "T1234567")
    assert (balance["value"], bytes.fromhex(balance["frame"])) == (
        "11.5483\u2009g",
        b"ST,+011.5483  g",
    )
    assert (caliper["state"], caliper["code"]) == ("absent", "absent")
    assert "cable" in caliper["cure"]
    assert run("devices", "--config", str(file), "--seconds", "0.5") == 1
    text = capsys.readouterr().out
    assert "balance [a_and_d" in text
    assert "cable" in text
    plug.close()


@pytest.mark.covers("F59")
def test_a_recording_replays_as_the_same_readings(plug: OnPty, tmp_path: Path) -> None:
    out = tmp_path / "talk.jsonl"
    words = ("record", plug.url, "--driver", "a_and_d", "--option", "width=8", "--seconds", "1.0")
    assert run(*words, "--out", str(out)) == 0
    plug.close()
    replay, clock = Replay(out), SetClock()
    assert replay.head.options == {"width": 8}
    make = DRIVERS[replay.head.driver].load()
    driver = make(KITS["a_and_d"].config(""), clock, MemoryWire(replay, clock))
    assert driver.open() == "T1234567"
    read = driver.read  # type: ignore[attr-defined]
    found: Reading = read()
    assert (str(found.quantity), found.state) == ("11.5483\u2009g", "stable")
    assert replay.strange == []
    assert not replay.done


def test_listening_keeps_what_is_sent_unasked(tmp_path: Path) -> None:
    gauge = MitutoyoGauge()
    gauge.show(Decimal("4.123"))
    plug, out = OnPty(gauge, tmp_path / "gauge"), tmp_path / "talk.jsonl"

    def wait(seconds: float) -> None:
        gauge.press()
        time.sleep(seconds)

    given = arguments(["record", plug.url, "--seconds", "0.6", "--out", str(out)])
    assert run_command(given, wait) == 0
    plug.close()
    assert b"01A+0004.123\r" in Replay(out).burst()


@pytest.mark.parametrize("words", [("--driver", "no_such"), ("--driver", "a_and_d"), ()])
def test_a_line_that_cannot_be_recorded_says_why(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("record", "/nowhere/tty", "--out", str(tmp_path / "x"), *words) == 1
    assert capsys.readouterr().err


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text('{"format": "other", "url": "x"}\n')
    with pytest.raises(ValueError, match="recorded"):
        Replay(file)


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("station.origin", 3),
        ("server.url", 6),
        ("instruments[0].name", 8),
        ("instruments[1].driver", 18),
        ("instruments[1].options", 14),
        ("instruments[2].name", 0),
        ("the file", 0),
        ("", 0),
    ],
)
def test_a_key_is_found_in_its_line(key: str, line: int) -> None:
    assert line_of(STATION, key) == line


def test_an_unknown_driver_is_named_by_line_and_cure(tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text(STATION.replace('"mitutoyo"', '"mitutojo"'))
    with pytest.raises(ConfigError, match="mitutojo") as caught:
        read_config(file)
    assert str(caught.value).startswith(f"{file}:18: instruments[1].driver")
    assert "docs/instruments" in caught.value.cure
    assert "第 18 行" in caught.value.lines("zh_CN")[0]
    assert ":18:" in caught.value.lines("en")[0]
