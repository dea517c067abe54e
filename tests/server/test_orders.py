"""Dispatching: a lot or serial number is allotted once for an item; older orders cost nothing."""

from __future__ import annotations

import pytest

from forms.codec import decode_work_pack
from forms.workpack import JobOrder
from server.ingest.projector import dump
from server.words import Refusal
from tests.server.gauged import who, with_instruments
from tests.server.plant import BOTH, Plant
from tests.server.reads import rows_of, watched


def order(plant: Plant, number: int, *, lot: str = "", serial: str = "", of: str = "") -> JobOrder:
    """JO-n for one unit of lot LNn."""
    return JobOrder(
        id=f"JO-{number}",
        lot=lot or f"LN{number}",
        units=1,
        work_master=plant.parts.masters.newest_approved(of or "SMALL"),
        serials=(serial or f"N{number}",),
    )


def dispatch(plant: Plant, wanted: JobOrder) -> None:
    plant.parts.orders.dispatch(wanted, who(plant, "P-SUP"))


@BOTH
@pytest.mark.parametrize(("lot", "serial"), [("L1", ""), ("", "S002")])
def test_a_lot_and_a_serial_of_an_item_are_allotted_once(
    plant: Plant, lot: str, serial: str
) -> None:
    with pytest.raises(Refusal, match=lot or serial) as refused:
        dispatch(plant, order(plant, 10, lot=lot, serial=serial))
    assert refused.value.code == "exists"
    assert plant.parts.store.one("orders", id="JO-10") is None
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before
    with pytest.raises(Refusal, match=lot or serial):
        dispatch(plant, order(plant, 10, lot=lot, serial=serial))


def test_another_item_has_numbers_of_its_own(plant: Plant) -> None:
    with_instruments(plant, jobs=0)
    dispatch(plant, order(plant, 10, lot="L1", serial="S001", of="GAUGED"))
    with pytest.raises(Refusal, match="GAU-1/L1"):
        dispatch(plant, order(plant, 11, lot="L1", of="GAUGED"))


def decided(plant: Plant, number: int) -> None:
    """The order's lot is released, so far as tables say."""
    row = plant.parts.store.one("jobs", id=f"JO-{number}")
    assert row is not None
    plant.parts.store.put("jobs", row | {"status": "released"})


@BOTH
def test_a_work_pack_reads_open_orders_only(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    told = watched(plant.parts.store, monkeypatch)
    station = plant.parts.stations.newest("OFFICE")

    def cost() -> int:
        told.clear()
        plant.parts.packs.current(station)
        return rows_of(told, "orders", "jobs")

    first = cost()
    for number in range(10, 22):
        dispatch(plant, order(plant, number))
        decided(plant, number)
    assert cost() == first
    dispatch(plant, order(plant, 30))
    pack = decode_work_pack(plant.parts.packs.content(plant.parts.packs.current(station)["sha256"]))
    assert [one.id for one in pack.job_orders] == ["JO-1", "JO-2", "JO-30"]


@BOTH
def test_a_dispatch_reads_no_more_after_many(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    told = watched(plant.parts.store, monkeypatch)
    acting = who(plant, "P-SUP")

    def cost(number: int) -> int:
        wanted = order(plant, number)
        told.clear()
        plant.parts.orders.dispatch(wanted, acting)
        return sum(one.rows for one in told)

    dispatch(plant, order(plant, 9))
    first = cost(10)
    for number in range(11, 23):
        dispatch(plant, order(plant, number))
    assert cost(30) == first
