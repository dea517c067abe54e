"""A server put back from yesterday's backup, and fed again by its stations to the last record."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import nacl.utils
import pytest

from server import cli
from server.app import application
from server.backup import make_backup, restore
from server.folder import DataFolder
from server.fsck import examine
from server.fsck_cells import check_packs
from server.ingest.projector import dump
from server.quality.office import Office
from server.recovery.keepers import Keepers
from server.words import Refusal
from sync.checkpoint import open_note
from sync.faults import Fault
from sync.keys import TEST_COST
from sync.merkle import verify_consistency
from sync.receipt import open_receipt
from sync.sealed_stream import make_key
from sync.verify_marks import Findings
from tests.server.plant import InProcess, Plant, Station, credentials, plant_at
from tests.server.test_backup import own_keys
from tests.server.test_shift import played


@dataclass
class Site:
    """A plant whose server can be put back to an older copy of its data folder."""

    plant: Plant
    path: Path
    stack: ExitStack

    def backup(self) -> None:
        """Copy the data folder as the backup of last night has it (the server is stopped)."""
        self.stop()
        shutil.copytree(self.path / "data", self.path / "backup")
        self.start()

    def restore(self, *, memory: bool = True) -> None:
        """Put the backup back; ``memory``: the second memory too (the whole folder)."""
        self.stop()
        kept = (self.path / "data" / "checkpoint.last").read_text("ascii")
        shutil.rmtree(self.path / "data")
        shutil.copytree(self.path / "backup", self.path / "data")
        if not memory:
            (self.path / "data" / "checkpoint.last").write_text(kept, "ascii")
        self.start()

    def stop(self) -> None:
        self.stack.close()

    def start(self) -> None:
        folder = DataFolder(self.path / "data", self.plant.clock, nacl.utils.random, TEST_COST)
        parts = self.stack.enter_context(folder.open())
        runner = self.stack.enter_context(asyncio.Runner())
        self.plant.folder, self.plant.parts = folder, parts
        fresh = InProcess(application(parts), runner)
        self.plant.transport._inner, self.plant.transport._runner = fresh._inner, runner
        self.plant.tokens.clear()


@contextmanager
def site_at(path: Path) -> Iterator[Site]:
    with plant_at(path) as plant:
        plant.parts.store.close()
        plant.parts.office._journal._database.close()
        with ExitStack() as stack:
            site = Site(plant, path, stack)
            site.start()
            yield site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with site_at(tmp_path) as one:
        yield one


def drained(*stations: Station) -> None:
    """Everybody calls until nobody has anything left to do."""
    for _ in range(3):
        for station in stations:
            station.plant.clock.pass_(1)
            try:
                station.outbox.drain()
            except Fault as fault:
                if fault.code != "server-recovery":
                    raise


def day(site: Site) -> tuple[Station, Station]:
    """Two stations at work before and after the backup; a console decision after it too."""
    one, two = site.plant.station("ST-01"), site.plant.station("ST-02")
    one.work("JO-1")
    drained(one, two)
    site.backup()
    one.work("JO-2")
    drained(one, two)
    two.sign_in("P-OP")
    site.plant.clock.pass_(2)
    drained(two, one)
    hold = site.plant.act("P-QA", "/api/holds", item="TUB-1", lot="T1", reason="to be looked at")
    assert hold.status_code == 201, hold.text
    one.refresh()
    drained(one, two)
    return one, two


@pytest.mark.covers("A10", "F41", "TB10")
@pytest.mark.parametrize("memory", [True, False])
def test_it_is_fed_again_to_the_last_record(site: Site, *, memory: bool) -> None:
    one, two = day(site)
    before = site.plant.parts
    size, root = before.book.size, before.book.tree.root(before.book.size)
    newest = max(seen.size for s in (one, two) if (seen := s.witness.seen()))
    tables = dump(before.store)
    receipts = {row["data"] for row in before.store.rows("receipts")}
    alarms = before.alarms.all(only_open=True)
    assert newest == size
    site.restore(memory=memory)
    parts = site.plant.parts
    assert parts.book.size < size
    with pytest.raises(Fault, match="server-recovery"):
        one.outbox.drain()
    assert parts.book.recovery or parts.book.size > size
    drained(two, one)
    assert not parts.book.recovery
    assert parts.book.tree.root(size) == root
    assert parts.store.count("awaited") == 0
    for station in (one, two):
        counts = station.journal.counts()
        assert counts.saved == counts.accepted == counts.witnessed
        kept = tuple(entry.data for entry in station.journal.entries(0, counts.saved))
        assert parts.ingest.pull(station.origin, 0, counts.saved) == kept
    assert receipts <= {row["data"] for row in parts.store.rows("receipts")}
    assert examine(parts) == []
    assert parts.alarms.all(only_open=True) == alarms
    rebuilt = dump(parts.store)
    parts.projections.rebuild()
    assert dump(parts.store) == rebuilt
    for table, rows in tables.items():
        if table not in {"alarms", "open_alarms", "audit", "cursor"}:
            assert [row for row in rows if row not in rebuilt[table]] == [], table
    one.close()
    two.close()


@pytest.mark.covers("A10", "F41")
def test_old_and_new_checkpoints_are_one_history_for_every_witness(site: Site) -> None:
    one, two = day(site)
    seen = [station.witness.newest() for station in (one, two)]
    site.restore()
    drained(one, two)
    site.plant.parts.book.alarm("disk-low", "goes on")
    drained(one, two)
    parts = site.plant.parts
    for note in seen:
        assert note is not None
        old = open_note(note, parts.verifier)
        now = parts.book.size
        proof = parts.book.tree.consistency(old.size, now)
        assert verify_consistency(old.size, now, proof, old.root, parts.book.tree.root(now))
    for station in (one, two):
        for text in station.journal.receipts():
            receipt = open_receipt(text, parts.verifier)
            assert station.journal.root_at(receipt.size) == receipt.root
        station.close()


@pytest.mark.covers("F41")
def test_it_says_so_and_signs_nothing(site: Site) -> None:
    one, two = day(site)
    site.restore()
    client = site.plant.client()
    with pytest.raises(Fault, match="server-recovery"):
        two.outbox.drain()
    parts = site.plant.parts
    size = parts.book.size
    assert client.get("/healthz").json()["status"] == "recovery"
    assert "RECOVERY" in client.get("/console/sign-in").text
    with pytest.raises(Refusal, match="recovery"):
        parts.book.alarm("disk-low", "x")
    with pytest.raises(Refusal, match="recovery"):
        parts.ingest.must_sign()
    assert parts.rescue.refill.missing() == [one.origin]
    assert parts.book.size == size
    drained(one, two)
    assert not parts.book.recovery
    one.close()
    two.close()


def test_the_status_page_says_how_far_it_is(site: Site) -> None:
    one, two = day(site)
    site.restore()
    with pytest.raises(Fault, match="server-recovery"):
        two.outbox.drain()
    client = site.plant.client()
    token = re.search(r'name="csrf" value="(\w+)"', client.get("/console/sign-in").text)
    assert token is not None
    form = {**credentials("P-QA"), "csrf": token[1]}
    assert client.post("/console/sign-in", data=form).status_code == 303
    page = client.get("/console/status").text
    signed = site.plant.parts.rescue.target.checkpoint()
    assert signed is not None
    assert f"<dd>{signed.size}</dd>" in page
    assert one.origin in page
    assert client.get("/console/jobs").status_code == 503
    drained(one, two)
    assert "RECOVERY" not in client.get("/console/status").text
    one.close()
    two.close()


def test_a_keeper_that_is_away_is_waited_for(site: Site) -> None:
    one, two = day(site)
    site.restore()
    for _ in range(3):
        with pytest.raises(Fault, match="server-recovery"):
            two.outbox.drain()
    site.plant.clock.pass_(400)
    drained(two)
    assert not site.plant.parts.book.recovery, "two is a keeper as well: nothing is missing"
    one.close()
    two.close()


def test_without_a_tail_it_stays_in_recovery_and_says_what_is_missing(site: Site) -> None:
    one, two = day(site)
    for station in (one, two):
        station.keeper.begin_again()
    site.restore()
    site.plant.clock.pass_(400)
    drained(one, two)
    parts = site.plant.parts
    assert parts.book.recovery
    signed = parts.rescue.target.checkpoint()
    assert signed is not None
    assert signed.size > parts.book.size == parts.rescue.refill.held
    site.stop()
    site.start()
    assert site.plant.parts.book.recovery, "it knows after a restart too"
    one.close()
    two.close()


def test_tails_that_lead_elsewhere_are_not_believed(site: Site) -> None:
    """The server signed on after it was put back, before anybody called: people decide."""
    one, two = day(site)
    site.restore()
    site.plant.parts.book.alarm("disk-low", "signed in the meantime")
    drained(one, two)
    parts = site.plant.parts
    assert parts.book.recovery
    assert parts.rescue.refill.parted
    page = site.plant.client().get("/console/sign-in").text
    assert "RECOVERY" in page
    one.close()
    two.close()


@pytest.mark.covers("A10", "F41")
def test_packs_issued_after_the_newest_checkpoint_are_stated_again(site: Site) -> None:
    """A keeper has more than any checkpoint that is left: a station may work by such a pack."""
    one, two = day(site)
    before = site.plant.parts
    issued = before.store.newest("leaves", kind="pack.issued")
    assert issued is not None
    (known,) = before.store.rows("checkpoints", stop=issued["idx"] + 1, newest_first=True, limit=1)
    pack = before.store.newest("packs", station="ST-01")
    tail = before.rescue.tails.cut(0, before.book.size)
    assert len(tail.hashes) == before.book.size
    site.restore()
    parts = site.plant.parts
    assert parts.book.size < known["size"]
    assert parts.rescue.target.present(known["note"])
    for station in (one, two):
        parts.rescue.refill.called(station.origin)
    parts.rescue.refill.give(tail.box)
    assert not parts.book.recovery
    assert parts.store.newest("packs", station="ST-01") == pack
    found = Findings()
    check_packs(parts, found)
    assert [one.words("en") for one in found.kept] == []
    one.close()
    two.close()


def full(*_: object, **__: object) -> None:
    raise Fault("disk-full")


@pytest.mark.covers("A10", "F41", "F09")
@pytest.mark.parametrize(
    "step", ["server.quality.office.put_back", "server.recovery.refill.Refill._issue_again",
             "server.quality.office.Office.drain"]
)  # fmt: skip
def test_a_disk_that_refuses_in_the_middle_loses_no_later_step(
    site: Site, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The office's entries and the packs issued again: with the log, or at the next start."""
    one, two = day(site)
    before = site.plant.parts
    pack = before.store.newest("packs", station="ST-01")
    written = before.office._journal.size
    tail = before.rescue.tails.cut(0, before.book.size)
    (known,) = before.store.rows("checkpoints", newest_first=True, limit=1)
    site.restore()
    parts = site.plant.parts
    assert parts.office._journal.size < written
    assert parts.rescue.target.present(known["note"])
    for station in (one, two):
        parts.rescue.refill.called(station.origin)
    with monkeypatch.context() as broken:
        broken.setattr(step, full)
        with pytest.raises(Fault, match="disk"):
            parts.rescue.refill.give(tail.box)
    back = step.endswith("drain")
    assert parts.book.recovery is not back, "put back whole, or not at all"
    site.stop()
    site.start()
    parts = site.plant.parts
    if not back:
        assert parts.rescue.target.present(known["note"])
        for station in (one, two):
            parts.rescue.refill.called(station.origin)
        parts.rescue.refill.give(tail.box)
    parts.office.drain()
    assert not parts.book.recovery
    assert parts.store.newest("packs", station="ST-01") == pack
    assert parts.office._journal.size == written
    assert parts.store.newest("heads", origin=parts.office.origin)["size"] == written  # type: ignore[index]
    assert len(parts.holds.open()) == 1
    one.close()
    two.close()


