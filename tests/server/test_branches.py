"""Histories beside a log: kept whole; lots and station frozen; quality decides."""

from __future__ import annotations

from collections.abc import Iterator
from random import SystemRandom

import pytest

from server.ingest.projector import dump
from sync.faults import Fault
from sync.instance import Instance
from sync.merkle import leaf_hash, root_of
from sync.protocol import Gap, Kept
from tests.console.test_console import csrf, entered
from tests.server.plant import Plant, Station, credentials
from tests.server.test_ingest import bytes_of


@pytest.fixture
def station(plant: Plant) -> Iterator[Station]:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()
    yield station
    station.close()


def twin_of(station: Station) -> Station:
    """A clone of the key on a disk that knows only the beginning; it works on alone."""
    twin = Station(station.plant, station.origin, station.name)
    twin.refresh()
    station.plant.clock.pass_(60)
    twin.sign_in("P-SUP")
    return twin


def codes(plant: Plant) -> list[str]:
    return [row["code"] for row in plant.parts.alarms.all(only_open=True)]


@pytest.mark.covers("A26", "A27", "T08", "TC34", "TC33")
def test_the_other_branch_is_handed_over_whole_and_everything_freezes(
    plant: Plant, station: Station
) -> None:
    twin = twin_of(station)
    for _ in range(5):
        twin.scan("JO-2", "T2", plant.parts.clock().date())
    twin.outbox._handover._most_entries = 2
    with pytest.raises(Fault, match="journal-forked"):
        twin.outbox.drain()
    store, theirs = plant.parts.store, bytes_of(twin)
    fork = plant.parts.forks.all()[0]
    assert (fork["from_size"], fork["size"], fork["cause"]) == (1, len(theirs), "forked")
    assert [bytes(row["data"]) for row in store.rows("branches")] == theirs[1:]
    head = store.newest("branch_heads", origin=station.origin)
    assert head is not None
    assert head["root"] == root_of(leaf_hash(one) for one in theirs).hex()
    held = {(row["item"], row["lot"]) for row in store.rows("holds")}
    assert {("TUB-1", "T1"), ("TUB-1", "T2"), ("SET-1", "L1")} <= held
    assert codes(plant).count("fork") == 1
    before = store.count("leaves")
    with pytest.raises(Fault, match="journal-forked"):
        twin.outbox.drain()
    assert store.count("leaves") == before, "again changes nothing"
    station.sign_in("P-OP")
    mine = station.journal.size
    with pytest.raises(Fault, match="journal-forked"):
        station.outbox.drain()
    assert plant.parts.ingest.head(station.origin).size == mine, "branch A still arrives"
    with pytest.raises(Fault, match="journal-forked"):
        station.sign_in("P-OP")
    tables = dump(store)
    plant.parts.projections.rebuild()
    assert dump(store) == tables
    plant.station(epoch=2).sign_in("P-OP")


@pytest.mark.covers("A26")
@pytest.mark.parametrize("decision", ["log", "branch", "neither"])
def test_quality_decides_by_signature_and_the_decision_is_a_leaf(
    plant: Plant, station: Station, decision: str
) -> None:
    twin = twin_of(station)
    with pytest.raises(Fault, match="journal-forked"):
        twin.outbox.drain()
    path = "/api/stations/ST-01/1/branches/2/decision"
    assert plant.act("P-ADM", path, decision=decision, reason="mine").status_code == 403
    assert plant.act("P-QA", path, decision=decision, reason=" ").status_code == 400
    done = plant.act("P-QA", path, decision=decision, reason="an old disk was put in")
    assert done.status_code == 200, done.text
    assert done.json()["decision"] == decision
    assert done.json()["decided_by"] == "P-QA"
    again = plant.act("P-QA", path, decision="log", reason="once more")
    assert again.json()["code"] == "wrong-state"
    kinds = [row["kind"] for row in plant.parts.store.rows("leaves")]
    assert kinds.count("fork.decided") == 1
    assert "fork" not in codes(plant)
    state = plant.parts.jobs.state("JO-1")
    assert state is not None
    distrusted = [
        one for one in state.records
        if "log-distrusted" in {reason.code for reason in one.verdict.reasons}
    ]  # fmt: skip
    assert bool(distrusted) == (decision != "log")
    shown = plant.client("P-QA").get("/api/stations/ST-01/1/branches/2").json()
    read = plant.parts.trail.newest(1)[0]
    assert read["route"] == "GET /api/stations/{station}/{epoch}/branches/{branch}"
    assert [one["index"] for one in shown] == list(range(1, twin.journal.size))
    assert plant.client("P-QA").get("/api/branches").json()[0]["status"] == "settled"
    assert plant.client("P-QA").get("/api/stations/ST-01/9/branches/2").status_code == 404
    assert plant.client("P-QA").get("/api/stations/ST-01/1/branches/9").status_code == 404


