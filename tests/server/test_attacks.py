"""Attacks on the doors of a running plant, at the level of HTTP bytes; ids are of attacks.tsv.

Each test ends by asking what the attack left: nothing, or evidence of itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import httpx
import msgspec
import pytest
import zstandard

from forms.entries import AnyEntry, Signed
from forms.terms import Meaning
from server.fsck import examine
from server.ingest.projector import dump
from sync.checkpoint import Checkpoint
from sync.clock import Timekeeper
from sync.envelope import seal
from sync.framing import pack_push
from sync.merkle import leaf_hash, root_of
from sync.protocol import Fork, Gap, Received, SessionRequest, decode, encode
from tests.server.plant import PREFIX, Plant, Station, TestPerson, credentials
from tests.server.test_ingest import bytes_of, pushed


@pytest.fixture
def station(plant: Plant) -> Iterator[Station]:
    """A station with three sign-ins in its journal, none of them sent."""
    one = plant.station()
    for person in ("P-OP", "P-SUP", "P-OP"):
        one.sign_in(person)
    yield one
    one.close()


def bearer(station: Station) -> httpx.Client:
    """A bare client holding the station's token."""
    station.service.head(station.origin)
    client = station.plant.client()
    client.headers["authorization"] = f"Bearer {station.service._token}"
    return client


def note(station: Station, entries: list[bytes]) -> str:
    root = root_of(leaf_hash(one) for one in entries)
    return Checkpoint(station.origin, len(entries), root).sign(station.signer)


def post(station: Station, start: int, entries: list[bytes], head: str) -> httpx.Response:
    path = f"/logs/{station.origin}/entries?from={start}"
    return bearer(station).post(path, content=pack_push(tuple(entries), head))


def stored(station: Station) -> int:
    return station.plant.parts.store.count("entries", origin=station.origin)


@pytest.mark.covers("A02", "A03", "A04", "A06")
@pytest.mark.parametrize("attack", ["deleted", "swapped", "inserted", "flipped", "head"])
def test_a_batch_changed_on_its_way_is_refused_whole(station: Station, attack: str) -> None:
    honest = bytes_of(station)
    head = note(station, honest)
    sent = {
        "deleted": [honest[0], *honest[2:]],
        "swapped": [honest[0], honest[2], honest[1], *honest[3:]],
        "inserted": [honest[0], honest[0], *honest[1:]],
        "flipped": [*honest[:-1], honest[-1][:-2] + b"~}"],
        "head": honest,
    }[attack]
    if attack == "head":
        lines = head.split("\n")
        lines[1] = str(int(lines[1]) + 1)
        head = "\n".join(lines)
    before = stored(station), station.plant.parts.book.size
    answer = post(station, 0, sent, head)
    assert (answer.status_code, answer.json()["code"]) == (422, "push-unsound")
    assert (stored(station), station.plant.parts.book.size) == before
    assert post(station, 0, honest, note(station, honest)).status_code == 200
    assert examine(station.plant.parts) == []


@pytest.mark.covers("A05", "A39")
def test_a_tail_cut_off_and_written_anew_is_a_fork_and_both_are_kept(station: Station) -> None:
    honest = bytes_of(station)
    assert isinstance(pushed(station, 0, honest, honest), Received)
    stamp = Timekeeper(station.plant.clock).stamp()
    other = seal("session.opened", station.origin, len(honest) - 1, stamp, {"other": "content"})
    answer = pushed(station, len(honest) - 1, [other], [*honest[:-1], other])
    assert isinstance(answer, Fork)
    assert answer.index == len(honest) - 1
    store = station.plant.parts.store
    kept = [bytes(row["data"]) for row in store.rows("entries", origin=station.origin)]
    assert kept == honest
    assert [bytes(row["data"]) for row in store.rows("branches")] == [other]


@pytest.mark.covers("A13", "A14")
def test_a_batch_of_another_station_epoch_or_site_is_not_taken(
    plant: Plant, station: Station
) -> None:
    other = plant.station("ST-02")
    entries = bytes_of(station)
    honest = note(station, entries)
    # The other station hands in this one's batch as its own, and in this one's name.
    assert post(other, 0, entries, honest).json()["code"] == "push-unsound"
    body = pack_push(tuple(entries), honest)
    answer = bearer(other).post(f"/logs/{station.origin}/entries?from=0", content=body)
    assert answer.status_code == 404
    for origin in (f"{PREFIX}/ST-01/2", "lotbook.test/S2/ST-01/1"):
        answer = bearer(station).post(f"/logs/{origin}/entries?from=0", content=body)
        assert answer.status_code in {403, 404}
    assert (stored(station), stored(other)) == (0, 0)
    # Under its own key the same bytes are kept as evidence, and read as nobody's records.
    assert isinstance(pushed(other, 0, entries, entries), Received)
    assert {row["origin"] for row in plant.parts.store.rows("quarantine")} == {other.origin}
    assert plant.parts.store.rows("records", origin=other.origin) == []


