"""Decisions that arrive from elsewhere: the server's own knowledge stands against them."""

from __future__ import annotations

import logging
from decimal import Decimal
from functools import partial

import msgspec
import pytest

from forms.codec import text_digest
from forms.entries import (
    CodeUnexpected,
    Context,
    HoldLifted,
    HoldPlaced,
    NonconformityRaised,
    ReleaseDecided,
    Scan,
    Signed,
)
from forms.job import advance
from forms.job_state import JobState, Recorded
from forms.release import basis
from forms.rules import Verdict
from forms.terms import Meaning, PersonnelClass, Quantity
from forms.workpack import WorkPack
from server.fsck import examine
from server.ingest import jobs
from server.ingest.brought import Brought
from server.ingest.projector import dump
from server.ingest.records import fold_entry
from server.log.leaves import EntryLeaf, decode
from sync import esign
from sync.merkle import leaf_hash
from sync.protocol import Received
from tests.server.plant import Plant, Station, TestPerson
from tests.server.test_beside import dispatched
from tests.server.test_ingest import bytes_of, pushed
from tests.server.test_people import new_person
from tests.server.test_shift import played


def state_of(plant: Plant) -> JobState:
    state = plant.parts.jobs.state("JO-1")
    assert state is not None
    return state


def reasons(plant: Plant) -> list[str]:
    answer = plant.client("P-QA").get("/api/jobs/JO-1/readiness").json()
    return [one["code"] for one in answer["reasons"]]


def _look_again(plant: Plant, station: Station) -> None:
    """As a server does that was put back and is fed the same records again."""
    parts, looker = plant.parts, plant.parts.projections.looker
    assert looker is not None
    with parts.book.unit():
        looker.look(Brought(parts.store, station.origin, 0, station.journal.size))


def alarms(plant: Plant) -> list[str]:
    return [row["code"] for row in plant.parts.alarms.all(only_open=True)]


def sealed(station: Station, context: Context, covers: tuple[str, ...], meaning: Meaning) -> Signed:
    """A signature of the quality person, at the head of the station's log as it is now."""
    person = TestPerson(station.plant, "P-QA")
    fields = Signed(
        context=context,
        meaning=meaning,
        printed_name=person.name,
        personnel_class=PersonnelClass.QUALITY,
        covers=covers,
        covers_root=esign.covers_root(covers),
        text_digest=text_digest("x"),
        time=station.plant.clock.wall().isoformat(),
        head=station.journal.head().checkpoint.mark(),
        components=("badge", "secret"),
        signature="",
    )
    return resigned(station, fields)


def resigned(station: Station, fields: Signed) -> Signed:
    message = esign.message(
        meaning=fields.meaning,
        printed_name=fields.printed_name,
        time=fields.time,
        covers_root=fields.covers_root,
        head=fields.head,
        text_digest=fields.text_digest,
        language=fields.context.language,
    )
    signer = TestPerson(station.plant, "P-QA").signer
    return msgspec.structs.replace(fields, signature=esign.sign(signer, message))


def released_at(station: Station) -> None:
    """The quality person releases the lot at the station, under the pack it has now."""
    state = state_of(station.plant)
    refs, order = basis(state), state.order
    context = Context(
        station=station.name,
        work_unit="WU-20",
        person="P-QA",
        work_pack=station.sha256,
        job_order=order.id,
        work_master=order.work_master,
    )
    decided = ReleaseDecided(
        context=context,
        lot=order.lot,
        decision="released",
        quantity=Quantity(value=Decimal(len(state.produced)), unit="ea"),
        records=len(refs),
        records_root=esign.covers_root(refs),
    )
    ref = station.append(decided)
    station.append(sealed(station, context, (ref,), Meaning.RELEASED))


def rebuilt(plant: Plant) -> None:
    """The log says everything: all tables can be made from it again."""
    before = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == before
    assert examine(plant.parts) == []


def test_a_station_that_knows_all_there_is_releases(plant: Plant) -> None:
    station = played(plant)
    released_at(station)
    station.outbox.drain()
    assert state_of(plant).decision == "released"
    assert alarms(plant) == []