def test_evidence_that_proves_nothing_is_refused(plant: Plant, station: Station) -> None:
    twin = twin_of(station)
    entries, head = bytes_of(twin), twin.journal.head().note
    last = len(entries) - 1
    service, origin = station.service, station.origin
    for from_, sent, note in (
        (last + 1, (entries[last],), head),
        (last, (entries[last] + b" ",), head),
        (last, (entries[last],), "no head"),
    ):
        with pytest.raises(Fault, match="batch-refused"):
            service.hand_over(origin, from_, sent, note)
    mine = bytes_of(station)
    kept = service.hand_over(origin, 0, tuple(mine), station.journal.head().note)
    assert isinstance(kept, Kept)
    assert (kept.branch, kept.have) == (0, len(mine)), "the log has them all"
    station.sign_in("P-OP")
    batch = station.journal.batch(len(mine))
    with pytest.raises(Fault, match="batch-refused"):
        service.hand_over(origin, batch.start, batch.entries, batch.head)
    station.sign_in("P-SUP")
    batch = station.journal.batch(len(mine) + 1)
    answer = service.hand_over(origin, batch.start, batch.entries, batch.head)
    assert isinstance(answer, Gap)
    assert answer.have == len(mine)
    assert plant.parts.forks.all() == []


def marked(station: Station) -> Station:
    station.service.marks = Instance(station.database, SystemRandom().random)
    return station


@pytest.mark.covers("A27", "A29", "T08")
def test_two_copies_of_one_disk_are_told_apart_at_the_second_contact(plant: Plant) -> None:
    """A block image: journal, marks and key are the same, and neither wrote anything since."""
    station = marked(plant.station())
    station.outbox.drain()
    twin = marked(station.clone())
    station.service._token = None
    station.outbox.drain()
    with pytest.raises(Fault, match="station-copied"):
        twin.outbox.drain()
    assert codes(plant).count("station-copied") == 1
    assert plant.parts.forks.all() == [], "it wrote nothing, so there is nothing to keep"
    station.sign_in("P-OP")
    assert station.outbox.drain().pushed > 0, "the true one goes on"


@pytest.mark.covers("A27", "A29", "T08")
def test_a_copy_that_calls_first_is_told_at_the_other_ones_next_call(plant: Plant) -> None:
    """Its session was still good for hours: a new one ends it. Found by the simulator."""
    station = marked(plant.station())
    station.outbox.drain()
    twin = marked(station.clone())
    twin.outbox.drain()
    assert codes(plant).count("station-copied") == 0, "nobody can know yet"
    with pytest.raises(Fault, match="station-copied"):
        station.outbox.drain()
    assert codes(plant).count("station-copied") == 1