class Pen(Station):
    """A station whose entries are written down and not appended."""

    written: list[AnyEntry]

    def append(self, entry: AnyEntry) -> str:
        self.written = [*getattr(self, "written", []), entry]
        return ""


@pytest.mark.covers("A15")
def test_a_signature_moved_to_another_record_or_meaning_counts_for_nothing(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()
    state = plant.parts.jobs.state("JO-1")
    assert state is not None
    pen = Pen(plant, station.origin, station.name)
    pen.person = "P-SUP"
    pen.refresh()
    pen.signed("JO-1", tuple(one.ref for one in state.records), TestPerson(plant, "P-SUP"))
    real = pen.written[-1]
    assert isinstance(real, Signed)
    station.sign_in("P-SUP")
    for moved in (
        msgspec.structs.replace(real, covers=real.covers[:1]),
        msgspec.structs.replace(real, meaning=Meaning.APPROVED),
        msgspec.structs.replace(real, time="2026-03-02T09:00:00+00:00"),
        msgspec.structs.replace(real, printed_name="Olga Operator"),
    ):
        station.append(moved)
    station.outbox.drain()
    rows = plant.parts.store.rows("signatures", job="JO-1")
    assert [row["sound"] for row in rows] == [0, 0, 0, 0]
    assert plant.parts.quality.readiness("JO-1").ready is False
    pen.close()


@pytest.mark.covers("A16", "A20", "T04")
def test_an_operator_cannot_sign_as_supervisor_nor_verify_their_own_work(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()
    state = plant.parts.jobs.state("JO-1")
    assert state is not None
    station.signed("JO-1", tuple(one.ref for one in state.records), TestPerson(plant, "P-OP"))
    station.outbox.drain()
    ready = plant.parts.quality.readiness("JO-1")
    assert "operation-open" in {one.code for one in ready.reasons}
    answer = plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert answer.json()["code"] == "not-ready"


@pytest.mark.covers("A16")
def test_a_person_deactivated_signs_nothing_more(plant: Plant) -> None:
    gone = plant.client("P-SUP")
    assert plant.act("P-ADM", "/api/people/P-SUP/deactivation").status_code == 200
    body = {**credentials("P-SUP"), "item": "TUB-1", "lot": "T1", "reason": "x"}
    assert gone.post("/api/holds", json=body).status_code == 401
    assert plant.client().post("/api/sessions", json=credentials("P-SUP")).status_code == 401


@pytest.mark.covers("A21")
def test_a_stolen_session_without_the_second_component_does_nothing(plant: Plant) -> None:
    thief = plant.client("P-QA")
    before = plant.parts.book.size
    hold = {"item": "TUB-1", "lot": "T1", "reason": "x"}
    for more in (
        {},
        {"badge": "LB:ID:QA", "secret": "guess-1"},
        credentials("P-SUP"),
    ):
        assert thief.post("/api/holds", json={**hold, **more}).status_code in {400, 401}
    left = plant.parts.store.rows("leaves", start=before)
    assert {row["kind"] for row in left} == {"audit"}, "that it was tried, and nothing else"
    assert plant.parts.store.rows("holds") == []


@pytest.mark.covers("A22", "T12")
def test_a_rogue_station_gets_nowhere_before_two_people_agree(plant: Plant) -> None:
    rogue = plant.station("ST-02", approve=False)
    client = plant.client()
    for _ in range(3):
        asked = client.get("/station-sessions/challenge", params={"origin": rogue.origin})
        assert asked.json()["code"] == "station-unknown"
        plant.act("P-ADM", "/api/stations/ST-02/approvals")
    rows = plant.parts.store.rows("approvals", station="ST-02")
    assert [row["person"] for row in rows] == ["P-ADM"]


@pytest.mark.covers("A24")
def test_a_gap_is_answered_409_with_what_is_there(station: Station) -> None:
    honest = bytes_of(station)
    answer = post(station, 2, honest[2:], note(station, honest))
    assert answer.status_code == 409
    assert decode(answer.content, Gap).have == 0
    assert stored(station) == 0


@pytest.mark.covers("A33", "A34")
def test_overlapping_and_repeated_batches_leave_every_record_once(station: Station) -> None:
    honest = bytes_of(station)
    for start, stop in ((0, 2), (0, 2), (1, 3), (0, 1), (0, len(honest)), (2, 3), (0, 2)):
        answer = pushed(station, start, honest[start:stop], honest[:stop])
        assert isinstance(answer, Received), (start, stop)
    assert stored(station) == len(honest)
    rows = station.plant.parts.store.rows("entries", origin=station.origin)
    assert len({row["global_index"] for row in rows}) == len(honest)
    assert examine(station.plant.parts) == []


@pytest.mark.covers("A42")
def test_frames_that_lie_about_themselves_are_refused_cheaply(station: Station) -> None:
    honest = bytes_of(station)
    good = pack_push(tuple(honest), note(station, honest))
    plain = zstandard.ZstdDecompressor().decompressobj().decompress(good)
    squeeze = zstandard.ZstdCompressor().compress
    stamp = Timekeeper(station.plant.clock).stamp()
    large = seal("x", station.origin, 0, stamp, {"a": "y" * 60_000})
    large += b" " * (65_536 - len(large))
    attacks = {
        "bomb": squeeze(b"\x00" * (256 * 1024 * 1024)),
        "trailing": good + b"\x00",
        "two frames": good + good,
        "cut": good[: len(good) // 2],
        "not compressed": plain,
        "longer than it says": squeeze(plain + b"\x00"),
        "shorter than it says": squeeze(plain[:-1]),
        "wrong magic": b"\x00\x00\x00\x00" + good[4:],
        "a length of 2^60": squeeze(struct.pack(">Q", 1 << 60) + plain),
        "65,536 bytes": squeeze(b"\x80\x80\x04" + large + b"\x00"),
    }
    client = bearer(station)
    path = f"/logs/{station.origin}/entries?from=0"
    for name, body in attacks.items():
        answer = client.post(path, content=body)
        assert 400 <= answer.status_code < 500, (name, answer.status_code)
        assert set(answer.json()) >= {"code", "message", "hint"}, name
    assert stored(station) == 0
    assert client.post(path, content=good).status_code == 200


@pytest.mark.covers("A38", "F32")
def test_bytes_that_nobody_can_read_are_taken_and_stop_no_station(station: Station) -> None:
    entries = [*bytes_of(station), b"\x00 from a later version", b"[]"]
    assert post(station, 0, entries, note(station, entries)).status_code == 200
    other = station.plant.station("ST-02")
    mine = bytes_of(other)
    assert post(other, 0, mine, note(other, mine)).status_code == 200
    assert (stored(station), stored(other)) == (len(entries), len(mine))
    other.close()


@pytest.mark.covers("T14")
def test_a_replayed_request_changes_nothing(station: Station) -> None:
    honest = bytes_of(station)
    body, client = pack_push(tuple(honest), note(station, honest)), bearer(station)
    path = f"/logs/{station.origin}/entries?from=0"
    first = decode(client.post(path, content=body).content, Received).receipt
    before, size = dump(station.plant.parts.store), station.plant.parts.book.size
    for _ in range(50):
        assert decode(client.post(path, content=body).content, Received).receipt == first
    assert (dump(station.plant.parts.store), station.plant.parts.book.size) == (before, size)


@pytest.mark.covers("T14")
def test_an_answer_to_a_challenge_is_good_once_and_for_its_origin(station: Station) -> None:
    client = station.plant.client()
    other = station.plant.station("ST-02")

    def nonce() -> str:
        asked = client.get("/station-sessions/challenge", params={"origin": station.origin})
        return str(asked.json()["nonce"])

    def opened(answer: SessionRequest) -> int:
        return client.post("/station-sessions", content=encode(answer)).status_code

    one = nonce()
    assert opened(SessionRequest.make(station.origin, one, other.signer)) == 403
    mine = SessionRequest.make(station.origin, one, station.signer)
    assert opened(mine) == 403, "a wrong answer uses the challenge up"
    mine = SessionRequest.make(station.origin, nonce(), station.signer)
    assert opened(mine) == 200
    assert opened(mine) == 403


@pytest.mark.covers("T28")
def test_one_station_never_reads_or_writes_anothers_log(plant: Plant, station: Station) -> None:
    other = plant.station("ST-02")
    station.outbox.drain()
    client = bearer(other)
    for method, path in (
        ("GET", f"/logs/{station.origin}/head"),
        ("GET", f"/logs/{station.origin}/entries?start=0&stop=9"),
        ("POST", f"/logs/{station.origin}/entries?from=0"),
        ("GET", f"/logs/{PREFIX}/OFFICE/1/entries?start=0&stop=9"),
    ):
        assert client.request(method, path).status_code == 404, path
    for path in ("/api/lots", "/api/jobs", "/console/jobs"):
        assert client.get(path).status_code in {303, 401}, path


@pytest.mark.covers("T28")
def test_fields_nobody_asked_for_are_refused(plant: Plant) -> None:
    body = {"item": "TUB-1", "lot": "T7", "quantity": "1", "unit": "m", "hold_reason": ""}
    answer = plant.act("P-SUP", "/api/lots", **body)
    assert answer.json()["code"] == "field-unfit"
    assert plant.parts.store.one("lots", item="TUB-1", lot="T7") is None