def test_what_is_no_tail_is_refused(site: Site) -> None:
    one, two = day(site)
    site.restore()
    parts = site.plant.parts
    parts.rescue.refill.give(b"not in recovery: nobody looks")
    with pytest.raises(Fault, match="server-recovery"):
        two.outbox.drain()
    with pytest.raises(Fault, match="request-refused"):
        one.service.give_tail(b"x" * 100)
    with pytest.raises(Fault, match="request-refused"):
        one.service.present("no note")
    with pytest.raises(Fault, match="request-refused"):
        one.service.tail(5, 3)
    drained(one, two)
    assert not parts.book.recovery
    one.close()
    two.close()


def test_a_station_that_now_sends_other_records_has_forked(site: Site) -> None:
    one, two = day(site)
    site.restore()
    parts = site.plant.parts
    with pytest.raises(Fault, match="server-recovery"):
        one.outbox.drain()
    row = parts.store.newest("entries", origin=two.origin)
    have = row["idx"] + 1 if row else 0
    one.outbox._rescue.run(one.service.head(one.origin))  # type: ignore[union-attr]
    two.service.head(two.origin)
    assert not parts.book.recovery
    awaited = parts.store.one("awaited", origin=two.origin, idx=have)
    assert awaited is not None
    parts.store.put("awaited", awaited | {"leaf": "00" * 32})
    with pytest.raises(Fault, match=r"batch-refused|journal-forked"):
        two.outbox.drain()
    assert parts.store.count("branches", origin=two.origin) > 0, "the evidence is kept"
    assert "fork" in {row["code"] for row in parts.alarms.all(only_open=True)}
    one.close()
    two.close()


