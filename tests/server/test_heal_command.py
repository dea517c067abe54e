"""``lotbook-terminal heal`` against a real server: records come back, and it is recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.fsck import examine
from sync.envelope import check
from sync.faults import Fault
from sync.journal import Journal
from sync.journal_healing import HEALED
from sync.keys import FileSigner, Signer, Verifier
from sync.outbox import Outbox
from sync.protocol import SyncService
from sync.sqlite import open_database
from terminal.config import DATABASE_FILE
from terminal.enrol import KEY_FILE
from terminal.heal_command import heal
from tests.server.plant import Plant
from tests.server.test_restore import SECRET, Machine, machine
from tests.sync.test_scrub import rot

__all__ = ["machine"]
pytestmark = pytest.mark.covers("A40", "F13")
Door = Callable[[Signer, Verifier], SyncService]


@pytest.fixture
def wired(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """The command's line leads to the plant's server."""
    monkeypatch.setattr(
        "terminal.heal_command.HttpSyncService", lambda _url, signer, **_: machine.service(signer)
    )
    return machine


def rotten(machine: Machine, sql: str) -> None:
    database = open_database(machine.config(1).data / DATABASE_FILE)
    rot(database, sql)
    database.close()


def test_records_come_back_and_the_log_says_so(
    wired: Machine, plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    config = wired.config(1)
    wired.work(config, sent=5, unsent=0)
    assert heal(config, SECRET) == 0
    assert "No record is damaged" in capsys.readouterr().out
    rotten(wired, "UPDATE entry SET data = x'00' WHERE idx BETWEEN 1 AND 3")
    assert heal(config, SECRET) == 0
    assert "#1-#3" in capsys.readouterr().out
    signer = FileSigner.load(config.data / KEY_FILE, SECRET)
    database = open_database(config.data / DATABASE_FILE)
    journal = Journal(database, signer.name, signer, plant.clock)
    journal.verify()
    newest = check(journal.entries(journal.size - 1, journal.size)[0].data)
    assert (newest.kind, newest.body) == (HEALED, {"entries": [[1, 3]]})
    Outbox(journal, wired.service(signer), plant.parts.verifier).drain()
    database.close()
    assert plant.parts.alarms.all() == []
    assert examine(plant.parts) == []


def test_photos_come_back_too_or_are_named(
    wired: Machine, plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    config = wired.config(1)
    wired.work(config, sent=3, unsent=0)
    signer = FileSigner.load(config.data / KEY_FILE, SECRET)
    database = open_database(config.data / DATABASE_FILE)
    journal = Journal(database, signer.name, signer, plant.clock)
    one, other = journal.attachments.put(b"one"), journal.attachments.put(b"other")
    Outbox(journal, wired.service(signer), plant.parts.verifier).drain()
    database.close()
    rotten(wired, f"UPDATE attachment SET data = x'00' WHERE sha256 = '{one}'")  # noqa: S608
    assert heal(config, SECRET) == 0
    assert f"Photos put back: {one[:12]}" in capsys.readouterr().out
    rotten(wired, f"UPDATE attachment SET data = x'00' WHERE sha256 = '{other}'")  # noqa: S608
    (plant.folder.path / "attachments" / other[:2] / other).unlink()
    assert heal(config, SECRET) == 1
    assert f"still damaged, the server does not have them: {other[:12]}" in capsys.readouterr().err


def test_what_the_server_lacks_is_told(wired: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    config = wired.config(1)
    wired.work(config, sent=3, unsent=4)
    database = open_database(config.data / DATABASE_FILE)
    with database.read() as connection:
        newest = connection.execute("SELECT max(idx) FROM entry").fetchone()[0]
    database.close()
    rotten(wired, f"UPDATE entry SET data = x'00' WHERE idx = {newest}")  # noqa: S608 - a number
    assert heal(config, SECRET) == 1
    assert f"#{newest}. Tell quality" in capsys.readouterr().err


def test_without_a_server_or_its_key_it_says_why(
    wired: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = wired.config(1)
    wired.work(config, sent=3, unsent=0)
    rotten(wired, "UPDATE entry SET data = x'00' WHERE idx = 1")

    class Away:
        def pull(self, *_: object) -> tuple[bytes, ...]:
            raise Fault("server-unreachable", "no line")

    with monkeypatch.context() as patch:
        patch.setattr("terminal.heal_command.HttpSyncService", lambda *_, **__: Away())
        assert heal(config, SECRET) == 1
    assert "server-unreachable" in capsys.readouterr().err
    (config.data / "server.vkey").unlink()
    assert heal(config, SECRET) == 1
    assert "server-key-unknown" in capsys.readouterr().err