@pytest.mark.covers("A11-9")
def test_no_station_releases_over_a_trail_that_the_site_wants_reviewed_first(plant: Plant) -> None:
    assert plant.act("P-QA", "/api/site-parameters", review_before_release=True).status_code == 200
    station = played(plant)
    released_at(station)
    station.outbox.drain()
    assert state_of(plant).decision == ""
    assert "trail-unreviewed" in {
        one.code for each in state_of(plant).records for one in each.verdict.reasons
    }
    rebuilt(plant)
    body = {"stop": plant.parts.book.size, "job": "JO-1"}
    assert plant.act("P-QA", "/api/trail/reviews", **body).status_code == 201
    released_at(station)
    station.outbox.drain()
    assert state_of(plant).decision == "released", "it is not to review itself"


@pytest.mark.covers("T34")
def test_a_station_with_an_older_pack_does_not_release_a_held_lot(plant: Plant) -> None:
    station = played(plant)
    hold = plant.act("P-OP", "/api/holds", item="TUB-1", lot="T1", reason="smells").json()["hold"]
    released_at(station)  # its pack does not know of the hold
    station.outbox.drain()
    state = state_of(plant)
    assert state.decision == ""
    assert [one.code for one in state.records[-2].verdict.reasons] == ["lot-held", "lot-status"]
    said = ["hold-touched", "record-disputed", "record-disputed"]
    assert sorted(alarms(plant)) == said
    _look_again(plant, station)
    assert sorted(alarms(plant)) == said, "said once"
    lots = {one.lot: one.status for one in plant.parts.reader.list_lots()}
    assert lots["L1"] == "quarantine"
    rebuilt(plant)
    assert plant.act("P-QA", f"/api/holds/{hold}/lift", reason="tested").status_code == 200
    assert state_of(plant).decision == "", "what was disputed stays so"
    (late,) = plant.parts.late_uses.all()
    path = f"/api/late-uses/{late.number}/close"
    assert plant.act("P-QA", path, conclusion="tested").status_code == 200
    answer = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert answer.json()["status"] == "released", answer.text
    rebuilt(plant)


@pytest.mark.covers("T34", "F50", "A16")
def test_who_is_revoked_while_the_station_is_alone_signs_nothing_there(plant: Plant) -> None:
    other = new_person(classes=["quality"])  # the last two who enrol others are never ended
    assert plant.client("P-ADM").post("/api/people", json=other).status_code == 201
    station = played(plant)
    assert reasons(plant) == []
    released_at(station)  # by P-QA, whom the station still takes for active
    assert plant.act("P-ADM", "/api/people/P-QA/deactivation").status_code == 200
    station.outbox.drain()
    state = state_of(plant)
    assert state.decision == "", "kept, disputed, and without effect"
    signed = plant.parts.store.rows("signatures", job="JO-1", person="P-QA")
    assert [row["sound"] for row in signed[-1:]] == [0]
    why = {one.code for one in plant.parts.quality.readiness("JO-1").reasons}
    assert "record-unsound" in why, "no lot is released over it"
    assert "record-disputed" in alarms(plant)
    rebuilt(plant)


@pytest.mark.covers("T34", "F50")
def test_who_was_revoked_answers_for_no_work_that_comes_later(plant: Plant) -> None:
    """The promise to answer for one's work is of no job order, and the lot waits for it too."""
    station = plant.station()
    station.sign_in("P-OP")
    station.accept("P-OP")
    station.work("JO-1")
    assert plant.act("P-ADM", "/api/people/P-OP/deactivation").status_code == 200
    station.outbox.drain()
    assert "record-unsound" in {one.code for one in plant.parts.quality.readiness("JO-1").reasons}


def test_a_signature_counts_by_its_place_though_it_is_folded_later(plant: Plant) -> None:
    """A server put back reads an entry again when its signer has long been deactivated."""
    station = played(plant)
    rows = plant.parts.store.rows("signatures", person="P-SUP")
    assert rows
    assert all(row["sound"] for row in rows)
    assert plant.act("P-ADM", "/api/people/P-SUP/deactivation").status_code == 200
    before = dump(plant.parts.store)
    last = rows[-1]
    entry = plant.parts.store.rows("entries", origin=last["origin"], start=last["idx"])[0]
    leaf = decode(plant.parts.store.rows("leaves", start=entry["global_index"])[0]["data"])
    assert isinstance(leaf, EntryLeaf)
    fold_entry(plant.parts.store, entry["global_index"], leaf)
    assert dump(plant.parts.store) == before
    station.close()