def test_others_are_shown_only_what_a_keeper_has(site: Site) -> None:
    plant = site.plant
    stations = [plant.station(name) for name in ("ST-01", "ST-02")]
    drained(*stations)
    plant.clock.pass_(11)
    drained(*stations)
    keepers = plant.parts.rescue.keepers
    assert all(keepers.keeps(station.origin) for station in stations)
    shown = keepers.published()
    plant.parts.book.alarm("disk-low", "x")
    assert keepers.published() == shown
    newest = plant.parts.book.checkpoint()
    assert keepers.published(stations[0].origin) == newest
    plant.clock.pass_(20)
    assert keepers.published() == newest, "a keeper that does not call holds nobody up"
    for station in stations:
        station.close()


@pytest.mark.covers("A10")
@pytest.mark.parametrize(("restarted", "lost"), [(False, False), (True, False), (True, True)])
def test_who_was_a_keeper_is_shown_no_older_checkpoint(
    site: Site, *, restarted: bool, lost: bool
) -> None:
    """It would be an alarm of a log that went back, also if its cosignature was lost."""
    plant = site.plant
    one, two, three = [plant.station(f"ST-0{number}") for number in (1, 2, 3)]
    for seconds in (61, 11):  # the first is not heard of any more, and the two are chosen
        plant.clock.pass_(seconds)
        drained(two, three)
    parts = plant.parts
    keepers = parts.rescue.keepers
    assert keepers.keeps(three.origin)
    old = keepers.published(three.origin)
    assert old is not None
    parts.book.alarm("disk-low", "x")
    if lost:
        known = keepers.published(three.origin)
        cosigned = parts.store.newest("cosignatures", name=three.origin)
        assert cosigned is not None
        assert cosigned["size"] <= old["size"]
    else:
        three.outbox.drain()  # sees and cosigns the newest, as a keeper
        known = parts.store.newest("cosignatures", name=three.origin)
    assert known is not None
    if restarted:
        keepers = Keepers(parts.book, parts.office.origin)
    parts.ingest.seen(one.origin)
    plant.clock.pass_(11)
    assert not keepers.keeps(three.origin)
    keepers._kept = {two.origin: (old["size"], plant.clock.wall())}
    assert keepers.published() == old, "all that a keeper has by now"
    shown = keepers.published(three.origin)
    assert shown is not None
    assert shown["size"] == known["size"] > old["size"]
    for station in (one, two, three):
        station.close()


