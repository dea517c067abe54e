"""What a job order's fold reads of others: all that matters to it, and no more as years go by."""

from __future__ import annotations

from contextlib import closing
from random import Random
from typing import TYPE_CHECKING

import pytest

from forms.entries import Consumed, HoldLifted, HoldPlaced, LotIdentified, SessionClosed
from forms.job import fold
from forms.job_state import JobState, Recorded
from forms.workpack import JobOrder
from server.ingest.jobs import _ordered
from server.ingest.projector import dump
from tests.server.gauged import who
from tests.server.plant import BOTH, Plant, Station
from tests.server.reads import Read, rows_of, watched
from tests.server.test_behind import push
from tests.server.test_ingest import bytes_of

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = ("session.opened", "session.closed", "session.refused", "material.consumed")
JOBS = ("JO-1", "JO-2", "JO-3")
HOLDS = ("hold.placed", "hold.lifted")
READ = ("records", "entries", "beside", "holds", "trail")


def dispatched(plant: Plant, *numbers: int) -> None:
    """Job orders JO-n for one unit of lot Ln."""
    master = plant.parts.masters.newest_approved("SMALL")
    for number in numbers:
        order = JobOrder(
            id=f"JO-{number}", lot=f"L{number}", units=1, work_master=master,
            serials=(f"N{number}",),
        )  # fmt: skip
        plant.parts.orders.dispatch(order, who(plant, "P-SUP"))


def by_all(plant: Plant, job: str) -> JobState:
    """The state by everything that stations of the job and holds anywhere say: the long way."""
    jobs, store = plant.parts.jobs, plant.parts.store
    order = jobs.order(job)
    assert order is not None
    own = store.rows("records", job_order=job)
    newest = max((row["global_index"] for row in own), default=-1)
    others = [
        row
        for kind in SHARED
        for origin in {row["origin"] for row in own}
        for row in store.rows("records", kind=kind, origin=origin)
    ]
    others += [row for kind in HOLDS for row in store.rows("records", kind=kind)]
    rows = own + [row for row in others if row["job_order"] != job and row["global_index"] < newest]
    read = list(jobs._recorded(sorted(rows, key=lambda row: int(row["global_index"]))))
    read = without_other_holds(order, read)
    return fold(order, jobs.pack, _ordered(read), master=jobs._master(order))


def without_other_holds(order: JobOrder, read: list[Recorded]) -> list[Recorded]:
    """Without the office's holds on other lots: all it does comes after what it had by then."""
    lots = {order.lot} | {
        one.entry.lot
        for one in read
        if isinstance(one.entry, (LotIdentified, Consumed, HoldPlaced))
        and one.entry.context.job_order == order.id
    }
    held = {one.ref for one in read if isinstance(one.entry, HoldPlaced) and one.entry.lot in lots}
    return [
        one
        for one in read
        if not (isinstance(one.entry, HoldPlaced) and one.ref not in held)
        and not (isinstance(one.entry, HoldLifted) and one.entry.hold not in held)
    ]


def drawn_and_held(state: JobState, whole: JobState) -> tuple[object, object]:
    """What of the job's lots is gone, and which of them are held."""
    entries = [one.entry for one in whole.records]
    lots = {one.lot for one in entries if isinstance(one, (LotIdentified, Consumed))}
    used = {key: sorted(map(str, taken)) for key, taken in state.used.items()}
    held = {ref for ref, hold in state.holds.items() if hold.lot in lots}
    return {key: taken for key, taken in used.items() if key.split("/")[1] in lots}, held


def act(plant: Plant, station: Station, chance: Random) -> None:
    """Something that happens in a shift."""
    job, lot = chance.choice(JOBS), chance.choice(["T1", "T1", "T2"])
    context = station.context(job, "OP10", "CLEAR")
    held = HoldPlaced(context=context, item="TUB-1", lot=lot, reason="r")
    open_holds = plant.parts.holds.open()[:1]
    acts: list[Callable[[], object]] = [
        lambda: station.sign_in(chance.choice(["P-OP", "P-SUP"])),
        lambda: station.append(held),
        lambda: plant.act("P-QA", "/api/holds", item="TUB-1", lot=lot, reason="smells"),
        lambda: [
            plant.act("P-QA", f"/api/holds/{one.ref}/lift", reason="tested") for one in open_holds
        ],
        lambda: station.append(SessionClosed(context=context, why="signed_out")),
        lambda: station.label(job, station.order(job).serials[0]),
        lambda: station.kit(job, lot),
        lambda: station.kit(job, lot),
        station.outbox.drain,
        station.outbox.drain,
    ]
    plant.clock.pass_(chance.choice([1, 30]))
    chance.choice(acts)()


