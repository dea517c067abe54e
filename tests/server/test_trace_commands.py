"""``where-used`` and ``where-from``: the same at a running server and on its folder."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest

from server import cli, trace_commands
from server.words import Refusal
from tests.server.plant import Plant
from tests.server.test_history import bring, folder_with

WHERE = [["--url", "http://server"], ["--data", "folder"]]


class Asked:
    """A running server asked in this thread."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def call(self, method: str, path: str) -> Any:  # noqa: ANN401 - JSON
        answer = self._client.request(method, path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.mark.parametrize("where", WHERE)
def test_each_step_and_shipment_is_told(
    plant: Plant,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    where: list[str],
) -> None:
    bring(plant, folder_with(tmp_path / "in"))
    monkeypatch.setattr(trace_commands, "remote", lambda _: Asked(plant.client("P-QA")))
    monkeypatch.setattr(trace_commands, "opened", lambda _: nullcontext(plant.parts))

    def told(*words: str) -> str:
        given = cli.parser().parse_args([*words, *where])
        assert trace_commands.run(given, None) == 0
        return capsys.readouterr().out

    used = told("where-used", "RESIN/R1")
    assert used.startswith("RESIN/R1\t2 lots\n1\tRESIN/R1\tBODY/C1\t1.500 ")
    assert ">\tSET, sterile/D1\tSH1/SL1\tHospital\t2" in used
    came = told("where-from", "--serial", "S2")
    assert came.startswith("SET, sterile/D1\t2 lots\n")
    assert "RESIN/R1\tBODY/C1" in came
    assert "it is known, and nothing" in told("where-from", "RESIN/R1")


def test_what_cannot_be_asked_is_refused_with_its_cure(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Refusal, match="names no lot"):
        trace_commands.named("T26-0418")
    assert cli.main(["--language", "en", "where-used", "RESIN/R1"]) == 1
    assert "Add --url" in capsys.readouterr().err
    assert cli.main(["--language", "en", "drill", "--lot", "R1", "--url", "http://x"]) == 1
    assert "Write ITEM/LOT" in capsys.readouterr().err
    assert cli.main(["--language", "en", "forms", "check", "nowhere.yaml"]) == 1
    assert "There is no nowhere.yaml." in capsys.readouterr().err
