"""``assets list`` and ``assets look-back``: the same at a running server and on its folder."""

from __future__ import annotations

import argparse
import json
from contextlib import nullcontext
from typing import Any

import pytest

from server import cli
from server.asset_commands import AssetCommands
from server.ways import Ways
from server.words import Refusal
from tests.server.gauged import BAD, Bench, calibration, with_instruments
from tests.server.plant import SECRETS, Plant, badge


@pytest.fixture
def gauged(plant: Plant) -> Plant:
    with_instruments(plant)
    bench = Bench(plant)
    bench.weigh("0.31", "0.40")
    bench.send()
    body = calibration("C-1", **BAD)
    assert plant.act("P-QA", "/api/assets/BAL-1/calibrations", **body).status_code == 201
    return plant


class Asked:
    """A running server asked in this thread."""

    def __init__(self, plant: Plant) -> None:
        self._client = plant.client("P-QA")

    def call(self, method: str, path: str) -> Any:  # noqa: ANN401 - JSON
        answer = self._client.request(method, path)
        assert answer.status_code == 200, answer.text
        return answer.json()


def run(plant: Plant, words: list[str], person: str = "P-QA") -> int:
    given = cli.parser().parse_args(["assets", *words])
    given.language = "en"
    ways = Ways(
        lambda _given: Asked(plant),  # type: ignore[arg-type, return-value]
        lambda _folder: nullcontext(plant.parts),
        lambda _given: (badge(person), SECRETS[person]),
    )
    commands = AssetCommands(ways)
    act = {"list": commands.list, "look-back": commands.look_back}[given.step]
    return act(argparse.Namespace(**vars(given)), None)


@pytest.mark.covers("ISO-7.6")
@pytest.mark.parametrize("where", [["--url", "http://server"], ["--data", "folder"]])
def test_instruments_and_their_readings_are_told(
    gauged: Plant, capsys: pytest.CaptureFixture[str], where: list[str]
) -> None:
    assert run(gauged, ["list", *where]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("\t")[:3] == ["BAL-2", "B-78", "2027-01-01"]
    assert "due on 2027-03-02" in lines[1]
    assert run(gauged, ["look-back", "BAL-1", *where]) == 0
    told = capsys.readouterr().out
    assert "BAL-1: 2 readings from the beginning to 2026-03-02; 1 within the error" in told
    assert "0.31 g\t0.01\twithin-error" in told
    assert "lot GAU-1/GL1\trunning\t2 readings" in told
    assert run(gauged, ["look-back", "BAL-1", "--json", *where]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == 2


def test_who_may_not_read_is_refused_and_who_read_is_noted(gauged: Plant) -> None:
    with pytest.raises(Refusal, match="class"):
        run(gauged, ["look-back", "BAL-1", "--data", "folder"], "P-OP")
    run(gauged, ["look-back", "BAL-1", "--data", "folder"], "P-AUD")
    newest = gauged.parts.trail.newest()[0]
    assert (newest["person"], newest["route"], newest["count"]) == ("P-AUD", "assets look-back", 2)


def test_what_nobody_can_judge_is_said_without_a_margin(
    gauged: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Bench(gauged, "ST-02", "G-2")
    bench.weigh("0.40", asset="BAL-2")
    bench.send()
    assert run(gauged, ["look-back", "BAL-2", "--data", "folder"]) == 0
    told = capsys.readouterr().out
    assert "from the beginning to now" in told
    assert "not-known" in told
