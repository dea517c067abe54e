"""A lot nobody heard of is not one that went nowhere: told at every door, with names near it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from server.trace.heard import near
from server.trace.reach import LotId
from tests.server.plant import Plant
from tests.server.test_history import bring, folder_with
from tests.server.test_holds import made

DOORS = ("where-used", "where-from", "recall", "origins")


def asked(plant: Plant, door: str, item: str, lot: str, language: str = "en") -> tuple[int, str]:
    answer = plant.client("P-QA").get(
        f"/api/trace/{door}",
        params={"item": item, "lot": lot},
        headers={"accept-language": language},
    )
    said = answer.json()
    return answer.status_code, f"{said.get('code')}: {said.get('message')} {said.get('hint')}"


@pytest.mark.covers("REC-ISO8.2.3/8.3.3")
@pytest.mark.parametrize("door", DOORS)
def test_a_misspelt_lot_is_no_empty_answer(plant: Plant, tmp_path: Path, door: str) -> None:
    bring(plant, folder_with(tmp_path / "in"))
    status, said = asked(plant, door, "RESIN", "R2")
    assert status == 404
    assert said.startswith("lot-unheard: Nobody here ever heard of lot RESIN/R2.")
    assert said.endswith("one slip away: RESIN/R1")
    assert "相近的批次：RESIN/R1" in asked(plant, door, "RESNI", "R1", "zh-CN")[1]
    assert asked(plant, door, "RESIN", "R1")[0] == 200


@pytest.mark.covers("REC-ISO8.2.3/8.3.3", "F54")
def test_while_stations_are_silent_it_may_still_come(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        assert asked(plant, "recall", "TUB-1", "T9")[1].startswith("lot-unheard: ")
        plant.clock.pass_(3600)
        plant.tokens.clear()
        status, said = asked(plant, "recall", "TUB-1", "T9")
        assert status == 404
        assert said.startswith("lot-unheard-yet: ")
        assert station.origin in said
        assert "TUB-1/T1" in said
        assert asked(plant, "recall", "TUB-1", "T1")[0] == 200


def test_the_page_tells_it_and_what_is_not_known(plant: Plant) -> None:
    def page(lot: str) -> tuple[int, str]:
        answer = plant.client("P-QA").get(f"/console/trace?item=TUB-1&lot={lot}")
        return answer.status_code, answer.text

    assert "No station is enrolled" in page("T1")[1]
    assert "The lot is known; nothing is recorded" in page("T1")[1]
    status, text = page("T9")
    assert status == 404
    assert "Nobody here ever heard of lot TUB-1/T9." in text
    assert "No station is enrolled" in text
    with closing(plant.station()) as station:
        made(plant, station)
        assert "All enrolled stations have reported." in page("T1")[1]


@pytest.mark.parametrize(
    ("item", "lot"),
    [("RESIN", "r1"), ("RESIN", "R 1"), ("RESIN", "1R"), ("RESIN", "R"), ("RESIN", "RR1"),
     ("resin", "R1"), ("RESINE", "R1"), ("BODY", "R1")],
)  # fmt: skip
def test_every_single_slip_leads_back(plant: Plant, tmp_path: Path, item: str, lot: str) -> None:
    bring(plant, folder_with(tmp_path / "in"))
    view = plant.parts.genealogy.graph.view()
    assert LotId("RESIN", "R1") in near(view, plant.parts.store, LotId(item, lot))
    assert near(view, plant.parts.store, LotId("X" * 64, "Y" * 64)) == []
