"""A wiped, restored or dead station: the next epoch, and what is missing of the one before."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.ingest.projector import dump
from server.quality.continuity import MOST_MISSING
from server.words import Refusal
from sync.client import HttpSyncService
from sync.envelope import check
from sync.faults import Fault
from sync.journal import Journal
from sync.keys import Signer, TestSigner, Verifier
from sync.outbox import Outbox
from sync.past import Past
from sync.sqlite import Database, open_database, reading
from terminal import enrol as steps
from terminal.config import DATABASE_FILE, StationConfig, read_config
from terminal.intents import INTENTS
from terminal.restore import Restore
from terminal.restore_command import restore as command
from tests.console.test_console import csrf, entered
from tests.server.plant import PREFIX, SECRETS, Plant, badge, credentials

SECRET = b"machine"
CONFIG = """
[station]
origin = "{origin}"
work_units = ["WU-10"]
data = "data"
[server]
url = "http://server"
"""


@dataclass
class Machine:
    """A terminal's folder, and the door to the plant."""

    plant: Plant
    folder: Path

    def config(self, epoch: int) -> StationConfig:
        file = self.folder / "station.toml"
        file.write_text(CONFIG.format(origin=f"{PREFIX}/ST-01/{epoch}"), encoding="utf-8")
        config = read_config(file)
        config.data.mkdir(exist_ok=True)
        steps.keep_server_key(config, self.plant.parts.verifier.vkey)
        return config

    def service(self, signer: Signer) -> HttpSyncService:
        return HttpSyncService("http://server", signer, transport=self.plant.transport)

    def enrolled(self, config: StationConfig) -> Signer:
        signer = steps.station_key(config, SECRET)
        self.service(signer).enrol("ST-01")
        for person in ("P-ADM", "P-QA"):
            answer = self.plant.act(person, "/api/stations/ST-01/approvals")
            assert answer.status_code == 200, answer.text
        return signer

    def work(self, config: StationConfig, sent: int, unsent: int) -> tuple[int, str]:
        """Records sent, then some that are not; size and label mark at the end."""
        signer = self.enrolled(config)
        database = open_database(config.data / DATABASE_FILE)
        journal = Journal(database, signer.name, signer, self.plant.clock)
        service = self.service(signer)
        journal.append_many([("test.entry", {"n": n}) for n in range(sent)])
        Outbox(journal, service, self.plant.parts.verifier).drain()
        if unsent:
            journal.append_many([("test.entry", {"n": n}) for n in range(unsent)])
        mark = journal.head().checkpoint.short_mark()
        size = journal.size
        database.close()
        return size, mark

    def restore(self, epoch: int = 2) -> Restore:
        verifier = self.plant.parts.verifier
        return Restore(self.config(epoch), self.plant.clock, SECRET, verifier, self.service)


@pytest.fixture
def machine(plant: Plant, tmp_path: Path) -> Machine:
    folder = tmp_path / "terminal"
    folder.mkdir()
    return Machine(plant, folder)


def write(database: Database, statement: str) -> None:
    with database.write() as connection:
        connection.execute(statement)


def the_break(plant: Plant) -> dict[str, object]:
    found = plant.client("P-QA").get("/api/breaks").json()
    assert len(found) == 1
    return dict(found[0])


