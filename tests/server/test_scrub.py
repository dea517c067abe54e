"""The scrub: damage in any piece is found while the server serves, and its place is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count

import pytest

from server import cli
from server.log.edge import WIDTH
from server.scrub.area import Place
from server.scrub.beside import IDLE_S, LEAST_S, scrub_beside
from server.scrub.scrub import ENDED, EVERY, SAVED_EVERY, Scrub
from server.scrub.standing import newest, save
from server.scrub.told import told, words
from server.store.sqlite import SqliteStore
from sync.faults import Fault
from tests.server.engines import spoil
from tests.server.plant import BOTH, PREFIX, Plant
from tests.server.test_shift import played

ST_02 = f"{PREFIX}/ST-02/1"


def scrub_of(plant: Plant) -> Scrub:
    return Scrub(plant.parts.book, plant.parts.verifier)


def whole_round(scrub: Scrub) -> int:
    """Pieces of a round."""
    pieces = 0
    while scrub.step():
        pieces += 1
    return pieces


def hurts(plant: Plant) -> list[tuple[str, str]]:
    return [(one.about, one.first) for one in told(plant.parts).alarms]


def lived(plant: Plant, records: int = 2 * WIDTH) -> None:
    """A plant with whole tiles in both logs."""
    played(plant)
    station = plant.station("ST-02")
    station.journal.append_many([("bench.note", {"n": n}) for n in range(records)])
    station.outbox.drain()
    plant.parts.book.catch_up()


@pytest.mark.covers("F77")
@BOTH
def test_a_sound_server_is_read_whole_and_says_so(plant: Plant) -> None:
    lived(plant)
    scrub, store = scrub_of(plant), plant.parts.store
    assert whole_round(scrub) > len(scrub.areas)
    assert hurts(plant) == []
    standing = newest(store)
    assert standing is not None
    assert (standing.percent, standing.found, standing.round) == (100, 0, 1)
    assert standing.rows >= standing.total
    assert store.newest("trail", kind=ENDED) is not None
    assert not scrub.step(), "the next is due tomorrow"
    plant.clock.pass_(EVERY.total_seconds())
    assert scrub.step()
    assert "2" in words(newest(store)).en


OTHER = "0" * 64
DAMAGE = [
    ("leaves", "UPDATE leaves SET data = ? WHERE idx = 300", b'{"kind":"x"}', "leaves"),
    ("leaves", "UPDATE leaves SET kind = ? WHERE idx = 300", "audit", "leaves"),
    ("leaves", "DELETE FROM leaves WHERE idx = 300 AND ? = 1", 1, "leaves"),
    ("tiles", "UPDATE tiles SET data = ? WHERE log = '' AND idx = 1", b"x" * 510 * 32, "tiles"),
    ("tiles", "DELETE FROM tiles WHERE log = '' AND ? = 1", 1, "tiles"),
    ("entries", "UPDATE entries SET data = ? WHERE idx = 400", b"{}", "entries"),
    ("entries", "UPDATE entries SET leaf = ? WHERE idx = 400", OTHER, "entries"),
    ("entries", "UPDATE entries SET leaf = ? WHERE idx = 513", "x" * 64, "entries"),
    ("entries", "UPDATE entries SET leaf = ? WHERE idx = 513", "ab", "entries"),
    ("entries", "UPDATE entries SET idx = ? WHERE idx = 513", 2**62, "entries"),
    ("entries", "UPDATE entries SET global_index = global_index + ? WHERE idx = 400", 1, "entries"),
    ("entries", "UPDATE entries SET received_at = ? WHERE idx = 3", "2026-01-01T00:00:00+00:00",
     "entries"),
    ("entries", "UPDATE entries SET received_at = ? WHERE idx = 3", "never", "entries"),
    ("entries", "DELETE FROM entries WHERE idx = 400 AND ? = 1", 1, "entries"),
    ("tiles", "DELETE FROM tiles WHERE log <> '' AND ? = 1", 1, "entries"),
    ("checkpoints", "UPDATE checkpoints SET root = ? WHERE size > 30", OTHER, "checkpoints"),
    ("checkpoints", "UPDATE checkpoints SET note = ? WHERE size > 30", "x", "checkpoints"),
    ("cosignatures", "UPDATE cosignatures SET line = ?", "x", "cosignatures"),
    ("heads", "UPDATE heads SET root = ?", OTHER, "heads"),
    ("heads", "UPDATE heads SET note = ?", "x", "heads"),
    ("receipts", "UPDATE receipts SET data = ?", b"x", "receipts"),
    ("documents", "UPDATE documents SET data = ? WHERE kind = 'master'", b"x", "documents"),
    ("packs", "UPDATE packs SET signed = ?", b"x", "packs"),
    ("packs", "UPDATE packs SET issued_at = ?", "2020-01-01T00:00:00+00:00", "packs"),
]  # fmt: skip


@pytest.mark.covers("F77", "F11")
@BOTH
def test_damage_in_any_piece_raises_an_alarm_while_it_serves(plant: Plant) -> None:
    """Each kind is put in, found by a round, and put right again by the next plant."""
    lived(plant)
    missed = []
    step = 1 if isinstance(plant.parts.store, SqliteStore) else 5  # it is the same code above both
    for table, statement, value, member in DAMAGE[::step]:
        with undone(plant):
            spoil(plant.parts.store, table, statement, value)
            plant.parts.book.trees.forget()
            found = found_by_a_round(plant)
        plant.parts.book.trees.forget()
        if not any(one.split(" ")[0] == member for one in found):
            missed.append((statement, found))
    assert missed == []


BOTH_GONE = [
    ("leaves", "DELETE FROM leaves WHERE idx = 300 AND ? = 1", 1),
    ("tiles", "UPDATE tiles SET data = ? WHERE log = '' AND idx = 1", b"x" * 510 * 32),
    ("entries", "DELETE FROM entries WHERE idx = 300 AND ? = 1", 1),
    ("tiles", "UPDATE tiles SET data = ? WHERE log <> '' AND idx = 1", b"x" * 510 * 32),
]  # fmt: skip


@pytest.mark.covers("F77")
def test_a_leaf_that_is_missing_is_named_though_its_tile_is_damaged_too(plant: Plant) -> None:
    """One page of the disk may hold both."""
    lived(plant)
    for pair in (BOTH_GONE[:2], BOTH_GONE[2:]):
        with undone(plant):
            for damage in pair:
                spoil(plant.parts.store, *damage)
            found = found_by_a_round(plant)
        assert {one.split(" ")[0] for one in found} >= {pair[0][0], "tiles"}, found


class Undo(Exception):
    """Nothing of it stands."""


@contextmanager
def undone(plant: Plant) -> Iterator[None]:
    """Whatever is done within is not there afterwards."""
    with suppress(Undo), plant.parts.book.unit():
        yield
        raise Undo


def found_by_a_round(plant: Plant) -> list[str]:
    whole_round(scrub_of(plant))
    return [about for about, first in hurts(plant) if first]


@pytest.mark.covers("F77")
def test_it_goes_on_where_it_was_and_an_alarm_is_raised_once(plant: Plant) -> None:
    lived(plant)
    spoil(plant.parts.store, "entries", "UPDATE entries SET data = ? WHERE idx = 400", b"{}")
    first, places = scrub_of(plant), []
    while not hurts(plant):
        assert first.step()
    kept = newest(plant.parts.store)
    assert kept is not None
    assert (kept.area, kept.log, kept.found) == ("entries", ST_02, 2)
    again = scrub_of(plant)
    assert again.standing() == kept, "another process goes on there"
    while again.step():
        places.append(again.standing())
    assert places[0] is not None
    assert places[0].area in {"entries", "placed"}
    plant.clock.pass_(EVERY.total_seconds())
    whole_round(scrub_of(plant))
    assert len(hurts(plant)) == 1, "the same damage is one alarm"
    answer = plant.client("P-AUD").get("/api/scrub").json()
    assert answer["percent"] == 100
    assert f"{ST_02} #400" in answer["alarms"][0]["first"]
    page = plant.client("P-AUD").get("/api/doctor").json()
    line = next(one for one in page["findings"] if one["check"] == "scrub")
    assert line["state"] == "broken"


def test_a_place_is_kept_every_so_many_pieces_and_a_piece_is_read_again_after_a_fault(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(plant)
    monkeypatch.setattr("server.scrub.scrub.SAVED_EVERY", 2)
    assert SAVED_EVERY > 2
    scrub = scrub_of(plant)
    assert scrub.step()
    assert newest(plant.parts.store) is None
    assert scrub.step()
    kept = newest(plant.parts.store)
    assert kept is not None
    assert (kept.area, kept.number) == ("leaves", 2 * WIDTH)

    def refuse(*_: object, **__: object) -> None:
        raise Fault("write-failed")

    with monkeypatch.context() as broken:
        broken.setattr(plant.parts.store, "rows", refuse)
        with pytest.raises(Fault):
            scrub.step()
    assert scrub.standing() == kept


@pytest.mark.covers("F77", "F13")
@pytest.mark.parametrize("code", ["database-corrupt malformed", "write-failed SQLITE_IOERR_READ"])
@pytest.mark.parametrize("area", ["leaves", "entries", "placed", "heads", "documents"])
def test_a_page_that_cannot_be_read_raises_an_alarm_and_the_round_goes_on(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, area: str, code: str
) -> None:
    """The disk gives no answer for a few rows of one table, ever again."""
    lived(plant)
    table, real = {"placed": "entries"}.get(area, area), plant.parts.store.rows
    scrub = scrub_of(plant)

    def rows(name: str, *given: object, **named: object) -> object:
        standing = scrub._standing
        here = (standing.area if standing else "leaves", standing.place if standing else Place())
        if name == table and "start" in named and here == (area, hurt):
            name, _, detail = code.partition(" ")
            raise Fault(name, detail)
        return real(name, *given, **named)  # type: ignore[arg-type]

    hurt = Place()
    monkeypatch.setattr(plant.parts.store, "rows", rows)
    pieces = 0
    with suppress(Fault):
        while scrub.step():
            pieces += 1
            assert pieces < 1_000
    standing = newest(plant.parts.store)
    assert standing is not None
    assert standing.ended_at, "the round came to its end"
    assert [about for about, first in hurts(plant) if code.split(" ")[1] in first] == [area]


def test_an_area_that_an_earlier_version_read_is_begun_anew(plant: Plant) -> None:
    scrub = scrub_of(plant)
    scrub.step()
    standing = scrub.standing()
    assert standing is not None
    save(plant.parts.store, standing.at("gone"))
    again = scrub_of(plant)
    assert again.step()
    found = again.standing()
    assert found is not None
    assert found.area in {"leaves", "entries"}


def test_in_recovery_nothing_is_read(plant: Plant) -> None:
    plant.parts.book.recovery = True
    assert not scrub_of(plant).step()


class Enough(Exception):
    """The test saw what it wanted."""


def test_beside_the_answers_it_takes_its_share_and_no_more(plant: Plant) -> None:
    lived(plant)
    ticks, slept = count(0.0, 0.004), list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if seconds == IDLE_S:
            raise Enough

    with pytest.raises(Enough):
        asyncio.run(scrub_beside(scrub_of(plant), lambda: next(ticks), sleep))
    assert len(slept) > 10
    assert all(seconds >= LEAST_S for seconds in slept)
    assert slept[0] == pytest.approx(0.076), "4 ms of work, 19 times as long of none"


def test_the_command_and_the_page_say_how_far_it_is(
    plant: Plant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(plant)
    assert "0" in plant.client("P-AUD").get("/api/scrub").text
    scrub = scrub_of(plant)
    scrub.step()
    plant.parts.oversight.scrub.step()
    page = plant.client("P-AUD")
    signed = page.get("/api/scrub").json()
    assert signed["standing"]["area"] == "leaves"
    monkeypatch.setattr("server.commands.remote", lambda _given: Asked(signed | {"alarms": [HURT]}))
    assert cli.main(["--language", "zh_CN", "fsck", "--url", "http://server"]) == 1
    told_ = capsys.readouterr()
    assert "正在复读 leaves" in told_.out
    assert "tiles" in told_.err
    assert cli.main(["fsck"]) == 1


HURT = {"about": "tiles", "first": "tiles: 0/1", "raised_at": "2026-11-26"}


class Asked:
    """A server that answers this."""

    def __init__(self, answer: dict[str, object]) -> None:
        self.answer = answer

    def call(self, _method: str, _path: str) -> dict[str, object]:
        return self.answer
