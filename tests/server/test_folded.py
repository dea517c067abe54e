"""When records may be added to a job order's state, and that it then is what a new fold gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forms.entries import Context, Corrected, HoldLifted, HoldPlaced
from forms.job_state import JobState, Recorded
from forms.merge import merge
from server.ingest.folded import Folded
from server.ingest.job_tables import JobTables
from server.ingest.projector import dump
from server.words import Refusal
from tests.server.plant import Plant
from tests.server.reads import watched
from tests.server.test_fsck import sql

REASONS = b'{"reasons":[["lift-unsigned",[]]]}'
CONTEXT = Context(station="ST-01", work_unit="WU-10", job_order="JO-1")
START = datetime(2026, 3, 2, tzinfo=UTC)
LOGS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 6), st.integers(0, 12)), max_size=10
)
"""Records as (origin, seconds, which record of all they correct)."""


def ref_of(number: int) -> str:
    return sha256(b"%d" % number).hexdigest()


def recorded(log: list[tuple[str, int, int]]) -> list[Recorded]:
    """The records; each origin counts its own, as the journals do."""
    places = dict.fromkeys("ab", -1)
    made = []
    for number, (origin, seconds, cause) in enumerate(log):
        places[origin] += 1
        entry = Corrected(
            context=CONTEXT, of=ref_of(cause), field="answer", was="yes", now="no", reason="r"
        )
        wall = START + timedelta(seconds=seconds)
        made.append(
            Recorded(ref_of(number), origin, places[origin], wall, "free", entry, sound=True)
        )
    return made


@example([("a", 0, 0), ("b", 1, 2)], 1).via("a record that names itself as its cause")
@given(LOGS, st.integers(0, 10))
def test_records_that_follow_come_last_in_the_merged_order(
    log: list[tuple[str, int, int]], cut: int
) -> None:
    records = recorded(log)
    old, new = records[:cut], records[cut:]
    folded = Folded(cast("JobState", None), 0)
    folded.took([], merge(old))
    if folded.is_followed_by(new):
        assert merge(records) == (*merge(old), *merge(new))


def test_the_usual_shift_follows() -> None:
    old = recorded([("a", 0, 99), ("b", 1, 99)])
    folded = Folded(cast("JobState", None), 0)
    folded.took([], merge(old))
    later = recorded([("a", 0, 99), ("b", 1, 99), ("b", 2, 0), ("a", 3, 2)])[2:]
    assert folded.is_followed_by(later)
    assert not folded.is_followed_by(recorded([("a", 0, 99), ("b", 1, 99), ("a", 1, 99)])[2:])


@pytest.mark.covers("A42")
def test_a_push_folds_its_own_records_only(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    station, jobs = plant.station(), plant.parts.jobs
    station.work("JO-1")
    station.outbox.drain()
    state = jobs.state("JO-1")
    assert state is not None
    folded: list[int] = []
    fold = jobs._fold

    def counted(before: JobState, records: list[Recorded]) -> JobState:
        folded.append(len(records))
        return fold(before, records)

    monkeypatch.setattr(jobs, "_fold", counted)
    station.sign_in("P-SUP")
    station.scan("JO-1", "T1", START.date())
    station.outbox.drain()
    after = jobs.state("JO-1")
    assert after is not None
    assert folded == [2]
    assert after.records[: len(state.records)] == state.records
    jobs.forget()
    assert jobs.state("JO-1") == after


@pytest.mark.covers("A42", "T34")
def test_what_is_stated_against_another_job_order_folds_nothing_anew(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    station, jobs = plant.station(), plant.parts.jobs
    for job in ("JO-2", "JO-1"):
        station.work(job)
    station.outbox.drain()
    before = {job: jobs.state(job) for job in ("JO-1", "JO-2")}
    told = watched(plant.parts.store, monkeypatch)
    plant.parts.book.state("record.disputed", disputed(plant, "JO-1"))
    assert jobs.state("JO-2") is before["JO-2"]
    assert not [one for one in told if "JO-2" in one.asked.values() and one.table == "entries"]
    after = jobs.state("JO-1")
    assert after is not None
    assert after != before["JO-1"], "it is one of its own"
    assert not after.records[-1].verdict.effective


@pytest.mark.covers("T34")
def test_what_is_stated_against_a_lift_counts_where_the_hold_did(plant: Plant) -> None:
    """A station's lift is disputed as a record of one job order, and was folded into another."""
    station, jobs = plant.station(), plant.parts.jobs
    station.sign_in("P-QA")
    context = station.context("JO-2", "OP10", "CLEAR")
    ref = station.append(HoldPlaced(context=context, item="TUB-1", lot="T1", reason="r"))
    lift = station.append(HoldLifted(context=context, hold=ref, reason="r"))
    station.kit("JO-1", "T1")
    with plant.parts.store.transaction():
        station.outbox.drain()
        plant.parts.book.catch_up()  # else the lift is disputed again below
        plant.parts.store.remove("objections")
        jobs.forget()
        before = jobs.state("JO-1")
        assert before is not None
        assert not before.holds
        (row,) = plant.parts.store.rows("records", ref=lift)
        plant.parts.store.put(
            "objections",
            {"origin": row["origin"], "idx": row["idx"], "job": "JO-2", "reasons": REASONS},
        )
        after = jobs.state("JO-1")
    assert after is not None
    assert list(after.holds) == [ref]