def test_bytes_nobody_could_read_before_a_release_dispute_it(plant: Plant) -> None:
    station = played(plant)
    released_at(station)
    entries = bytes_of(station)
    have = plant.parts.ingest.head(station.origin).size
    broken = [*entries[:have], b"{}", *entries[have:]]
    assert isinstance(pushed(station, have, broken[have:], broken), Received)
    assert state_of(plant).decision == ""
    assert "entry-quarantined" in alarms(plant)


@pytest.mark.covers("A16", "T04")
@pytest.mark.parametrize("person", ["P-OP", "P-QA"])
def test_a_hold_is_lifted_at_the_office_only(plant: Plant, person: str) -> None:
    station = played(plant)
    other = plant.station("ST-02")
    context = Context(station="ST-02", work_unit="WU-10", person=person, work_pack=other.sha256)
    ref = other.append(HoldPlaced(context=context, item="TUB-1", lot="T1", reason="recall"))
    lift = other.append(HoldLifted(context=context, hold=ref, reason="because"))
    other.append(sealed(other, context, (lift,), Meaning.APPROVED))
    other.outbox.drain()
    assert "lot-held" in reasons(plant)
    assert alarms(plant) == ["record-disputed"]
    answer = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert answer.json()["code"] == "not-ready"
    assert plant.act("P-QA", f"/api/holds/{ref}/lift", reason="tested").status_code == 200
    assert reasons(plant) == []
    assert plant.act("P-QA", "/api/jobs/JO-1/release", decision="released").status_code == 200
    rebuilt(plant)
    station.close()


def test_a_lift_without_its_signature_lifts_nothing(plant: Plant) -> None:
    played(plant)
    hold = plant.act("P-OP", "/api/holds", item="TUB-1", lot="T1", reason="smells").json()["hold"]
    office = plant.parts.office
    context = Context(station="OFFICE", work_unit="OFFICE", person="P-QA")
    office._append(HoldLifted(context=context, hold=hold, reason="because"))
    office.drain()
    assert "lot-held" in reasons(plant)
    assert alarms(plant) == ["record-disputed"]