@pytest.mark.covers("A30", "T09", "F11")
def test_a_wiped_station_goes_on_and_the_break_lists_exactly_what_is_missing(
    machine: Machine, plant: Plant
) -> None:
    config = machine.config(1)
    size, mark = machine.work(config, sent=10, unsent=4)
    (config.data / DATABASE_FILE).unlink()
    work = machine.restore()
    assert work.set_aside()
    assert not work.set_aside(), "again is harmless"
    done = work.finish(machine.enrolled(machine.config(2)), "disk-lost", "P-ADM")
    assert (done.past.proved_by, done.handed_over) == ("own-key", "")
    database = open_database(config.data / DATABASE_FILE)
    kept = Past(database).entries(f"{PREFIX}/ST-01/1", 0, 100)
    store = plant.parts.store
    theirs = store.rows("entries", origin=f"{PREFIX}/ST-01/1")
    assert [one.data for one in kept] == [bytes(row["data"]) for row in theirs]
    signer = steps.station_key(machine.config(2), SECRET)
    journal = Journal(database, signer.name, signer, plant.clock)
    opened = check(journal.entries(0, 1)[0].data)
    assert opened.kind == "sync/opened"
    assert opened.body["reason"] == "disk-lost"
    assert opened.body["person"] == "P-ADM"
    assert opened.body["previous"]["size"] == len(theirs)  # type: ignore[index]
    assert the_break(plant)["agrees"] is None
    Outbox(journal, machine.service(signer), plant.parts.verifier).drain()
    found = the_break(plant)
    # Told by the label below; the last contact was before the unsent ones were made.
    assert (found["reason"], found["person"], found["agrees"]) == ("disk-lost", "P-ADM", True)
    path = "/api/stations/ST-01/1/marks"
    answer = plant.act("P-SUP", path, mark=mark, place="label of S001")
    assert answer.json() == {"finding": "missing"}
    found = the_break(plant)
    assert found["missing"] == list(range(len(theirs), size))
    assert found["claimed"] == size
    assert "records-missing" in {one.code for one in plant.parts.genealogy.not_known()}
    before = dump(store)
    plant.parts.projections.rebuild()
    assert dump(store) == before
    database.close()


@pytest.mark.covers("A32")
def test_marks_on_labels_are_known_missing_or_contradict(machine: Machine, plant: Plant) -> None:
    config = machine.config(1)
    size, mark = machine.work(config, sent=5, unsent=0)
    path = "/api/stations/ST-01/1/marks"
    assert plant.act("P-QA", path, mark=mark, place="a box").json() == {"finding": "known"}
    wrong = f"{size}:{'0' * 8}"
    assert plant.act("P-QA", path, mark=wrong, place="a box").json() == {"finding": "contradicts"}
    assert plant.act("P-QA", path, mark="0:zz", place="a box").status_code in {400, 422}
    assert plant.act("P-QA", path, mark=f"{size + 9}:{'a' * 8}", place="x").json() == {
        "finding": "missing"
    }
    codes = [row["code"] for row in plant.parts.alarms.all(only_open=True)]
    assert codes.count("mark-contradicts") == 1
    assert codes.count("records-missing") == 1


@pytest.mark.covers("A12")
def test_a_break_names_no_more_than_can_be_shown_whatever_a_label_says(plant: Plant) -> None:
    parts = plant.parts
    origin, far = "lotbook.test/S1/ST-01/1", 10**15 - 1
    body = {"origin": origin, "next": f"{origin[:-1]}2", "kept": 0, "claimed": 0, "reason": "wiped"}
    parts.book.state("continuity.broken", body)
    mark = f"{far}:{'a' * 8}"
    quality = parts.directory.unlock(badge("P-QA"), SECRETS["P-QA"])
    with pytest.raises(Refusal, match="a mark is a number"):
        parts.continuity.mark_seen(origin, f"1{mark}", "a box", quality)
    assert parts.continuity.mark_seen(origin, mark, "a box", quality) == "missing"
    found = the_break(plant)
    assert (found["kept"], found["claimed"]) == (0, far)
    assert found["missing"] == list(range(MOST_MISSING))
    client = plant.client("P-QA")
    client.cookies.set("lotbook", plant.tokens["P-QA"])
    assert f"0 – {far - 1}" in client.get("/console/stations").text


@pytest.mark.covers("A25", "A26")
@pytest.mark.parametrize("went_on", [0, 3])
def test_an_old_disk_put_back_is_handed_over_before_the_next_epoch(
    machine: Machine, plant: Plant, went_on: int
) -> None:
    config = machine.config(1)
    machine.work(config, sent=3, unsent=0)
    file = config.data / DATABASE_FILE
    image = file.read_bytes()
    signer = steps.station_key(config, SECRET)
    database = open_database(file)
    journal = Journal(database, signer.name, signer, plant.clock)
    journal.append_many([("test.entry", {"later": n}) for n in range(5)])
    Outbox(journal, machine.service(signer), plant.parts.verifier).drain()
    database.close()
    file.write_bytes(image)
    database = open_database(file)
    journal = Journal(database, signer.name, signer, plant.clock)
    for number in range(went_on):
        journal.append("test.other", {"n": number})
    database.close()
    work = machine.restore()
    assert work.set_aside()
    done = work.finish(machine.enrolled(machine.config(2)), "old-copy", "P-ADM")
    assert done.handed_over == ("journal-forked" if went_on else "journal-rolled-back")
    assert plant.parts.store.count("branches") == went_on
    assert the_break(plant)["missing"] == []
    assert (work.aside / DATABASE_FILE).exists(), "nothing is deleted"


