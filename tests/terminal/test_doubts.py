"""What is not sure is not claimed: doubtful writes, locked people, signatures that do not count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import msgspec
import pytest

from forms.entries import (
    CodeUnexpected,
    Context,
    ReleaseDecided,
    Scan,
    Signed,
)
from forms.job import Recorded
from forms.lockout import MOST_WRONG
from forms.terms import PersonnelClass
from sync.clock import Stamp
from sync.engine import Connection
from sync.faults import Fault
from sync.journal import Journal
from sync.keys import TestSigner
from sync.sqlite import Database, open_database
from sync.testing import ManualClock
from terminal import signing
from terminal.asked import root_of
from terminal.capture import Act
from terminal.capture_sign import Signing
from terminal.desk_lock import open_key
from terminal.records import Records
from terminal.ui import Signer
from terminal.views import Mark, SignStage
from tests.databases import WrittenOneWay
from tests.terminal.documents import ORIGIN, SECRETS, badge_of
from tests.terminal.plant import Bench
from tests.terminal.test_signing import labelled, signatures


class Lying(WrittenOneWay):
    """A disk that says no to the last commit and keeps it all the same."""

    lies = False

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Commit, then fail if it is to lie."""
        with super().write() as connection:
            yield connection
        if self.lies:
            self.lies = False
            self._drop()
            raise Fault("write-failed", "it was kept all the same")


def code(raw: str) -> CodeUnexpected:
    context = Context(station="ST-01", work_unit="WU-10")
    return CodeUnexpected(context=context, scan=Scan(raw=raw, source="scanner"))


def doubtful(bench_file: Database) -> tuple[Lying, Journal, Records, list[str]]:
    bench_file.__class__ = Lying  # the same open file, with another temper
    assert isinstance(bench_file, Lying)
    journal = Journal(bench_file, ORIGIN, TestSigner(ORIGIN, "a"), ManualClock())
    records, seen = Records(journal, lambda _: None), list[str]()

    def heed(recorded: Recorded, _: Stamp) -> None:
        assert isinstance(recorded.entry, CodeUnexpected)
        seen.append(recorded.entry.scan.raw)

    records.watchers.append(heed)
    records.load(journal.size)
    return bench_file, journal, records, seen


@pytest.fixture
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = open_database(tmp_path_factory.mktemp("journal") / "journal.db")
    yield database
    database.close()


@pytest.mark.covers("A37")
def test_a_record_kept_by_a_failed_commit_is_known_before_the_next(file: Database) -> None:
    disk, journal, records, seen = doubtful(file)
    disk.lies = True
    with pytest.raises(Fault, match="write-failed"):
        records.append(code("00"))
    recorded, _ = records.append(code("11"))
    assert recorded.index == journal.size - 1
    assert seen == ["00", "11"]


def test_the_same_again_after_a_failed_commit_is_one_record(file: Database) -> None:
    disk, journal, records, seen = doubtful(file)
    disk.lies = True
    with pytest.raises(Fault, match="write-failed"):
        records.append(code("00"))
    records._catch_up(journal.size + 1)
    recorded, _ = records.append(code("00"))
    assert seen == ["00"]
    assert (recorded.index, journal.size) == (1, 2)


def locked_out(bench: Bench) -> None:
    """Wrong secrets are entered for the supervisor who is signed in, with the badge."""
    for _ in range(MOST_WRONG):
        bench.station.refuse("ben", "wrong_secret", "en")
    bench.desk.refreshed(bench.station.snapshot())


def in_session() -> Bench:
    """The supervisor signed with both components: the secret is enough now."""
    bench = labelled()
    bench.touch("sign_out")
    bench.badge_in("ben")
    bench.supervisor()
    session = bench.desk.snapshot.session
    assert session is not None
    assert session.signed
    return bench