@pytest.mark.covers("T34")
def test_what_is_stated_against_a_hold_counts_where_it_was_taken(plant: Plant) -> None:
    """A hold of a stolen station is of another job order, and was folded into this one."""
    station, stolen = plant.station(), plant.station("ST-02")
    jobs, store = plant.parts.jobs, plant.parts.store
    stolen.sign_in("P-QA")
    context = stolen.context("JO-2", "OP10", "CLEAR")
    ref = stolen.append(HoldPlaced(context=context, item="TUB-1", lot="T1", reason="r"))
    stolen.outbox.drain()
    station.away = True
    plant.clock.pass_(5)
    station.sign_in("P-OP")
    station.kit("JO-1", "T1")
    station.outbox.drain()
    before = jobs.state("JO-1")
    assert before is not None
    assert list(before.holds) == [ref]
    assert [row["findings"] for row in store.rows("jobs", id="JO-1")] == [2]
    path = "/api/stations/ST-02/revocation"
    assert plant.act("P-QA", path, valid_to=0, reason="stolen").status_code == 200
    assert [row["findings"] for row in store.rows("jobs", id="JO-1")] == [0], "refolded now"
    tables = dump(store)
    after = jobs.state("JO-1")
    assert after is not None
    assert not after.holds
    jobs.forget()
    assert jobs.state("JO-1") == after
    plant.parts.projections.rebuild()
    assert dump(store) == tables


def test_a_lift_taken_before_its_hold_does_not_stay_behind_it() -> None:
    """The lot is named only now; its hold lies before a lift that was taken for other reasons."""
    hold = Recorded(
        ref_of(1), "a", 1, START, "free", sound=True,
        entry=HoldPlaced(context=CONTEXT, item="TUB-1", lot="T9", reason="r"),
    )  # fmt: skip
    lift = Recorded(
        ref_of(2), "a", 3, START, "free", sound=True,
        entry=HoldLifted(context=CONTEXT, hold=hold.ref, reason="r"),
    )  # fmt: skip
    folded = Folded(cast("JobState", None), 0)
    folded.took([], [lift])
    assert not folded.is_followed_by([hold])


def disputed(plant: Plant, job: str) -> dict[str, object]:
    """The body of a statement against the job order's last record."""
    row = plant.parts.store.rows("records", job_order=job)[-1]
    return {
        "origin": row["origin"],
        "index": row["idx"],
        "leaf": row["ref"],
        "job": job,
        "reasons": [["lift-unsigned", []]],
    }


@pytest.mark.covers("F48")
def test_a_finished_lot_goes_when_its_last_unit_is_disputed_after_all(plant: Plant) -> None:
    """Another station's records can come between: the order is judged anew, and the unit falls."""
    station, store = plant.station(), plant.parts.store
    station.work("JO-1")
    station.outbox.drain()
    received, state = store.rows("lots", source="received"), plant.parts.jobs.state("JO-1")
    assert state is not None
    assert store.count("lots", source="produced", lot=state.order.lot) == 1
    JobTables(store).write(replace(state, produced={}), 0)
    assert store.rows("lots", source="produced") == []
    assert store.rows("lots", source="received") == received


@pytest.mark.parametrize("data", [b"{}", b"no json", b'{"body":{},"kind":"entry"}', b'{"kind":1}'])
def test_a_leaf_that_a_disk_spoilt_is_named_where_it_is_folded(plant: Plant, data: bytes) -> None:
    store = plant.parts.store
    before = store.rows("trail")
    sql(plant, f"UPDATE leaves SET data = x'{data.hex()}' WHERE idx = 5")  # noqa: S608 - hex
    with pytest.raises(Refusal, match="leaf 5 of the log"):
        plant.parts.projections.rebuild()
    assert store.rows("trail") == before, "nothing was folded in part"