@pytest.mark.covers("A29", "T08")
def test_what_a_copy_wrote_is_evidence_though_it_contradicts_nothing_yet(plant: Plant) -> None:
    station = marked(plant.station())
    station.outbox.drain()
    twin = marked(station.clone())
    station.service._token = None
    station.outbox.drain()
    size = station.journal.size
    twin.sign_in("P-OP")
    with pytest.raises(Fault, match="station-copied"):
        twin.outbox.drain()
    assert plant.parts.ingest.head(station.origin).size == size
    rows = plant.parts.store.rows("branches", origin=station.origin)
    assert [bytes(row["data"]) for row in rows] == bytes_of(twin)[size:]
    batch = twin.journal.batch(size)
    with pytest.raises(Fault, match="station-not-enrolled"):
        twin.service.push(twin.origin, size, batch.entries, batch.head)
    assert plant.parts.ingest.head(station.origin).size == size
    with pytest.raises(Fault, match="journal-forked"):
        station.outbox.drain()


@pytest.mark.covers("F27")
def test_a_lost_answer_to_a_session_makes_no_copy(plant: Plant) -> None:
    station = marked(plant.station())
    station.outbox.drain()
    marks = station.service.marks
    assert marks is not None
    for _ in range(3):
        pair = marks.fresh()
        station.service._token = None
        marks.confirmed, kept = (lambda: None), marks.confirmed  # type: ignore[method-assign]
        station.outbox.drain()
        assert marks.fresh() == pair
        marks.confirmed = kept  # type: ignore[method-assign]
        station.service._token = None
        station.outbox.drain()
    assert codes(plant) == []


def test_an_installation_without_its_mark_is_a_copy_but_a_restored_server_accuses_nobody(
    plant: Plant,
) -> None:
    station = marked(plant.station())
    station.outbox.drain()
    with plant.parts.store.transaction():
        plant.parts.store.remove("marks")
    station.service._token = None
    station.outbox.drain()
    assert codes(plant) == []
    bare = marked(Station(plant, station.origin, station.name))
    with pytest.raises(Fault, match="station-copied"):
        bare.outbox.drain()


@pytest.mark.covers("A17", "A23", "T07", "TC19")
def test_above_the_cut_off_nothing_is_accepted_and_nothing_is_lost(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    limit = station.journal.size + 1
    station.sign_in("P-SUP")
    for _ in range(4):
        station.sign_in("P-OP")
    path = "/api/stations/ST-01/revocation"
    done = plant.act("P-QA", path, valid_to=limit, reason="the disk was stolen")
    assert done.status_code == 200, done.text
    with pytest.raises(Fault, match="station-revoked"):
        station.outbox.drain()
    store, entries = plant.parts.store, bytes_of(station)
    assert plant.parts.ingest.head(station.origin).size == limit
    assert [bytes(row["data"]) for row in store.rows("branches")] == entries[limit:]
    assert "revoked-key-used" in codes(plant)
    batch = station.journal.batch(limit)
    with pytest.raises(Fault, match="station-not-enrolled"):
        station.service.push(station.origin, limit, batch.entries, batch.head)
    assert store.count("entries", origin=station.origin) == limit
    assert store.count("forks") == 1


@pytest.mark.covers("A26")
def test_quality_decides_in_the_console(plant: Plant, station: Station) -> None:
    with pytest.raises(Fault, match="journal-forked"):
        twin_of(station).outbox.drain()
    client = entered(plant, "P-QA", "zh-CN")
    html = client.get("/console/stations").text
    assert "日志自相矛盾" in html
    assert "待质量裁定" in html
    path = "/console/stations/ST-01/1/branches/2/decision"
    form = {"csrf": csrf(html), "decision": "log", **credentials("P-QA")}
    refused = client.post(path, data=form)
    assert refused.status_code == 400, "a reason is needed"
    done = client.post(path, data={**form, "reason": "旧磁盘"})
    assert done.status_code == 303, done.text
    assert "以日志为准" in client.get("/console/stations").text
    assert entered(plant, "P-ADM").get("/console/stations").text.count("<form") == 1
