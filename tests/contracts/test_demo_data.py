"""The sample plant hangs together: plan, work master, codes, station and pictures."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from devices.config import read_configs
from forms.authoring import read_master
from forms.codec import canonical, decode_master
from forms.identifiers import parse
from forms.masters import IdentifyStep, LabelStep, MeasureStep, SignStep, WorkMaster
from forms.terms import PersonnelClass
from server.plan import Plan, day, read_plan
from terminal.config import StationConfig, read_config
from tests.contracts.source import ROOT

DEMO = ROOT / "packaging" / "demo"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(DEMO / "plan.yaml")


@pytest.fixture(scope="module")
def master() -> WorkMaster:
    path = DEMO / "work-masters" / "WM-IVSET.yaml"
    return read_master(path.read_text(encoding="utf-8"), path.name)


@pytest.fixture(scope="module")
def scans() -> dict[str, dict[str, str]]:
    return tomllib.loads((DEMO / "scans.toml").read_text(encoding="utf-8"))


@pytest.fixture
def station(tmp_path: Path) -> StationConfig:
    text = (DEMO / "station.toml").read_text(encoding="utf-8")
    for name, value in {"url": "http://127.0.0.1:1", "data": "data", "bench": "bench"}.items():
        text = text.replace("{" + name + "}", value)
    (tmp_path / "station.toml").write_text(text, encoding="utf-8")
    return read_config(tmp_path / "station.toml")


def test_the_work_master_survives_its_own_bytes(master: WorkMaster) -> None:
    assert decode_master(canonical(master)) == master


def test_the_work_master_shows_every_kind_of_step(master: WorkMaster) -> None:
    kinds = {type(step).__name__ for operation in master.operations for step in operation.steps}
    assert kinds == {
        "ConfirmStep",
        "IdentifyStep",
        "MeasureStep",
        "InspectStep",
        "LabelStep",
        "SignStep",
    }
    assert [operation.id for operation in master.operations] == [
        "OP10",
        "OP20",
        "OP30",
        "OP40",
        "OP50",
        "OP60",
    ]


def test_every_step_says_its_source_and_has_its_picture(master: WorkMaster) -> None:
    pictures = ROOT / "terminal" / "pictures"
    for operation in master.operations:
        for step in operation.steps:
            assert step.source, step.id
            assert (pictures / step.picture).is_file(), step.picture
            assert len(step.instruction.en) <= 120, f"{step.id}: few words"
            assert len(step.instruction.zh_CN) <= 60, f"{step.id}: few words"


def test_every_component_is_scanned_once(master: WorkMaster) -> None:
    scanned = [
        step.item
        for operation in master.operations
        for step in operation.steps
        if isinstance(step, IdentifyStep)
    ]
    assert sorted(scanned) == sorted(line.item for line in master.bom)


def test_the_supervisor_signs_all_the_work(master: WorkMaster) -> None:
    last = master.operations[-1].steps[-1]
    assert isinstance(last, SignStep)
    assert last.not_by_doer
    assert last.personnel_class is PersonnelClass.SUPERVISOR
    assert list(last.covers) == [operation.id for operation in master.operations[:-1]]


def test_gtins_are_samples_with_good_check_digits(master: WorkMaster, plan: Plan) -> None:
    gtins = [master.product.gtin, *(line.gtin for line in master.bom)]
    for gtin in gtins:
        assert gtin.startswith("0950"), "GS1's prefix for samples"
        assert parse(f"01{gtin}10X".encode(), "]d2").findings == ()
    assert {material.gtin for material in plan.materials} == set(gtins)
    assert {material.item for material in plan.materials} == {
        master.product.item,
        *(line.item for line in master.bom),
    }


def test_good_codes_name_released_lots_with_the_same_date(
    plan: Plan, scans: dict[str, dict[str, str]], master: WorkMaster
) -> None:
    today = date(2026, 11, 22)
    lots = {(lot.item, lot.lot): lot for lot in plan.lots}
    good = {name: scan for name, scan in scans.items() if "refused" not in scan}
    assert {scan["item"] for scan in good.values()} == {line.item for line in master.bom}
    for name, scan in good.items():
        said = parse(scan["content"].encode(), scan["symbology"])
        lot = lots[scan["item"], said.lot]
        assert said.findings == (), name
        assert said.gtin == master.bom_line(scan["item"]).gtin
        assert said.expiry == day(lot.expiry, today)
        assert lot.status == "released"


def test_bad_codes_are_bad_in_their_own_way(plan: Plan, scans: dict[str, dict[str, str]]) -> None:
    lots = {(lot.item, lot.lot): lot for lot in plan.lots}
    said = {name: parse(one["content"].encode(), one["symbology"]) for name, one in scans.items()}
    assert said["film-separator-lost"].findings == ("separator-lost",)
    assert said["bad-check-digit"].findings == ("bad-check-digit",)
    expired = said["tubing-expired"].expiry
    assert expired is not None
    assert expired < date(2026, 1, 1)
    assert lots["TUB-410", said["tubing-expired"].lot].status == "released"
    assert lots["LUR-230", said["luer-on-hold"].lot].status == "hold"
    assert lots["FLM-240", said["film-not-released"].lot].status == "quarantine"


def test_no_two_people_share_a_badge_and_duties_are_apart(plan: Plan) -> None:
    badges = [person.badge for person in plan.people]
    assert len(set(badges)) == len(badges)
    assert {one for person in plan.people for one in person.classes} == set(PersonnelClass)
    assert all(len(person.classes) == 1 for person in plan.people)
    assert all(person.secret.isdigit() and len(person.secret) >= 6 for person in plan.people)


def test_orders_have_lots_and_serials_of_their_own(plan: Plan) -> None:
    serials = [serial for order in plan.job_orders for serial in order.allotted()]
    assert len(set(serials)) == len(serials)
    assert plan.job_orders[0].units == 5
    assert len({order.lot for order in plan.job_orders}) == len(plan.job_orders)


def test_the_station_has_an_instrument_for_every_cabled_step(
    station: StationConfig, plan: Plan, master: WorkMaster
) -> None:
    classes = {one.equipment_class for one in station.instruments}
    assets = {asset.id: asset for asset in plan.assets}
    for operation in master.operations:
        assert operation.work_unit in plan.place.work_units
        assert operation.work_unit in station.station.work_units
        for step in operation.steps:
            if isinstance(step, MeasureStep) and not step.typed:
                assert step.equipment_class in classes
            if isinstance(step, LabelStep):
                assert {"label_printer", "scanner"} <= classes
    for one in station.instruments:
        assert assets[one.asset].equipment_class == one.equipment_class
    assert station.station.station in {one.id for one in plan.stations}
    assert read_configs([]) == ()