@pytest.mark.covers("A30", "A32")
def test_a_tail_that_turns_up_later_closes_the_break(machine: Machine, plant: Plant) -> None:
    """The old disk still had records nobody had: they are sent under the old key, then it ends."""
    config = machine.config(1)
    size, mark = machine.work(config, sent=3, unsent=4)
    work = machine.restore()
    work.set_aside()
    signer = machine.enrolled(machine.config(2))
    path = "/api/stations/ST-01/1/marks"
    assert plant.act("P-QA", path, mark=mark, place="a box").json() == {"finding": "missing"}
    done = work.finish(signer, "moved", "P-ADM")
    assert done.handed_over == "station-replaced"
    assert the_break(plant)["missing"] == []
    assert the_break(plant)["kept"] == size


@pytest.mark.covers("A31")
def test_epochs_only_go_up_by_one(machine: Machine, plant: Plant) -> None:
    machine.work(machine.config(1), sent=1, unsent=0)
    for wrong in (3, 9):
        signer = TestSigner(f"{PREFIX}/ST-01/{wrong}")
        with pytest.raises(Fault, match="request-refused"):
            machine.service(signer).enrol("ST-01")
    machine.restore().set_aside()
    machine.enrolled(machine.config(2))
    with pytest.raises(Fault, match="batch-refused"):
        machine.service(TestSigner(f"{PREFIX}/ST-01/1", "other")).enrol("ST-01")
    with pytest.raises(Fault, match="restore-first-epoch"):
        machine.restore(1).set_aside()


def test_a_working_station_is_not_moved_and_a_lost_key_is_said(
    machine: Machine, plant: Plant
) -> None:
    config = machine.config(1)
    machine.work(config, sent=3, unsent=0)
    (config.data / "station.key").unlink()
    (config.data / DATABASE_FILE).unlink()
    work = machine.restore()
    assert not work.set_aside()
    done = work.finish(machine.enrolled(machine.config(2)), "disk-lost", "P-ADM")
    assert done.past.proved_by == "receipt"
    with pytest.raises(Fault, match="restore-not-needed"):
        work.set_aside()


class Liar:
    """The server's answers, with one entry changed."""

    def __init__(self, inner: HttpSyncService) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def pull(self, origin: str, start: int, stop: int) -> tuple[bytes, ...]:
        first, *rest = self.inner.pull(origin, start, stop)
        return (first + b" ", *rest)


@pytest.mark.covers("A07", "A10")
def test_entries_that_are_not_those_signed_begin_nothing(machine: Machine, plant: Plant) -> None:
    config = machine.config(1)
    machine.work(config, sent=3, unsent=0)
    work = machine.restore()
    work.set_aside()
    signer = machine.enrolled(machine.config(2))
    work._service = lambda key: Liar(machine.service(key))  # type: ignore[assignment, return-value]
    with pytest.raises(Fault, match="past-not-proved"):
        work.finish(signer, "disk-lost", "P-ADM")
    database = open_database(config.data / DATABASE_FILE)
    past = Past(database)
    assert past.logs() == []
    assert past.entries(f"{PREFIX}/ST-01/1", 0, 10) == []
    database.close()


