"""Bit rot in a station's log is put back from the server, proved by the station's own head."""

from __future__ import annotations

import pytest

from sync.envelope import check
from sync.faults import Fault
from sync.heal import Healing
from sync.heal_files import FileHealing
from sync.journal import Journal
from sync.journal_healing import HEALED
from sync.keys import TestSigner, Verifier
from sync.outbox import Outbox
from sync.scrub import Scrub
from sync.sqlite import Database
from sync.testing import ManualClock, MemoryServer
from tests.sync.plant import ORIGIN
from tests.sync.test_outbox import fill
from tests.sync.test_scrub import rot

pytestmark = pytest.mark.covers("A40")


@pytest.fixture
def sent(journal: Journal, server: MemoryServer) -> Journal:
    """A journal of 1,202 entries, all accepted."""
    fill(journal, 1_200)
    Outbox(journal, server, Verifier.of(server.signer)).drain()
    return journal


@pytest.fixture
def healing(database: Database, server: MemoryServer, station: TestSigner) -> Healing:
    return Healing(database, server, Verifier.of(station), Verifier.of(server.signer))


def bytes_of(journal: Journal) -> list[bytes]:
    return [one.data for one in journal.entries(0, journal.size)]


def reopened(database: Database, station: TestSigner) -> Journal:
    return Journal(database, ORIGIN, station, ManualClock())


BOTH = "UPDATE entry SET (leaf, data) = (SELECT leaf, data FROM entry WHERE idx = 8) WHERE idx = 9"
ROT = {
    "bytes": ("UPDATE entry SET data = zeroblob(9) WHERE idx IN (3, 4, 900)", [[3, 4], [900, 900]]),
    "hash": ("UPDATE entry SET leaf = zeroblob(32) WHERE idx = 150", [[150, 150]]),
    "both": (BOTH, [[9, 9]]),
    "end": ("UPDATE entry SET data = x'7b7d' WHERE idx >= 1190", [[1190, 1201]]),
}


@pytest.mark.parametrize("what", sorted(ROT))
def test_what_the_server_has_comes_back_byte_for_byte(
    sent: Journal, database: Database, healing: Healing, station: TestSigner, what: str
) -> None:
    before, (sql, spans) = bytes_of(sent), ROT[what]
    rot(database, sql)
    done = healing.run()
    assert [list(span) for span in done.entries] == spans
    assert (done.left, done.proved_by) == ((), "head")
    journal = reopened(database, station)
    journal.verify()
    assert bytes_of(journal) == before
    told = journal.tell_healed()
    assert told is not None
    envelope = check(told.data)
    assert (envelope.kind, envelope.index) == (HEALED, len(before))
    assert envelope.body == {"entries": spans}
    assert journal.tell_healed() is None, "once"
    with pytest.raises(Fault, match="never changed"), database.write() as connection:
        connection.execute("UPDATE entry SET data = x'00' WHERE idx = 3")


def test_a_row_that_is_gone_comes_back(
    sent: Journal, database: Database, healing: Healing, station: TestSigner
) -> None:
    before = bytes_of(sent)
    with database.write() as connection:
        connection.execute("DROP TRIGGER entry_kept")
        connection.execute("DELETE FROM entry WHERE idx = 77")
    assert healing.run().entries == ((77, 77),)
    assert bytes_of(reopened(database, station)) == before


def test_a_sound_journal_is_left_alone(sent: Journal, healing: Healing) -> None:
    size = sent.size
    assert healing.run() == ((), (), "")
    assert sent.tell_healed() is None
    assert sent.size == size


def test_what_the_server_does_not_have_stays_and_is_told(
    sent: Journal, database: Database, healing: Healing
) -> None:
    fill(sent, 100)
    rot(database, "UPDATE entry SET data = x'00' WHERE idx IN (5, 1250)")
    assert healing.run() == (((5, 5),), ((1250, 1250),), "head")
    with pytest.raises(Fault, match="entry 1250"):
        sent.verify()
    assert sent.tell_healed() is not None


def test_a_receipt_proves_what_lies_below_a_loss_that_nobody_can_heal(
    sent: Journal, database: Database, healing: Healing
) -> None:
    fill(sent, 100)
    rot(database, "UPDATE entry SET (leaf, data) = (zeroblob(32), x'00') WHERE idx IN (5, 1250)")
    assert healing.run() == (((5, 5),), ((1250, 1250),), "receipt")
    assert sent.entries(5, 6)