def test_a_hold_of_the_jobs_own_station_is_lifted_for_the_fold_too(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    context = station.context("JO-1", "OP20", "LABEL", "WU-20")
    ref = station.append(HoldPlaced(context=context, item="TUB-1", lot="T1", reason="dust"))
    station.sign_off("JO-1")
    station.outbox.drain()
    assert "lot-held" in reasons(plant)
    assert plant.act("P-QA", f"/api/holds/{ref}/lift", reason="clean").status_code == 200
    assert reasons(plant) == []
    answer = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert (answer.status_code, state_of(plant).decision) == (200, "released"), answer.text
    rebuilt(plant)


def test_a_decision_without_effect_is_not_answered_as_one(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    played(plant)
    office = plant.parts.office
    real, cut = office._signed, partial(msgspec.structs.replace, components=())
    monkeypatch.setattr(office, "_signed", lambda *given: cut(real(*given)))
    answer = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert (answer.status_code, answer.json()["code"]) == (409, "not-ready")
    assert "badge" in answer.json()["message"]


@pytest.mark.covers("A32", "T15")
def test_records_saved_but_not_sent_are_missed(plant: Plant) -> None:
    station = played(plant)
    assert reasons(plant) == []
    about = (state_of(plant).records[0].ref,)
    for _ in range(3):
        context = station.context("JO-1", "OP20", "LABEL", "WU-20")
        station.append(NonconformityRaised(context=context, about=about, description="crack"))
    station.service.head(station.origin, station.journal.size)
    assert reasons(plant) == ["records-outstanding"]
    station.service.head(station.origin, 0)
    assert reasons(plant) == ["records-outstanding"], "a smaller number takes nothing back"
    answer = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert answer.json()["code"] == "not-ready"
    station.outbox.drain()
    assert "records-outstanding" not in reasons(plant)
    client = plant.client()
    client.headers["authorization"] = f"Bearer {station.service._token}"
    for wrong in ("-1", "x", str(2**53 + 1)):
        path = f"/logs/{station.origin}/head?saved={wrong}"
        assert client.get(path).status_code in {400, 422}, wrong


@pytest.mark.covers("A32", "T15")
def test_a_station_of_which_the_batch_has_no_record_may_hold_some(plant: Plant) -> None:
    other, stranger = plant.station("ST-02"), plant.station("ST-03")
    station = played(plant)
    for one in (other, stranger):
        one.sign_in("P-OP")
        one.outbox.drain()
    assert reasons(plant) == []
    about = (state_of(plant).records[0].ref,)
    context = other.context("JO-1", "OP20", "LABEL", "WU-20")
    other.append(NonconformityRaised(context=context, about=about, description="crack"))
    other.service.head(other.origin, other.journal.size)
    assert reasons(plant) == ["records-outstanding"], "it has the job, and more than is here"
    answer = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert answer.json()["code"] == "not-ready"
    assert other.origin in answer.json()["message"]
    released_at(station)
    station.outbox.drain()
    assert state_of(plant).decision == "released", "who was alone decided by what was known there"


@pytest.mark.covers("A32", "T15")
def test_a_station_without_the_job_in_its_pack_is_not_waited_for(plant: Plant) -> None:
    other = plant.station("ST-02")
    other.sign_in("P-OP")
    dispatched(plant, 3)
    station = plant.station()
    station.work("JO-3")
    station.sign_off("JO-3")
    station.outbox.drain()
    other.service.head(other.origin, other.journal.size)
    found = plant.client("P-QA").get("/api/jobs/JO-3/readiness").json()["reasons"]
    assert [one["code"] for one in found] == [], "its pack is from before"
    other.refresh()
    found = plant.client("P-QA").get("/api/jobs/JO-3/readiness").json()["reasons"]
    assert [one["code"] for one in found] == ["records-outstanding"]


def missing_of(plant: Plant, station: Station) -> list[str]:
    """Saves a record for JO-1 that never arrives; what then stands against releasing JO-1."""
    context = station.context("JO-1", "OP20", "LABEL", "WU-20")
    about = (state_of(plant).records[0].ref,)
    station.append(NonconformityRaised(context=context, about=about, description="crack"))
    station.service.head(station.origin, station.journal.size)
    return reasons(plant)


def closed(plant: Plant, person: str, code: str) -> int:
    """Closes the open alarm of that code; the status."""
    found = [one for one in plant.parts.alarms.all(only_open=True) if one["code"] == code]
    return plant.act(
        person, f"/api/alarms/{found[0]['idx']}/close", reason="burnt down, nothing was found"
    ).status_code


def released_without(plant: Plant, origin: str, first: int) -> None:
    """JO-1 is released, and what is signed names what never came."""
    path = "/api/jobs/JO-1/release-text"
    text = plant.client("P-QA").get(path, params={"decision": "released"}).json()["text"]
    assert f"records #{first} to #{first} of {origin}, which never arrived" in text
    answer = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert answer.status_code == 200, answer.text
    signed = [one.entry for one in state_of(plant).records if isinstance(one.entry, Signed)]
    assert signed[-1].text_digest == text_digest(text)
    assert state_of(plant).decision == "released"
    rebuilt(plant)


@pytest.mark.covers("A32", "T15")
def test_what_a_lost_station_never_sent_is_let_go_by_its_next_epoch_and_quality(
    plant: Plant,
) -> None:
    station = played(plant)
    here = plant.parts.ingest.head(station.origin).size
    assert missing_of(plant, station) == ["records-outstanding"]
    plant.station(epoch=2)
    assert reasons(plant) == ["records-outstanding"]
    assert closed(plant, "P-SUP", "continuity-break") == 403
    assert closed(plant, "P-QA", "continuity-break") == 200
    assert reasons(plant) == []
    mark = "/api/stations/ST-01/1/marks"
    seen = plant.act("P-QA", mark, mark=f"{here + 3}:00000000", place="label")
    assert seen.status_code == 200, seen.text
    assert reasons(plant) == ["records-outstanding"], "more is known of"
    assert closed(plant, "P-QA", "records-missing") == 200
    assert reasons(plant) == []
    text = plant.client("P-QA").get("/api/jobs/JO-1/release-text").json()["text"]
    assert f"records #{here} to #{here + 2} of {station.origin}" in text


@pytest.mark.covers("A32", "T15")
def test_what_a_revoked_station_never_sent_is_let_go_by_another_person(plant: Plant) -> None:
    station = played(plant)
    here = plant.parts.ingest.head(station.origin).size
    assert missing_of(plant, station) == ["records-outstanding"]
    path, body = "/api/stations/ST-01/revocation", {"valid_to": here + 1, "reason": "burnt"}
    assert plant.act("P-QA", path, **body).status_code == 200
    assert reasons(plant) == ["records-outstanding"]
    assert closed(plant, "P-QA", "records-missing") == 200
    assert reasons(plant) == ["records-outstanding"], "it takes two"
    assert plant.act("P-ADM", path, **body).status_code == 200
    assert closed(plant, "P-QA", "records-missing") == 200
    assert reasons(plant) == []
    released_without(plant, station.origin, here)


@pytest.mark.covers("A32", "T15")
def test_an_epoch_that_ended_does_not_hold_what_was_dispatched_later(plant: Plant) -> None:
    played(plant)
    other = plant.station("ST-02")
    other.sign_in("P-OP")
    assert missing_of(plant, other) == ["records-outstanding"]
    plant.clock.pass_(5)
    fresh = plant.station("ST-02", epoch=2)
    assert reasons(plant) == ["records-outstanding"], "it had the job"
    plant.clock.pass_(5)
    dispatched(plant, 3)
    fresh.refresh()
    fresh.work("JO-3")
    fresh.sign_off("JO-3")
    fresh.outbox.drain()
    found = plant.client("P-QA").get("/api/jobs/JO-3/readiness").json()["reasons"]
    assert [one["code"] for one in found] == []


@pytest.mark.covers("A38")
def test_a_record_that_breaks_the_judge_stops_no_log(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(
        state: JobState, recorded: Recorded, pack: WorkPack | None
    ) -> tuple[JobState, Verdict]:
        if isinstance(recorded.entry, CodeUnexpected):
            raise ZeroDivisionError
        return advance(state, recorded, pack)

    monkeypatch.setattr(jobs, "advance", broken)
    station = plant.station()
    station.work("JO-1")
    scan = Scan(raw="00", source="scanner")
    context = station.context("JO-1", "OP20", "LABEL", "WU-20")
    ref = station.append(CodeUnexpected(context=context, scan=scan))
    with caplog.at_level(logging.ERROR, "lotbook.server"):
        station.sign_off("JO-1")
        station.outbox.drain()
    assert "ZeroDivisionError" in caplog.text
    counts = station.journal.counts()
    assert counts.accepted == counts.saved
    assert {"log-gap", "record-unjudged"} <= set(reasons(plant))
    about = [row["about"] for row in plant.parts.alarms.all() if row["code"] == "entry-quarantined"]
    index = next(one.recorded.index for one in state_of(plant).records if one.ref == ref)
    assert about == [f"{station.origin}#{index}"]
    stored = plant.parts.store.one("entries", origin=station.origin, idx=index)
    assert stored is not None
    assert leaf_hash(stored["data"]).hex() == ref
    rebuilt(plant)
    monkeypatch.setattr(jobs, "advance", advance)  # the next version judges it
    plant.parts.jobs.forget()
    assert "record-unjudged" not in reasons(plant)


def test_an_entry_that_breaks_the_reading_stops_no_log(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise OverflowError

    monkeypatch.setattr("server.ingest.records.is_sound", broken)
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    counts = station.journal.counts()
    assert counts.accepted == counts.saved
    assert "entry-quarantined" in alarms(plant)


@pytest.mark.covers("A15")
def test_a_copied_signature_and_one_over_no_head_of_this_log_are_not_sound(plant: Plant) -> None:
    station = played(plant)
    rows = plant.parts.store.rows("signatures", job="JO-1")
    assert [row["sound"] for row in rows] == [1]
    state = state_of(plant)
    real = state.records[-1].entry
    assert isinstance(real, Signed)
    station.append(real)  # the very same once more
    station.sign_in("P-QA")
    context = station.context("JO-1", "OP30", "SIGN", "WU-20")
    fresh = sealed(station, context, (state.records[0].ref,), Meaning.REVIEWED)
    for head in ("0:00", f"999999:{'07' * 32}", f"2:{'07' * 32}", fresh.head.replace(":", ":0")):
        station.append(resigned(station, msgspec.structs.replace(fresh, head=head)))
    station.append(sealed(station, context, (state.records[0].ref,), Meaning.REVIEWED))
    station.outbox.drain()
    rows = plant.parts.store.rows("signatures", job="JO-1")
    assert [row["sound"] for row in rows] == [1, 0, 0, 0, 0, 0, 1]
    rebuilt(plant)
