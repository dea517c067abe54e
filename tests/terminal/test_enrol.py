"""Enrolment and cards: keys that are never replaced, codes that read back."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from sync.faults import Fault
from sync.keys import TestSigner, Verifier
from sync.protocol import Enrolment, Head, decode
from terminal import enrol as steps
from terminal.app import main
from terminal.cards import ACTIONS, KEYS, Holder, badge_card, command_sheet
from terminal.config import StationConfig, read_config
from terminal.intents import read_command
from terminal.machine import machine_secret
from tests.terminal.test_config import GOOD, write

SERVER = Verifier.of(TestSigner("plant.example/S1/log", "server"))


class Slow:
    """A server that approves at the third question."""

    def __init__(self, answers: list[str]) -> None:
        self.answers = answers

    def enrol(self, station: str) -> None:
        raise NotImplementedError

    def head(self, origin: str) -> Head:
        if self.answers:
            raise Fault(self.answers.pop(0))
        return Head(0, "", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def config(tmp_path: Path) -> StationConfig:
    return read_config(write(tmp_path, GOOD))


def test_a_key_is_made_once_and_the_request_proves_it(config: StationConfig) -> None:
    signer = steps.station_key(config, b"machine")
    again = steps.station_key(config, b"machine")
    assert signer.public_key == again.public_key
    request = decode(steps.write_request(config, signer).read_bytes(), Enrolment)
    assert request.verifier() == Verifier.of(signer)
    assert request.station == "ST-01"
    with pytest.raises(Fault, match="key-of-another-machine"):
        steps.station_key(config, b"another machine")


def test_the_servers_key_comes_from_a_person(config: StationConfig) -> None:
    steps.station_key(config, b"machine")
    assert steps.server_verifier(config) is None
    steps.keep_server_key(config, f" {SERVER.vkey}\n")
    assert steps.server_verifier(config) == SERVER
    with pytest.raises(ValueError, match="verifier key"):
        steps.keep_server_key(config, "nonsense")


def test_waiting_for_two_persons() -> None:
    waited: list[float] = []
    slow = Slow(["station-not-enrolled", "server-unreachable", "server-busy"])
    assert steps.await_approval(slow, "o", 5, waited.append)
    assert len(waited) == 3
    assert not steps.await_approval(Slow(["station-not-enrolled"] * 9), "o", 1, waited.append)
    with pytest.raises(Fault, match="upgrade-needed"):
        steps.await_approval(Slow(["upgrade-needed"]), "o", 5, waited.append)


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, GOOD)
    arguments = ["enrol", "--config", str(file), "--offline", "--server-vkey", SERVER.vkey]
    assert main(arguments) == 0
    assert "ST-01" in capsys.readouterr().out
    assert main(["enrol", "--config", str(file), "--server-vkey", "x"]) == 1
    assert main(["enrol", "--config", str(file), "--wait", "0.1"]) == 1
    assert "server-unreachable" in capsys.readouterr().err
    assert main(["enrol", "--config", str(tmp_path / "none.toml")]) == 2
    assert isinstance(machine_secret(), bytes)


def test_cards_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "cards"
    assert main(["cards", "-o", str(out), "--badge", "LB:ID:ABC=Ana=operator"]) == 0
    listed = capsys.readouterr().out.split()
    assert {Path(one).name for one in listed} == {
        "badge-01.png",
        "commands-en.png",
        "commands-zh_CN.png",
        "cards.pdf",
    }
    assert (out / "cards.pdf").read_bytes().startswith(b"%PDF")


def test_every_code_on_the_sheet_reads_back_as_its_intent() -> None:
    found = {code.text for code in zxingcpp.read_barcodes(command_sheet("en"))}
    intents = {read_command(text) for text in found}
    assert None not in intents
    assert len(found) == len(KEYS) + len(ACTIONS)


def test_a_badge_reads_back_and_shows_no_code() -> None:
    card = badge_card(Holder("Ana 安娜", "LB:ID:K4TQ7M2XW9RB6HCD", "operator"))
    assert [code.text for code in zxingcpp.read_barcodes(card)] == ["LB:ID:K4TQ7M2XW9RB6HCD"]
    png = io.BytesIO()
    card.save(png, "PNG")
    assert Image.open(png).size == card.size
