"""``lotbook-server drill``: the same at a running server and on its folder."""

from __future__ import annotations

import argparse
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest

from server import cli, drill_command
from tests.server.plant import SECRETS, Plant, badge, credentials
from tests.server.test_recall import made, ship


class Asked:
    """A running server asked in this thread."""

    def __init__(self, plant: Plant) -> None:
        self._client = plant.client("P-QA")

    def act(self, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        answer = self._client.post(path, json={**body, **credentials("P-QA")})
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.mark.covers("REC-806/7", "VAL-PQ")
@pytest.mark.parametrize("where", [["--url", "http://server"], ["--data", "folder"]])
@pytest.mark.parametrize(("right", "code"), [("SET-1,L1", 0), ("SET-1,L9", drill_command.MISSED)])
def test_a_drill_tells_each_phase_and_whether_it_found_all(  # noqa: PLR0917 - pytest
    plant: Plant,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    where: list[str],
    right: str,
    code: int,
) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
    ship(plant, "Clinic", "L1", "2", "1")
    truth = tmp_path / "truth.csv"
    truth.write_text(f"TUB-1,T1\n{right}\n", encoding="utf-8")
    monkeypatch.setattr(drill_command, "remote", lambda _: Asked(plant))
    monkeypatch.setattr(drill_command, "opened", lambda _: nullcontext(plant.parts))
    monkeypatch.setattr(drill_command, "components", lambda _: (badge("P-QA"), SECRETS["P-QA"]))
    words = ["drill", "--lot", "TUB-1/T1", "--truth-lots", str(truth), *where]
    given = cli.parser().parse_args(words)
    given.language = "en"
    assert drill_command.run(argparse.Namespace(**vars(given)), None) == code
    out = capsys.readouterr().out
    for said in ("Recall drill D-0001", "the complete list", "Precision / Recall, Lots"):
        assert said in out
    assert ("1.0000 / 1.0000" in out) == (code == 0)