@pytest.mark.covers("T33", "P11-300d")
def test_a_locked_person_signs_nothing_with_the_secret_alone() -> None:
    bench = in_session()
    known = len(signatures(bench))
    locked_out(bench)
    state = bench.desk.snapshot.state
    assert state is not None
    wanted = signing.for_release(bench.desk.snapshot.position, "rejected", "x", root_of(state))
    bench.desk.start_signing(replace(wanted, classes=(PersonnelClass.SUPERVISOR,)))
    assert bench.desk.ui.signer is None
    assert bench.desk.ui.problem is not None
    assert bench.desk.ui.problem.key == "refused-locked"
    session = bench.desk.snapshot.session
    assert session is not None
    unlocked: list[bool] = []
    bench.doors.unlock = lambda *_: unlocked.append(True)  # type: ignore[method-assign]
    signer = Signer(session.person, badge_of("ben"), scanned=False)
    bench.desk.set(signer=signer, pad=SECRETS["ben"])
    bench.desk.pad_done()
    assert unlocked == [], "the secret is not even tried"
    assert len(signatures(bench)) == known


@pytest.mark.covers("T33")
def test_the_station_itself_refuses_a_locked_signer() -> None:
    bench = labelled()
    bench.supervisor()
    bench.touch("sign_out")
    bench.badge_in("qi")
    bench.drain()
    for _ in range(MOST_WRONG):
        bench.station.refuse("qi", "wrong_secret", "en")
    state, session = bench.desk.snapshot.state, bench.desk.snapshot.session
    assert state is not None
    assert session is not None
    key = open_key(session.person, badge_of("qi"), SECRETS["qi"])
    assert key is not None
    at = bench.desk.snapshot.position
    wanted = signing.for_release(at, "rejected", "x", root_of(state))
    by = Signing(session.person, key, ("badge", "secret"))
    assert bench.station.sign(wanted, "text", by, "en").what == "locked"
    assert not any(isinstance(one.entry, ReleaseDecided) for one in bench.station.records._all)


def test_the_judge_is_asked_with_the_components_there_are() -> None:
    bench = labelled()
    bench.touch("sign_out")
    bench.badge_in("ben")
    wanted = signing.for_step(bench.desk.snapshot)
    session = bench.desk.snapshot.session
    assert wanted is not None
    assert session is not None
    ask = bench.station.would
    assert ask(wanted, session.person, "en", ("badge", "secret")).passed
    alone = ask(wanted, session.person, "en", ("secret",))
    assert [one.code for one in alone.reasons] == ["components-missing"]


def test_a_signature_that_does_not_count_is_not_shown_as_one() -> None:
    bench = labelled()
    real = bench.station._signed

    def cut(*given: object) -> Signed:
        return msgspec.structs.replace(real(*given), components=())  # type: ignore[arg-type]

    bench.touch("sign")
    bench.scan(badge_of("ben"))
    bench.keys(SECRETS["ben"])
    bench.station._signed = cut  # type: ignore[method-assign, assignment]
    bench.keys(SECRETS["ben"])
    note = bench.desk.ui.note
    assert note is not None
    assert (note.mark, note.key) == (Mark.FAIL, "signed-not-counted")
    assert note.text is not None
    assert "badge" in note.text.en


@pytest.mark.covers("P11-70")
def test_records_that_came_while_a_decision_was_read_are_shown_before_it_is_signed() -> None:
    bench = labelled()
    bench.supervisor()
    bench.touch("sign_out")
    bench.badge_in("qi")
    bench.drain()
    bench.touch("overview")
    bench.touch("release")
    bench.touch("release", decision="rejected")
    bench.touch("choose_reason", reason="lot-damaged")
    bench.scan(badge_of("qi"))
    bench.keys(SECRETS["qi"])  # accountability
    stage = bench.frame.stage
    assert isinstance(stage, SignStage)
    before = stage.text
    act = Act(bench.desk.snapshot.position, "en")
    bench.station.unexpected(act, Scan(raw="00", source="scanner"))  # not shown yet
    bench.keys(SECRETS["qi"])
    stage = bench.frame.stage
    assert isinstance(stage, SignStage)
    assert stage.text != before
    assert stage.problem is not None
    assert stage.problem.mark is Mark.WARN
    state = bench.desk.snapshot.state
    assert state is not None
    assert not state.closed
    bench.scan(badge_of("qi"))
    bench.keys(SECRETS["qi"])
    state = bench.desk.snapshot.state
    assert state is not None
    assert state.decision == "rejected"
