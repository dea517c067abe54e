"""A station's key changes inside its own log: cross-signed, by index, resumable; else refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.fsck import examine
from server.ingest.projector import dump
from sync.checkpoint import Checkpoint
from sync.clock import Timekeeper
from sync.envelope import Envelope, check, seal
from sync.faults import Fault
from sync.journal import Journal
from sync.key_history import ROTATED, BadRotation, KeyHistory, read_rotation, rotation
from sync.keys import Signer, TestSigner, Verifier
from sync.merkle import leaf_hash, root_of
from sync.outbox import Outbox
from sync.sqlite import Database, open_database
from sync.testing import ManualClock
from sync.witness import Witness
from terminal.config import DATABASE_FILE
from terminal.enrol import KEY_BEFORE, KEY_FILE, KEY_NEXT
from terminal.rotate import Rotation
from terminal.rotate_command import rotate as command
from terminal.station import open_station
from tests.server.plant import PREFIX, Plant, Station
from tests.server.test_restore import SECRET, Machine, machine

__all__ = ["machine"]


@pytest.fixture
def database() -> Iterator[Database]:
    database = open_database(":memory:")
    yield database
    database.close()


def rotated(station: Station, word: str) -> Signer:
    """The station with a new key, as after ``lotbook-terminal rotate``, before the server knows."""
    for _ in range(2):
        station.outbox.drain()
    new = TestSigner(station.origin, word)
    station.journal.rotate(new)
    station.outbox._observer = None
    return new


def codes(plant: Plant) -> list[str]:
    return [row["code"] for row in plant.parts.alarms.all(only_open=True)]


@pytest.mark.covers("TB05")
def test_a_rotation_by_rule_raises_no_alarm_and_everything_still_verifies(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    before: Signer = station.signer
    new = before
    for word in ("second", "third"):
        new = rotated(station, word)
        station.outbox.drain()
        station.service._signer = new
        station.service._token = None
        station.witness = Witness(station.database, plant.parts.verifier, new, plant.clock)
        station.outbox = station.observed()
        station.sign_in("P-OP")
        station.outbox.drain()
    assert codes(plant) == []
    assert examine(plant.parts) == []
    row = plant.parts.stations.by_origin(station.origin)
    history = plant.parts.stations.history(row)
    assert history.all[0].public_key == before.public_key
    assert len(history.all) == 3
    assert plant.parts.stations.verifier(row).public_key == new.public_key
    lines = [one for one in plant.parts.reader.key_lines() if station.origin in one]
    assert len(lines) == 3
    head = plant.parts.reader.head(station.origin)
    assert head is not None
    assert head.vkey == Verifier.of(new).vkey
    tables = dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == tables
    kinds = [row["kind"] for row in plant.parts.store.rows("leaves")]
    assert kinds.count("station.rotated") == 2


@pytest.mark.covers("A18", "TC30")
def test_a_rotation_that_is_not_cross_signed_changes_nothing(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    station.outbox.drain()
    thief = TestSigner(station.origin, "thief")
    index = station.journal.size
    body = rotation(station.signer, thief, index)
    for wrong in (
        {**body, "old_signature": body["new_signature"]},
        {**body, "new_signature": body["old_signature"]},
        rotation(station.signer, thief, index + 1),
        rotation(thief, thief, index),
        {**body, "new_key": "AAAA"},
        {},
    ):
        station.journal._write([(ROTATED, wrong)])
    station.outbox.drain()
    assert codes(plant).count("rotation-refused") == 6
    size = plant.parts.ingest.head(station.origin).size
    entries = [one.data for one in station.journal.entries(0, size)]
    forged = [*entries, b"{}"]
    note = Checkpoint(station.origin, len(forged), root_of(map(leaf_hash, forged))).sign(thief)
    with pytest.raises(Fault, match="batch-refused"):
        station.service.push(station.origin, size, (b"{}",), note)
    assert plant.parts.store.count("entries", origin=station.origin) == size


@pytest.mark.covers("A18")
def test_the_old_key_signs_nothing_above_the_rotation(plant: Plant) -> None:
    station = plant.station()
    old = station.signer
    rotated(station, "second")
    batch = station.journal.batch(station.journal.size - 1)
    entries = [one.data for one in station.journal.entries(0, station.journal.size)]
    longer = [*entries, b"{}"]
    note = Checkpoint(station.origin, len(longer), root_of(map(leaf_hash, longer))).sign(old)
    with pytest.raises(Fault, match="batch-refused"):  # a batch that goes on beyond it
        station.service.push(station.origin, batch.start, (*batch.entries, b"{}"), note)
    station.outbox.drain()
    with pytest.raises(Fault, match="batch-refused"):
        station.service.push(station.origin, batch.stop, (b"{}",), note)
    station.service._token = None
    with pytest.raises(Fault, match="station-not-enrolled"):
        station.service.head(station.origin)


@pytest.mark.covers("F41", "A10")
def test_a_server_back_from_a_backup_is_fed_across_rotations(
    database: Database,
) -> None:
    """The old key is gone; heads it left behind prove what lies below."""
    clock, origin = ManualClock(), f"{PREFIX}/ST-01/1"
    old, new = TestSigner(origin, "old"), TestSigner(origin, "new")
    journal = Journal(database, origin, old, clock)
    journal.append_many([("test.entry", {"n": n}) for n in range(1_300)])
    journal._state.accepted = journal.size
    index = journal.rotate(new)
    journal.append_many([("test.entry", {"n": n}) for n in range(700)])
    history = KeyHistory(Verifier.of(old), [(index, Verifier.of(new))])
    reopened = Journal(database, origin, new, clock)
    reopened.verify()
    for start in (0, 1, 499, 500, 777, index, index + 1, index + 300):
        at = start
        while at < reopened.size:
            batch = reopened.batch(at)
            assert 0 < len(batch.entries) <= 2_000
            seen = history.open_head(batch.head, batch.stop, origin)
            assert seen.root == reopened.root_at(batch.stop)
            at = batch.stop


def test_a_key_changes_only_when_the_server_has_everything(plant: Plant) -> None:
    station = plant.station()
    station.sign_in("P-OP")
    with pytest.raises(Fault, match="rotation-not-now"):
        station.journal.rotate(TestSigner(station.origin, "second"))
    station.outbox.drain()
    station.outbox.drain()
    with pytest.raises(Fault, match="rotation-not-now"):
        station.journal.rotate(TestSigner(f"{PREFIX}/ST-02/1", "second"))


def test_the_history_by_index_is_exact() -> None:
    origin = f"{PREFIX}/ST-01/1"
    keys = [Verifier.of(TestSigner(origin, word)) for word in ("a", "b", "c")]
    history = KeyHistory(keys[0], [(9, keys[2]), (4, keys[1])])
    holds = [history.of_head(size) for size in range(12)]
    assert holds == [keys[0]] * 6 + [keys[1]] * 5 + [keys[2]]
    assert history.newest == keys[2]
    with pytest.raises(BadRotation, match="not a rotation"):
        read_rotation(_envelope(origin, 3, "test.entry", {}), keys[0])
    body = rotation(TestSigner(origin, "c"), TestSigner(origin, "d"), 3)
    with pytest.raises(BadRotation, match="before the rotation"):
        history.follow(_envelope(origin, 3, ROTATED, body))


def _envelope(origin: str, index: int, kind: str, body: dict[str, object]) -> Envelope:
    stamp = Timekeeper(ManualClock()).stamp()
    return check(seal(kind, origin, index, stamp, body))


class TestCommand:
    """``lotbook-terminal rotate``, cut at every point."""

    @staticmethod
    def ready(machine: Machine) -> Rotation:
        config = machine.config(1)
        machine.work(config, sent=3, unsent=2)
        verifier = machine.plant.parts.verifier
        return Rotation(config, machine.plant.clock, SECRET, verifier, machine.service)

    def test_it_runs(self, machine: Machine, plant: Plant) -> None:
        work = self.ready(machine)
        folder = machine.config(1).data
        before = (folder / KEY_FILE).read_bytes()
        new = work.run()
        assert (folder / KEY_FILE).read_bytes() != before
        assert not (folder / KEY_NEXT).exists()
        assert not (folder / KEY_BEFORE).exists()
        row = plant.parts.stations.by_origin(new.name)
        assert plant.parts.stations.verifier(row).public_key == new.public_key
        assert examine(plant.parts) == []
        database = open_database(folder / DATABASE_FILE)
        journal = Journal(database, new.name, new, plant.clock)
        journal.append("test.entry", {"after": 1})
        Outbox(journal, machine.service(new), plant.parts.verifier).drain()
        assert journal.counts().accepted >= journal.size - 1
        database.close()
        assert work.run().public_key != new.public_key, "and again another"

    @pytest.mark.parametrize("at", ["rotate", "rename", "tell", "unlink"])
    def test_it_goes_on_where_it_was_cut(
        self, machine: Machine, plant: Plant, monkeypatch: pytest.MonkeyPatch, at: str
    ) -> None:
        work = self.ready(machine)
        config = machine.config(1)

        class Cut(BaseException):
            """The power fails."""

        unlink = Path.unlink

        def cut(path: object, *_: object, missing_ok: bool = False) -> None:
            if not isinstance(path, Path) or at == "rename" or path.name == KEY_BEFORE:
                raise Cut
            unlink(path, missing_ok=missing_ok)

        with monkeypatch.context() as patch:
            place = {
                "rotate": (Journal, "rotate"),
                "rename": (Path, "rename"),
                "tell": (Rotation, "_tell"),
                "unlink": (Path, "unlink"),
            }[at]
            patch.setattr(*place, cut)
            with pytest.raises(Cut):
                work.run()
        with pytest.raises(Fault, match="rotation-unfinished"):
            open_station(config, plant.clock, SECRET)
        new = work.run()
        row = plant.parts.stations.by_origin(new.name)
        assert plant.parts.stations.verifier(row).public_key == new.public_key
        assert codes(plant) == []

    def test_it_says_what_is_wrong(
        self, machine: Machine, plant: Plant, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        self.ready(machine)
        config = machine.config(1)
        monkeypatch.setattr(
            "terminal.rotate_command.HttpSyncService",
            lambda _url, signer, **_: machine.service(signer),
        )
        assert command(config, SECRET) == 0
        assert "密钥已更换" in capsys.readouterr().out
        (config.data / "server.vkey").unlink()
        assert command(config, SECRET) == 1
        assert "server-key-unknown" in capsys.readouterr().err
        assert plant.parts.alarms.all() == []
