"""``lotbook-terminal test-card`` and ``devices --scan-test``, on a simulated scanner."""

from __future__ import annotations

import os
import pty
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.scan_card import CODES
from devices.sim.scanner import ScannerSim
from terminal.commands import arguments, run_command
from terminal.config import read_config
from terminal.scan_test_command import scan_test

STATION = """
[station]
origin = "plant.example/S1/ST-01/1"
work_units = ["WU-1"]
[server]
url = "http://127.0.0.1:1"
[[instruments]]
name = "scanner"
equipment_class = "scanner"
asset = "SC-1"
driver = "scanner_serial"
url = "{url}"
[[instruments]]
name = "balance"
equipment_class = "balance"
asset = "BAL"
driver = "a_and_d"
url = "/nowhere"
"""


def station(tmp_path: Path, url: object = "/nowhere") -> Path:
    """A station file with a scanner."""
    file = tmp_path / "station.toml"
    file.write_text(STATION.replace("{url}", str(url)))
    return file


def guided(tmp_path: Path, sim: ScannerSim, scan: Callable[[str], None]) -> tuple[int, str]:
    """The command's exit code and words, while somebody scans what is asked for."""
    file = station(tmp_path, sim.line.link)
    words = ["devices", "--config", str(file), "--scan-test", "scanner", "--seconds", "0.4"]
    told: list[str] = []

    def say(text: str) -> None:
        told.append(text)
        if text.startswith("Scan code "):
            scan(text.split()[2])

    try:
        code = scan_test(arguments(words), read_config(file).instruments, say, sys.stdin)
    finally:
        sim.line.close()
    return code, "".join(told)


def by_key(key: str) -> bytes:
    """A code's content."""
    return next(each.text for each in CODES if each.key == key).encode()


@pytest.mark.covers("F60", "T19")
def test_a_well_set_scanner_is_right_throughout(tmp_path: Path) -> None:
    sim = ScannerSim(tmp_path / "tty")
    aims: dict[str, str] = {each.key: each.aims[0] for each in CODES}
    code, said = guided(tmp_path, sim, lambda key: sim.scan(by_key(key), aim=aims[key]))
    assert code == 0
    assert "WRONG" not in said
    assert said.count("AIM identifier: right  AIM 标识符：正确") == len(CODES)


@pytest.mark.covers("F60", "T19")
def test_wrong_settings_are_named_with_what_to_change(tmp_path: Path) -> None:
    sim = ScannerSim(tmp_path / "tty", suffix=b"\t")

    def scan(key: str) -> None:
        if key == "B":
            sim.scan(by_key("A").replace(b"\x1d", b"<GS>"))
        elif key != "D":
            sim.scan(by_key(key))

    code, said = guided(tmp_path, sim, scan)
    assert code == 1
    for words in ("transmit AIM code ID", "this is code A", "<GS>", "Set it to CR", "Nothing"):
        assert words in said
    assert "请将后缀设为单个 CR" in said


@pytest.mark.parametrize("name", ["balance", "nobody", "scanner"])
def test_what_cannot_be_tested_says_why(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = station(tmp_path)
    words = ["devices", "--config", str(file), "--scan-test", name, "--seconds", "0.1"]
    assert run_command(arguments(words), lambda _: None) == 1
    assert capsys.readouterr().err


def test_a_scanner_pulled_out_meanwhile_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sim = ScannerSim(tmp_path / "tty")
    assert guided(tmp_path, sim, lambda _: sim.line.close())[0] == 1
    assert "Plug the instrument in again" in capsys.readouterr().err


@pytest.mark.covers("F60", "F69")
def test_a_scanner_that_types_into_the_shell() -> None:
    master, slave = pty.openpty()
    told: list[str] = []

    def say(text: str) -> None:
        told.append(text)
        if text.startswith("Scan code "):
            key = text.split()[2]
            content = by_key(key) if key == "A" else by_key(key).swapcase()
            os.write(master, b"]d2" * (key == "A") + content + b"\r")

    with os.fdopen(slave, "r") as shell:
        before = termios.tcgetattr(shell)
        words = ["devices", "--scan-test", "keyboard", "--seconds", "0.4"]
        assert scan_test(arguments(words), (), say, shell) == 1
        assert termios.tcgetattr(shell) == before
    os.close(master)
    said = "".join(told)
    assert said.count("Scan code") == 3  # D is beyond a keyboard
    assert "Switch Caps Lock off" in said
    first = said[: said.index("Scan code B")]
    assert "WRONG" not in first


def test_without_a_terminal_there_is_no_keyboard(capsys: pytest.CaptureFixture[str]) -> None:
    with Path(os.devnull).open() as nothing:
        assert scan_test(arguments(["devices", "--scan-test", "keyboard"]), (), print, nothing) == 1
    assert "no terminal" in capsys.readouterr().err


def test_the_card_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "card.pdf"
    assert run_command(arguments(["test-card", "--out", str(out)]), lambda _: None) == 0
    assert out.read_bytes().startswith(b"%PDF")
    assert run_command(arguments(["test-card", "--out", "card.doc"]), lambda _: None) == 1
    assert "card.doc" in capsys.readouterr().err