@pytest.mark.covers("F41", "F72")
def test_a_folder_marked_as_put_back_asks_before_it_signs(site: Site) -> None:
    one, two = day(site)
    site.restore()
    (site.path / "data" / "restored").touch()
    site.plant.parts.rescue.target.ask_first()
    with pytest.raises(Refusal, match="recovery"):
        site.plant.parts.book.alarm("disk-low", "x")
    drained(one, two)
    assert not site.plant.parts.book.recovery
    assert not (site.path / "data" / "restored").exists()
    one.close()
    two.close()


def test_a_folder_put_back_that_lost_nothing_goes_on(site: Site) -> None:
    one, two = site.plant.station("ST-01"), site.plant.station("ST-02")
    drained(one, two)
    (site.path / "data" / "restored").touch()
    parts, size = site.plant.parts, site.plant.parts.book.size
    parts.rescue.target.ask_first()
    with pytest.raises(Fault, match="server-recovery"):
        one.outbox.drain()
    drained(one, two)
    assert not parts.book.recovery
    assert parts.book.size == size
    one.close()
    two.close()


@pytest.mark.covers("F41")
def test_what_came_back_in_any_order_is_judged_in_the_logs(site: Site) -> None:
    """The office's release is put back before the records that it is about."""
    two = site.plant.station("ST-02")
    drained(two)
    site.backup()
    one = played(site.plant)
    drained(one, two)
    answer = site.plant.act("P-QA", "/api/jobs/JO-1/release", decision="released")
    assert answer.json()["status"] == "released", answer.text
    site.plant.clock.pass_(11)
    drained(one, two)
    drained(one, two)
    site.restore()
    drained(two, one)
    drained(two, one)
    parts = site.plant.parts
    assert not parts.book.recovery
    state = parts.jobs.state("JO-1")
    assert state is not None
    assert state.decision == "released"
    assert examine(parts) == []
    one.close()
    two.close()


