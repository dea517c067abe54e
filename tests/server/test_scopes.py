"""Rights held at a part of the site: given by two others, reaching what is made there only."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from forms.rights import seen_at
from forms.terms import PersonnelClass, Scope
from server.ingest.projector import dump
from tests.server.plant import MASTER, SECRETS, Plant, badge, credentials

CENTER = {"area": "Room", "work_center": "Center"}
NEEDLES = {"area": "Room", "work_center": "Needles"}
SECOND = MASTER.replace("id: SMALL", "id: OTHER").replace("WU-20", "WU-10")


def grant(plant: Plant, person: str, **change: object) -> httpx.Response:
    body: dict[str, Any] = {"role": "operator", "reason": "works there", **change}
    both = {"first": credentials("P-ADM"), "second": credentials("P-QA")}
    path = f"/api/people/{person}/grants"
    return plant.client("P-ADM").post(path, json={**both, **body})


def at_needles_only(plant: Plant) -> None:
    """WU-10 is at the needles, WU-20 where it was; the supervisor is one of the needles only."""
    made = plant.act("P-ADM", "/api/work-centers", **NEEDLES, work_units=["WU-10"])
    assert made.status_code == 201, made.text
    assert grant(plant, "P-SUP", role="supervisor", **NEEDLES).status_code == 200
    plant.tokens.pop("P-SUP", None)
    gone = grant(plant, "P-SUP", role="supervisor", given=False)
    assert gone.json()["grants"] == [{"role": "supervisor", "scope": NEEDLES}]
    assert gone.json()["classes"] == []


def made_at_needles(plant: Plant) -> dict[str, object]:
    """A job order of a work center whose supervisor has a class there alone; as dispatched."""
    for step in ("", "/OTHER/1/check", "/OTHER/1/approve"):
        who = "P-SUP" if not step else "P-QA"
        said = {"text": SECOND} if not step else {}
        assert plant.act(who, f"/api/work-masters{step}", **said).status_code < 300
    order: dict[str, object] = {
        "id": "JO-9",
        "lot": "L9",
        "units": 1,
        "work_master": "OTHER",
        "serials": ["N1"],
    }
    assert plant.act("P-ADM", "/api/jobs", **order).status_code == 201
    at_needles_only(plant)
    return order


@pytest.mark.covers("P11-10g", "T28")
def test_a_class_held_at_a_work_center_reaches_what_is_made_there_only(plant: Plant) -> None:
    order = made_at_needles(plant)
    client = plant.client("P-SUP")
    assert [one["id"] for one in client.get("/api/jobs").json()] == ["JO-9"]
    assert client.get("/api/jobs/JO-9").status_code == 200
    foreign = client.get("/api/jobs/JO-1")  # at both work centers: in the room
    assert foreign.status_code == 403
    assert foreign.json()["code"] == "not-allowed-here"
    assert "Room / Needles" in foreign.json()["message"]
    assert client.get("/api/jobs/NONE").status_code == 403  # nothing is learnt by asking
    assert client.get("/api/audit").json()["code"] == "not-allowed"
    second = {**order, "id": "JO-8", "lot": "L8", "serials": ["N2"]}
    assert plant.act("P-SUP", "/api/jobs", **second).status_code == 201
    third = {**second, "id": "JO-7", "lot": "L7", "serials": ["N3"], "work_master": "SMALL"}
    assert plant.act("P-SUP", "/api/jobs?work_master=OTHER", **third).status_code == 403
    hold = plant.act("P-OP", "/api/holds", item="SET-1", lot="L9", reason="a look").json()["hold"]
    assert grant(plant, "P-OP", role="quality", **NEEDLES).status_code == 200
    plant.tokens.pop("P-OP")
    clear = f"/api/holds/{hold}/clear"
    for lot in ("L1", "T1"):  # named in the body, and made elsewhere
        away = plant.act("P-OP", clear, item="SET-1", lot=lot, reason="mine")
        assert away.json()["code"] == "not-allowed-here"
    console = plant.client("P-SUP").get("/console/jobs").text
    assert "JO-9" in console
    assert "JO-1<" not in console


@pytest.mark.covers("P11-10g", "T28")
def test_a_lift_counts_where_the_lot_is_made_though_no_door_was_asked(plant: Plant) -> None:
    """The fold judges what the log holds, whatever let it in."""
    made_at_needles(plant)
    assert grant(plant, "P-OP", role="quality", **NEEDLES).status_code == 200
    acting = plant.parts.directory.unlock(badge("P-OP"), SECRETS["P-OP"])
    acting = acting.at(seen_at(acting.person, Scope(**NEEDLES)))
    holds = {
        lot: plant.act("P-QA", "/api/holds", item=item, lot=lot, reason="x").json()["hold"]
        for item, lot in (("SET-1", "L9"), ("SET-1", "L1"), ("TUB-1", "T1"))
    }
    for ref in holds.values():
        plant.parts.quality.lift(ref, "mine", acting)
    assert {one.lot for one in plant.parts.holds.open()} == {"L1", "T1"}
    disputed = [row for row in plant.parts.alarms.all() if row["code"] == "record-disputed"]
    assert len(disputed) == 2, "kept, disputed, and without effect"
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before


@pytest.mark.covers("P11-10g", "T28")
def test_a_master_lies_where_the_revision_is_done_that_is_meant(plant: Plant) -> None:
    at_needles_only(plant)
    assert grant(plant, "P-OP", role="quality", **NEEDLES).status_code == 200
    newer = SECOND.replace("id: OTHER", "id: SMALL").replace("revision: 1", "revision: 2")
    assert plant.act("P-QA", "/api/work-masters", text=newer).status_code == 201
    order = {"id": "JO-9", "lot": "L9", "units": 1, "work_master": "SMALL", "serials": ["N1"]}
    away = plant.act("P-SUP", "/api/jobs", **order)
    assert away.json()["code"] == "not-allowed-here", "revision 1 is dispatched, in the room"
    for revision, code in (
        ("1", "not-allowed-here"), ("2", "wrong-state"), ("9" * 5_000, "not-allowed-here")
    ):  # fmt: skip
        asked = plant.act("P-OP", f"/api/work-masters/SMALL/{revision}/approve")
        assert asked.json()["code"] == code


@pytest.mark.covers("T34", "P11-10g")
def test_a_station_knows_people_by_the_classes_they_hold_where_it_is(plant: Plant) -> None:
    station, needles = plant.station(), plant.station("ST-02")
    at_needles_only(plant)
    known = {one.id: one for one in needles.refresh().people}["P-SUP"]
    assert (known.classes, known.grants) == ((PersonnelClass.SUPERVISOR,), ())
    assert needles.refresh().place.work_center == "Needles"
    assert {one.id: one for one in station.refresh().people}["P-SUP"].classes == ()
    refs = [one.accept("P-SUP") for one in (station, needles)]
    for one in (station, needles):
        one.outbox.drain()
    rows = [plant.parts.store.one("signatures", ref=ref) for ref in refs]
    assert [row["sound"] for row in rows if row] == [0, 1]


@pytest.mark.covers("P11-10g", "T28")
def test_nobody_moves_work_to_where_they_hold_a_class(plant: Plant) -> None:
    at_needles_only(plant)
    by = {"first": credentials("P-QA"), "second": credentials("P-ADM")}
    second = {"id": "P-AD2", "name": "Bea", "classes": ["administrator"], "badge": "LB:ID:AD2",
              "secret": "chosen by two", "document": "passport", "checked_by": "P-QA"}  # fmt: skip
    assert plant.client("P-QA").post("/api/people", json={**second, **by}).status_code == 201
    given = {"badge": "LB:ID:AD2", "secret": "chosen by two"}
    token = plant.client().post("/api/sessions", json=given).json()["token"]
    bea = plant.client()
    bea.headers["authorization"] = f"Bearer {token}"
    own = given | {"new_secret": "known to me alone"}
    assert bea.post("/api/me/secret", json=own).status_code == 204
    role = {"role": "quality", "reason": "helps", **NEEDLES, **by}
    assert plant.client("P-QA").post("/api/people/P-AD2/grants", json=role).status_code == 200
    given["secret"] = "known to me alone"
    token = plant.client().post("/api/sessions", json=given).json()["token"]
    bea.headers["authorization"] = f"Bearer {token}"
    wider = {**given, **NEEDLES, "work_units": ["WU-10", "WU-20"]}
    answer = bea.post("/api/work-centers", json=wider)
    assert (answer.status_code, answer.json().get("code")) == (403, "own-place")
    same = bea.post("/api/work-centers", json=wider | {"work_units": ["WU-10"]})
    assert same.status_code == 201, "nothing comes to it"
    away = bea.post("/api/work-centers", json=wider | {"work_center": "Bench"})
    assert away.status_code == 201, "what she loses she may move"
    back = bea.post("/api/work-centers", json=wider | {"work_units": ["WU-10"]})
    assert back.json()["code"] == "own-place"
    assert (
        plant.act("P-ADM", "/api/work-centers", **NEEDLES, work_units=["WU-10"]).status_code == 201
    )


@pytest.mark.covers("P11-10g", "P11-10e")
def test_rights_are_given_by_two_others_and_kept_with_their_history(plant: Plant) -> None:
    mine = grant(plant, "P-QA", role="operator")
    assert mine.json()["code"] == "own-rights"
    both = {"first": credentials("P-ADM"), "second": credentials("P-ADM")}
    alone = plant.client("P-ADM").post(
        "/api/people/P-OP/grants", json={"role": "quality", "reason": "", **both}
    )
    assert alone.json()["code"] == "two-persons"
    assert grant(plant, "P-OP", role="auditor", area="Nowhere").status_code == 404
    assert grant(plant, "P-OP", role="operator").json()["code"] == "wrong-state"
    assert grant(plant, "P-OP", role="auditor", **CENTER).status_code == 200
    assert grant(plant, "P-OP", role="auditor", given=False, **CENTER).status_code == 200
    told = plant.client("P-AUD").get("/api/people/P-OP/grants").json()
    assert [(one["role"], one["given"], one["by"]) for one in told["history"]] == [
        ("auditor", True, ["P-ADM", "P-QA"]),
        ("auditor", False, ["P-ADM", "P-QA"]),
    ]
    assert "badge_digest" not in told["person"]
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before


def test_nobody_ends_the_last_two_who_could_enrol(plant: Plant) -> None:
    gone = plant.act("P-QA", "/api/people/P-ADM/deactivation")
    assert gone.json()["code"] == "last-two"
    assert plant.act("P-QA", "/api/people/P-OP/deactivation").status_code == 200


@pytest.mark.covers("T34")
def test_sessions_end_at_once_when_what_a_person_holds_changes(plant: Plant) -> None:
    client = plant.client("P-SUP")
    assert client.get("/api/me").status_code == 200
    assert grant(plant, "P-SUP", role="auditor").status_code == 200
    assert client.get("/api/me").status_code == 401