@pytest.mark.covers("A42", "F48")
@pytest.mark.parametrize("seed", range(5))
def test_what_is_read_of_others_makes_the_verdicts_that_reading_all_makes(
    plant: Plant, seed: int
) -> None:
    chance, jobs = Random(seed), plant.parts.jobs
    dispatched(plant, 3)
    with closing(plant.station()) as one, closing(plant.station("ST-02")) as two:
        for _ in range(60):
            act(plant, chance.choice([one, two]), chance)
            for job in JOBS:
                here, whole = jobs.state(job), by_all(plant, job)
                assert here is not None
                assert here.records == whole.records
                assert drawn_and_held(here, whole) == drawn_and_held(whole, whole)
        for job in JOBS:
            here = jobs.state(job)
            assert here is not None
            jobs.forget()
            anew = jobs.state(job)
            assert anew is not None
            assert (anew.records, anew.holds, anew.packs_seen, anew.sessions) == (
                here.records, here.holds, here.packs_seen, here.sessions,
            )  # fmt: skip
        before = dump(plant.parts.store)
        plant.parts.projections.rebuild()
        assert dump(plant.parts.store) == before


@pytest.mark.covers("A42")
def test_who_asks_while_much_is_behind_misses_no_draw(plant: Plant) -> None:
    """To ask is to catch up, which folds the very job order that is asked for."""
    jobs, day = plant.parts.jobs, plant.clock.wall().date()
    with closing(plant.station()) as one, closing(plant.station("ST-02")) as two:
        for station in (one, two):
            plant.clock.pass_(1)
            station.sign_in("P-OP")
            station.kit("JO-1", "T1")
            station.outbox.drain()
        plant.clock.pass_(1)
        two.kit("JO-2", "T1")
        plant.clock.pass_(1)
        one.scan("JO-1", "T1", day)
        one.outbox.drain()
        assert jobs.state("JO-1") is not None
        plant.clock.pass_(1)
        one.scan("JO-1", "T1", day)
        two.outbox.drain()  # drew before what is known already
        entries = bytes_of(one)
        push(plant.parts, (one.signer, entries), len(entries) - 1, len(entries))
        assert plant.parts.book.behind, "it is folded when somebody asks"
        here, whole = jobs.state("JO-1"), by_all(plant, "JO-1")
        assert here is not None
        assert drawn_and_held(here, whole) == drawn_and_held(whole, whole)


def history(plant: Plant, station: Station, first: int, last: int) -> None:
    """Job orders of earlier days: each with its sign-in, its draw, and a hold elsewhere."""
    dispatched(plant, *range(first, last))
    for number in range(first, last):
        station.sign_in("P-OP")
        station.kit(f"JO-{number}", "T2")
        station.outbox.drain()
        plant.act("P-QA", "/api/holds", item="SET-1", lot=f"L{number}", reason="x")


def cost(plant: Plant, station: Station, told: list[Read], job: str) -> tuple[int, int]:
    """Rows read to go on with a job order, and to fold it anew."""
    station.scan(job, "T1", plant.clock.wall().date())
    told.clear()
    station.outbox.drain()
    plant.parts.book.catch_up()
    on = rows_of(told, *READ)
    plant.parts.jobs.forget()
    told.clear()
    plant.parts.jobs.state(job)
    return on, rows_of(told, *READ)


@BOTH
@pytest.mark.covers("A42")
def test_a_long_history_is_not_read_for_one_job_order(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(plant.station()) as station:
        dispatched(plant, 3)
        station.sign_in("P-OP")
        station.kit("JO-1", "T1")
        station.outbox.drain()
        told = watched(plant.parts.store, monkeypatch)
        first = cost(plant, station, told, "JO-1")
        history(plant, station, 10, 22)
        station.sign_in("P-OP")
        station.kit("JO-3", "T1")
        station.outbox.drain()
        later = cost(plant, station, told, "JO-3")
    assert all(now <= before + 8 for now, before in zip(later, first, strict=True)), (first, later)


def test_a_job_order_that_begins_after_the_station_went_back_to_an_older_pack(
    plant: Plant,
) -> None:
    """A newer pack was named long before, by a session that nothing else is read of."""
    with closing(plant.station()) as station:
        station.sign_in("P-OP")
        old = station.sha256
        dispatched(plant, 3)
        station.refresh()
        assert station.sha256 != old
        station.sign_in("P-OP")
        station.away, station.sha256 = True, old
        station.sign_in("P-OP")
        station.kit("JO-1", "T1")
        station.outbox.drain()
        state = plant.parts.jobs.state("JO-1")
        assert state is not None
        codes = {reason.code for one in state.records for reason in one.verdict.reasons}
        assert "pack-went-back" in codes
        assert state.records == by_all(plant, "JO-1").records