@pytest.mark.covers("F41", "F72", "TB10")
def test_put_back_as_the_guide_says_it_is_fed_again_to_the_last_record(site: Site) -> None:
    """A backup, a restore with the server's own keys, fsck by its command, and then the start."""
    secret, public = make_key(nacl.utils.random)
    data, file, apart = site.path / "data", site.path / "b.lotbook", site.path / "apart"
    one, two = site.plant.station("ST-01"), site.plant.station("ST-02")
    one.work("JO-1")
    drained(one, two)
    site.stop()
    make_backup(data, file, public, site.plant.clock.wall(), nacl.utils.random)
    own_keys(data, apart)
    site.start()
    one.work("JO-2")
    drained(one, two)
    two.sign_in("P-OP")
    drained(two, one)
    signed = site.plant.parts.book.checkpoint()
    assert signed is not None
    site.stop()
    shutil.rmtree(data)
    restore(file, data, secret, apart)
    assert cli.main(["fsck", "--data", str(data)]) == 0
    site.start()
    assert site.plant.parts.book.recovery
    assert site.plant.parts.book.size < signed["size"]
    drained(one, two)
    drained(two, one)
    book = site.plant.parts.book
    assert (book.recovery, book.origin) == (False, site.plant.parts.signer.name)
    again = site.plant.parts.store.one("checkpoints", size=signed["size"])
    assert again is not None
    assert again["root"] == signed["root"], "the log is the one that was signed"
    assert examine(site.plant.parts) == []
    one.close()
    two.close()


@pytest.mark.covers("F41", "F72")
def test_what_the_office_had_more_than_the_backup_is_in_the_log_once_it_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its journal is copied last: a hold may be in it whose entry the database had not yet."""
    one, two = site.plant.station("ST-01"), site.plant.station("ST-02")
    drained(one, two)
    with monkeypatch.context() as patched:
        patched.setattr(Office, "drain", lambda _office: None)
        site.plant.act("P-QA", "/api/holds", item="TUB-1", lot="T1", reason="looks odd")
    assert not site.plant.parts.catalogue.held("TUB-1", "T1")
    site.stop()
    (site.path / "data" / "restored").touch()
    site.start()
    assert site.plant.parts.rescue.target.only_asks()
    drained(one, two)
    assert not site.plant.parts.book.recovery
    assert site.plant.parts.catalogue.held("TUB-1", "T1")
    one.close()
    two.close()