@pytest.mark.covers("F52")
def test_nothing_clears_a_station_that_holds_unsent_records(machine: Machine, plant: Plant) -> None:
    """No touch and no command deletes; even a new beginning sets aside, and takes two persons."""
    assert not [one for one in INTENTS if one.startswith(("clear", "delete", "reset", "wipe"))]
    config = machine.config(1)
    size, _ = machine.work(config, sent=3, unsent=4)
    database = open_database(config.data / DATABASE_FILE)
    with database.write() as connection:
        connection.execute("INSERT INTO attachment (sha256, data) VALUES ('x', x'00')")
    for statement in ("DELETE FROM entry", "DELETE FROM attachment", "UPDATE journal SET size = 0"):
        with pytest.raises(Fault):
            write(database, statement)
    database.close()
    work = machine.restore()
    work.set_aside()
    signer = steps.station_key(machine.config(2), SECRET)
    machine.service(signer).enrol("ST-01")
    for _ in range(2):
        plant.act("P-ADM", "/api/stations/ST-01/approvals")
    with pytest.raises(Fault):  # one person twice is not two
        work.finish(signer, "disk-lost", "P-ADM")
    with reading(work.aside / DATABASE_FILE) as connection:
        assert connection.execute("SELECT count(*) FROM entry").fetchone()[0] >= size


def test_a_log_that_names_another_past_raises_an_alarm(machine: Machine, plant: Plant) -> None:
    machine.work(machine.config(1), sent=3, unsent=0)
    machine.restore().set_aside()
    signer = machine.enrolled(machine.config(2))
    database = open_database(":memory:")
    previous = {"origin": f"{PREFIX}/ST-01/1", "size": 2, "root": "00" * 32}
    opened = {"reason": "disk-lost", "person": "P-ADM", "previous": previous}
    journal = Journal(database, signer.name, signer, plant.clock, opened=opened)
    Outbox(journal, machine.service(signer), plant.parts.verifier).drain()
    assert the_break(plant)["agrees"] is False
    codes = [row["code"] for row in plant.parts.alarms.all(only_open=True)]
    assert "continuity-contradicted" in codes
    database.close()


def test_the_command_says_each_step_in_both_languages(
    machine: Machine,
    plant: Plant,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    machine.work(machine.config(1), sent=3, unsent=0)
    config = machine.config(2)
    transport = plant.transport
    monkeypatch.setattr(
        "terminal.restore_command.HttpSyncService",
        lambda url, signer, server: HttpSyncService(
            url, signer, transport=transport, server=server
        ),
    )
    options = argparse.Namespace(
        reason="disk-lost", person="P-ADM", wait=1.0, server_vkey=plant.parts.verifier.vkey
    )

    def approve(_seconds: float) -> None:
        for person in ("P-ADM", "P-QA"):
            plant.act(person, "/api/stations/ST-01/approvals")

    assert command(options, config, SECRET, lambda _: None) == 1
    assert "尚未批准" in capsys.readouterr().out
    assert command(options, config, SECRET, approve) == 0
    told = capsys.readouterr().out
    assert "records came back, proved by own-key" in told
    assert "本站已由新的安装取代" in told
    assert command(options, config, SECRET, approve) == 1
    assert "restore-not-needed" in capsys.readouterr().err
    (config.data / "server.vkey").unlink()
    options.server_vkey = ""
    assert command(options, config, SECRET, approve) == 1
    assert "请用 --server-vkey 提供" in capsys.readouterr().out


def test_the_console_shows_breaks_and_takes_marks(machine: Machine, plant: Plant) -> None:
    size, mark = machine.work(machine.config(1), sent=3, unsent=2)
    machine.restore().set_aside()
    machine.enrolled(machine.config(2))
    client = entered(plant, "P-QA", "zh-CN")
    html = client.get("/console/stations").text
    assert "连续性中断" in html
    form = {"csrf": csrf(html), "mark": mark, "place": "箱子", **credentials("P-QA")}
    assert client.post("/console/stations/ST-01/1/marks", data=form).status_code == 303
    assert mark in client.get("/console/stations").text
    bad = {**form, "mark": "nonsense"}
    assert client.post("/console/stations/ST-01/1/marks", data=bad).status_code == 400
    assert size == 7  # with the opening and a time beacon


def test_verifier_of_a_station_is_its_own(machine: Machine) -> None:
    signer = steps.station_key(machine.config(1), SECRET)
    assert Verifier.of(signer).name == f"{PREFIX}/ST-01/1"