def test_a_server_that_gives_other_bytes_changes_nothing(
    sent: Journal, database: Database, healing: Healing, server: MemoryServer
) -> None:
    rot(database, "UPDATE entry SET data = x'00' WHERE idx = 5")
    other = sent.entries(6, 7)[0].data

    class Liar:
        @staticmethod
        def pull(_origin: str, start: int, stop: int) -> tuple[bytes, ...]:
            return tuple(other if at == 5 else one for at, one in enumerate(
                server.pull(ORIGIN, start, stop), start))  # fmt: skip

    healing._service = Liar()  # type: ignore[assignment]
    with pytest.raises(Fault, match="not what was signed"):
        healing.run()
    with database.read() as connection:
        row = connection.execute("SELECT data FROM entry WHERE idx = 5").fetchone()
    assert row == (b"\0",)


def test_a_log_that_nothing_proves_is_refused(
    journal: Journal, database: Database, healing: Healing
) -> None:
    fill(journal, 3)
    rot(database, "UPDATE entry SET (leaf, data) = (zeroblob(32), x'00') WHERE idx = 2")
    with pytest.raises(Fault, match="journal-damaged"):
        healing.run()
    with database.write() as connection:
        connection.execute("UPDATE journal SET note = 'x'")
    with pytest.raises(Fault, match="the head"):
        healing.run()


def test_the_scrub_finds_and_the_healing_ends_it(
    sent: Journal, database: Database, healing: Healing
) -> None:
    rot(database, "UPDATE entry SET data = zeroblob(9) WHERE idx = 700")
    scrub = Scrub(sent)
    with pytest.raises(Fault, match="journal-damaged"):
        scrub.step(1_000)
    healing.run()
    sent.tell_healed()
    scrub = Scrub(sent)
    while not scrub.passes:
        scrub.step()


class TestFiles:
    """Photos: their digest is all the proof they need."""

    @pytest.fixture
    def files(self, sent: Journal, server: MemoryServer) -> list[str]:
        digests = [sent.attachments.put(bytes([n]) * 300_000) for n in range(3)]
        picture = {"sha256": digests[2], "media_type": "image/png", "size": 300_000}
        sent.append("test.entry", {"photo": picture})
        Outbox(sent, server, Verifier.of(server.signer)).drain()
        return digests

    def test_a_spoilt_or_lost_photo_comes_back_and_the_log_says_so(
        self, sent: Journal, files: list[str], database: Database, server: MemoryServer
    ) -> None:
        with database.write() as connection:
            connection.execute("DROP TRIGGER attachment_kept")
            connection.execute("UPDATE attachment SET data = x'00' WHERE sha256 = ?", files[:1])
            connection.execute("DELETE FROM attachment WHERE sha256 = ?", files[2:])
        healing = FileHealing(database, server)
        assert healing.run() == (tuple(sorted((files[0], files[2]))), ())
        assert [sent.attachments.get(one) for one in files] == [server.files[one] for one in files]
        assert sent.attachments.waiting() == 0
        told = sent.tell_healed()
        assert told is not None
        back = sorted((files[0], files[2]))
        assert check(told.data).body == {"entries": [], "attachments": back}
        assert sent.tell_healed() is None, "once"
        assert healing.run() == ((), ())

    def test_many_are_told_in_several_entries(
        self, sent: Journal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sync.journal_healing.MOST_FILES", 2)
        digests = sorted(sent.attachments.put_back(bytes([n])) for n in range(5))
        size = sent.size
        assert sent.tell_healed() is not None
        bodies = [check(one.data).body for one in sent.entries(size, sent.size)]
        told = [body["attachments"] for body in bodies if "attachments" in body]
        assert told == [digests[:2], digests[2:4], digests[4:]]

    @pytest.mark.parametrize("what", ["unknown there", "other bytes", "more and more"])
    def test_nothing_else_is_taken_for_it(
        self,
        sent: Journal,
        files: list[str],
        database: Database,
        server: MemoryServer,
        monkeypatch: pytest.MonkeyPatch,
        what: str,
    ) -> None:
        rot(database, f"UPDATE attachment SET data = x'00' WHERE sha256 = '{files[1]}'")  # noqa: S608
        if what == "unknown there":
            del server.files[files[1]]
        elif what == "other bytes":
            server.files[files[1]] = b"other"
        else:
            monkeypatch.setattr(server, "_piece", lambda _: bytes(9_000_000))
        assert FileHealing(database, server).run() == ((), (files[1],))
        with pytest.raises(Fault, match="attachment-damaged"):
            sent.attachments.get(files[1])
        server.offline = True
        with pytest.raises(Fault, match="server-unreachable"):
            FileHealing(database, server).run()

    def test_what_the_server_asks_for_is_offered_again(
        self, sent: Journal, files: list[str], server: MemoryServer
    ) -> None:
        before, server.spoilt = server.files.pop(files[0]), [files[0], "00" * 32]
        Outbox(sent, server, Verifier.of(server.signer)).drain()
        assert server.files[files[0]] == before
        assert sent.attachments.waiting() == 0
