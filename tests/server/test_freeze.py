"""Evidence sets: frozen with a deviation, unchanged by what comes later, verified outside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest

from server.evidence.freeze import Frozen, Scope
from server.evidence.freeze_pack import freeze_pack, packed
from server.fsck import examine
from server.words import Refusal
from sync import canonical, container, packfile
from sync.keyring import read_keys
from sync.verify import Report, verify
from tests.server.gauged import BAD, Bench, calibration, who, with_instruments
from tests.server.plant import MASTER, Plant, plant_at


@pytest.fixture(scope="module")
def touched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Plant, Bench]]:
    """A balance found out of tolerance after it weighed for two job orders."""
    with plant_at(tmp_path_factory.mktemp("freeze")) as plant:
        with_instruments(plant)
        bench = Bench(plant)
        bench.weigh("0.40", "0.31")
        bench.weigh("0.41", job="G-2")
        bench.send()
        body = calibration("C-2", **BAD)
        answer = plant.act("P-QA", "/api/assets/BAL-1/calibrations", **body)
        assert answer.status_code == 201, answer.text
        yield plant, bench


def checked(plant: Plant, data: bytes) -> Report:
    ring = read_keys("".join(f"{line}\n" for line in plant.parts.reader.key_lines()))
    return verify(data, ring)


def pack(plant: Plant, number: int) -> bytes:
    parts = plant.parts
    return packed(freeze_pack(parts, parts.oversight.freezer, number), parts.signer)


def first(plant: Plant) -> Frozen:
    return plant.parts.oversight.freezer.all()[0]


@pytest.mark.covers("ISO-8.3", "REC-ISO8.2.3/8.3.3")
def test_a_deviation_freezes_its_evidence_by_the_same_hand(touched: tuple[Plant, Bench]) -> None:
    plant, _ = touched
    (deviation,) = plant.parts.instruments.deviations.all()
    frozen = first(plant)
    assert (frozen.cause, frozen.about) == ("deviation", str(deviation.number))
    assert (frozen.revision, frozen.records, frozen.jobs, frozen.person) == (1, 3, 2, "P-QA")
    data = plant.parts.oversight.freezer.document(frozen.number)
    assert hashlib.sha256(data).hexdigest() == frozen.sha256
    found = json.loads(data)
    assert found["documents"] == [deviation.look_back]
    assert [one["lot"] for one in found["lots"]] == ["GL1", "GL2"]
    assert {deviation.number, deviation.calibration} <= set(found["leaves"])
    assert found["logs"][0]["spans"] == [[2, 4]]
    assert examine(plant.parts) == []


@pytest.mark.covers("ISO-7.6")
def test_a_calibration_is_recorded_though_its_evidence_is_too_large(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_instruments(plant)
    bench = Bench(plant)
    bench.weigh("0.40", "0.31")
    bench.send()
    monkeypatch.setattr("server.evidence.freeze.MOST", 900)
    body = calibration("C-2", **BAD)
    answer = plant.act("P-QA", "/api/assets/BAL-1/calibrations", **body)
    assert answer.status_code == 201, answer.text
    (deviation,) = plant.parts.instruments.deviations.all()
    frozen = first(plant)
    assert (frozen.records, frozen.lots, frozen.jobs) == (0, 0, 0)
    assert "lot by lot" in frozen.why
    assert deviation.look_back in plant.parts.oversight.freezer.document(frozen.number).decode()


def test_its_pack_is_sound_and_says_what_it_is(touched: tuple[Plant, Bench]) -> None:
    plant, _ = touched
    report = checked(plant, pack(plant, first(plant).number))
    assert report.findings == ()
    assert report.freeze == f"deviation {first(plant).about} 1"
    assert "evidence set frozen for deviation" in report.text("en")
    assert "冻结的证据集" in report.text("zh_CN")


def test_what_comes_later_does_not_change_it(touched: tuple[Plant, Bench]) -> None:
    plant, bench = touched
    before, number = (
        plant.parts.oversight.freezer.document(first(plant).number),
        first(plant).number,
    )
    names = set(container.read(pack(plant, number)).members)
    bench.weigh("0.42")
    bench.send()
    assert plant.parts.oversight.freezer.document(number) == before
    later = pack(plant, number)
    assert set(container.read(later).members) == names
    assert checked(plant, later).sound
    again = plant.act(
        "P-SUP", "/api/evidence-sets", cause="deviation", about=first(plant).about,
        lots=[["GAU-1", "GL1"]], why="one more reading",
    )  # fmt: skip
    assert again.status_code == 201, again.text
    newer = again.json()
    assert (newer["revision"], newer["previous"]) == (2, first(plant).sha256)
    assert newer["records"] == 3
    answer = plant.client("P-AUD").get(f"/api/evidence-sets/{newer['number']}/evidence.zip")
    assert checked(plant, answer.content).sound
    assert plant.parts.trail.newest()[0]["about"] == f"evidence set {newer['number']}"


def test_a_set_that_was_changed_is_found(touched: tuple[Plant, Bench]) -> None:
    plant, _ = touched
    members = container.read(pack(plant, first(plant).number)).members
    body = canonical.loads(members[packfile.FREEZE], 2**22)

    def codes(freeze: bytes) -> set[str]:
        held = {**members, packfile.FREEZE: freeze}
        return {one.code for one in checked(plant, container.write(held)).findings}

    log = body["logs"][0]  # type: ignore[index]
    for change in (
        {"logs": [log | {"spans": [[2, 3]]}]},
        {"logs": [log | {"spans": [[0, 2**53 - 1]], "count": 2**53 - 1}]},
        {"logs": [log | {"spans": [["0", "9" * 30]]}]},
        {"logs": [log | {"count": 2}]},
        {"logs": [log | {"refs_root": "00" * 32}]},
    ):
        assert {"freeze-leaf", "freeze-records", "changed"} <= codes(canonical.dumps(body | change))
    for broken in (b"[]", b'{"jobs":1}', canonical.dumps(body | {"logs": [1]}),
                   canonical.dumps(body | {"format": "x"})):  # fmt: skip
        assert "freeze" in codes(broken)


def test_a_set_needs_its_signer(touched: tuple[Plant, Bench]) -> None:
    plant, _ = touched
    lines = [one for one in plant.parts.reader.key_lines() if not one.startswith("person P-QA ")]
    data = pack(plant, first(plant).number)
    found = verify(data, read_keys("".join(f"{line}\n" for line in lines)))
    assert "freeze-signature" in {one.code for one in found.findings}


def test_a_set_of_a_lot_consumed_holds_what_took_of_it(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()
    acting = who(plant, "P-QA")
    of_lot = Scope(cause="recall", about="R-1", lots=(("TUB-1", "T1"),))
    frozen = plant.parts.oversight.freezer.freeze(of_lot, acting)
    assert (frozen.records, frozen.jobs) == (1, 0)
    assert checked(plant, pack(plant, frozen.number)).sound
    of_job = Scope(cause="change", about="CC-7", jobs=("JO-1",))
    whole = plant.parts.oversight.freezer.freeze(of_job, acting)
    assert whole.records > 4
    assert checked(plant, pack(plant, whole.number)).sound
    assert plant.parts.oversight.freezer.newest("recall", "R-1") == frozen
    unknown = Scope(cause="change", about="x", jobs=("?",))
    for nothing in (Scope(cause="change", about="x"), unknown):
        with pytest.raises(Refusal):
            plant.parts.oversight.freezer.freeze(nothing, acting)
    with pytest.raises(Refusal, match="no evidence set"):
        plant.parts.oversight.freezer.of(1)


def test_a_slip_of_the_pen_freezes_nothing_and_says_so(plant: Plant) -> None:
    said = plant.act(
        "P-QA", "/api/evidence-sets", cause="recall", about="R-1", lots=[["TUB-1", "TI"]]
    )
    assert (said.status_code, said.json()["code"]) == (404, "lot-unheard")
    assert "TUB-1/T1" in said.text
    assert plant.parts.oversight.freezer.all() == ()


def test_a_lot_that_a_cause_names_and_nobody_heard_of_stands_as_unknown(plant: Plant) -> None:
    scope = Scope(cause="deviation", about="9", lots=(("TUB-1", "T1"), ("TUB-1", "TX")))
    frozen = plant.parts.oversight.freezer.freeze(scope, who(plant, "P-QA"))
    unknown = plant.parts.oversight.freezer.content(frozen.number)["not_known"]
    assert unknown[0] == {"code": "lot-unheard", "about": "TUB-1/TX", "since": "", "count": 0}
    assert [one["about"] for one in unknown if one["code"] == "lot-unheard"] == ["TUB-1/TX"]
    page = plant.client("P-AUD").get(f"/console/evidence-sets/{frozen.number}")
    assert "TUB-1/TX" in page.text


@pytest.mark.covers("ISO-7.3.9")
def test_a_master_that_is_replaced_freezes_what_is_under_way(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()
    assert plant.parts.oversight.freezer.all() == (), "the first revision changes nothing"
    text = MASTER.replace("revision: 1", "revision: 2")
    assert plant.act("P-ADM", "/api/work-masters", text=text).status_code == 201
    for person, step in (("P-SUP", "check"), ("P-QA", "approve")):
        assert plant.act(person, f"/api/work-masters/SMALL/2/{step}").status_code == 200
    (frozen,) = plant.parts.oversight.freezer.all()
    assert (frozen.cause, frozen.about, frozen.person) == ("change", "SMALL 2", "P-QA")
    begun = {row["id"] for row in plant.parts.store.rows("jobs")}
    assert frozen.jobs == len(begun)
    assert frozen.records == plant.parts.store.count("records", job_order="JO-1") > 4
    approval = plant.parts.store.newest("trail", kind="master.approved")
    assert approval is not None
    assert approval["idx"] in plant.parts.oversight.freezer.content(frozen.number)["leaves"]
    assert checked(plant, pack(plant, frozen.number)).sound
    assert examine(plant.parts) == []
