"""Power cuts, interruptions, faults of the disk: the same step comes back, nothing is claimed."""

from __future__ import annotations

import pytest

from forms.codec import canonical
from sync.faults import FAULTS, Fault
from sync.keys import TestSigner
from sync.signed_pack import seal_pack
from terminal.capture import Act
from terminal.views import Mark, MessageStage
from tests.terminal.documents import GOOD_LOT, SECRETS, badge_of, make_pack
from tests.terminal.plant import Bench


def cut(bench: Bench) -> None:
    """The power goes and comes back; the operator signs in again."""
    before = bench.desk.snapshot
    bench.restart()
    bench.badge_in("ana")
    after = bench.desk.snapshot
    assert after.position == before.position
    assert after.state == before.state or after.state is not None
    assert after.counted.saved >= before.counted.saved


@pytest.mark.covers("F53", "T05")
def test_a_power_cut_at_every_step_brings_back_the_same_step() -> None:
    bench = Bench()
    bench.begin()
    bench.touch("confirm", answer="yes")
    cut(bench)
    bench.lot(GOOD_LOT)
    cut(bench)
    bench.weigh("0.612")
    bench.touch("accept_reading")
    cut(bench)
    assert bench.name == "blocked"
    bench.touch("raise_nonconformity")
    cut(bench)
    assert bench.name == "nonconformity"
    bench.touch("decide", disposition="rework")
    bench.touch("choose_reason", reason="process-repeated")
    bench.scan(badge_of("ben"))
    bench.keys(SECRETS["ben"])
    cut(bench)
    assert bench.name == "nonconformity"
    bench.touch("decide", disposition="rework")
    bench.touch("choose_reason", reason="process-repeated")
    bench.scan(badge_of("ben"))
    bench.keys(SECRETS["ben"])
    cut(bench)
    bench.check()
    bench.touch("print_label")
    cut(bench)
    bench.touch("label_absent")
    cut(bench)
    bench.touch("print_label")
    bench.answer()
    cut(bench)
    bench.touch("print_label")
    assert bench.name == "reason", "another copy needs a reason"
    bench.touch("choose_reason", reason="label-damaged")
    bench.answer()
    bench.read_label()
    cut(bench)
    assert bench.desk.snapshot.position.sample == "0002"


def _nothing(act: Act) -> None:
    """The power goes just here."""


def test_a_cut_between_scan_and_consumption_is_healed() -> None:
    bench = Bench()
    bench.begin()
    bench.touch("confirm", answer="yes")
    bench.settle()
    bench.station.carry_on = _nothing  # type: ignore[method-assign]
    bench.lot(GOOD_LOT)
    assert "material.consumed" not in bench.kinds()
    bench.restart()
    bench.begin()
    assert bench.kinds().count("material.consumed") == 1
    assert bench.desk.snapshot.position.step == "WEIGH"


@pytest.mark.covers("F07")
def test_a_full_disk_is_said_and_nothing_is_shown_as_saved() -> None:
    bench = Bench()
    bench.begin()
    saved = bench.frame.strip.saved
    bench.doors.broken = Fault("disk-full")
    bench.touch("confirm", answer="yes")
    notice = bench.frame.notice
    assert notice is not None
    assert notice.mark is Mark.FAIL
    assert "NOT saved" in notice.word
    assert notice.detail == FAULTS["disk-full"].en
    assert bench.frame.strip.saved == saved
    assert bench.name == "step-confirm"
    bench.touch("language")
    assert bench.frame.notice is not None
    assert bench.frame.notice.detail == FAULTS["disk-full"].zh_CN
    bench.doors.broken = None
    bench.touch("confirm", answer="yes")
    assert bench.mark is Mark.PASS


@pytest.mark.parametrize("code", ["database-corrupt", "journal-rolled-back", "journal-damaged"])
def test_a_damaged_log_stops_the_terminal_with_words(code: str) -> None:
    bench = Bench()
    bench.begin()
    bench.doors.broken = Fault(code)
    bench.touch("confirm", answer="yes")
    stage = bench.frame.stage
    assert isinstance(stage, MessageStage)
    assert stage.code == code
    assert FAULTS[code].en in stage.lines
    bench.touch("confirm", answer="yes")
    assert bench.name == "rescue"


@pytest.mark.covers("F17")
def test_a_terminal_that_cannot_start_says_why_in_both_languages() -> None:
    bench = Bench()
    bench.desk.started(Fault("database-in-use"))
    stage = bench.frame.stage
    assert isinstance(stage, MessageStage)
    assert FAULTS["database-in-use"].en in stage.lines
    bench.touch("language")
    stage = bench.frame.stage
    assert isinstance(stage, MessageStage)
    assert FAULTS["database-in-use"].zh_CN in stage.lines


def test_any_fault_at_the_start_stops_it() -> None:
    bench = Bench()
    bench.desk.started(Fault("disk-full"))
    assert bench.name == "rescue"


def said(bench: Bench) -> str:
    """The line over the actions."""
    notice = bench.frame.notice
    return notice.word if notice else ""


@pytest.mark.covers("F15")
def test_a_slow_disk_says_saving_and_takes_no_second_touch() -> None:
    bench = Bench()
    bench.begin()
    bench.doors.held = []
    bench.touch("confirm", answer="yes")
    bench.touch("confirm", answer="yes")
    assert len(bench.doors.held) == 1
    assert said(bench) == ""
    bench.wait(0.3)
    assert said(bench) == "Saving …"
    bench.lot(GOOD_LOT)
    held, bench.doors.held = bench.doors.held, None
    held[0]()
    assert bench.kinds().count("confirmed") == 1
    assert bench.kinds()[-1] == "material.consumed", "the scan waited and was taken"


def test_too_many_scans_while_saving_are_refused_aloud() -> None:
    bench = Bench()
    bench.begin()
    bench.doors.held = []
    bench.touch("confirm", answer="yes")
    for number in range(30):
        bench.scan(f"code {number}")
    assert bench.desk.ui.note is not None
    assert bench.desk.ui.note.key == "too-fast"


def test_an_unreadable_pack_leaves_the_old_one_in_force_and_says_so() -> None:
    bench = Bench()
    pack = make_pack(2)
    sealed = seal_pack(b"not a pack", 2, pack.issued_at, pack.expires_at, bench.server_key)
    with pytest.raises(Fault):
        bench.station.packs.accept(sealed)
    bench.desk.refreshed(bench.station.refresh().snapshot)
    assert bench.desk.snapshot.pack_problem == "pack-unreadable"
    assert bench.frame.notice is not None
    assert bench.frame.notice.mark is Mark.WARN
    assert bench.desk.snapshot.pack is not None
    assert bench.desk.snapshot.pack.number == 1


def test_a_pack_of_another_server_is_refused_with_words() -> None:
    bench = Bench()
    pack = make_pack(2)
    stranger = TestSigner("another.server/S1/log", "stranger")
    content = canonical(pack)
    with pytest.raises(Fault):
        bench.station.packs.accept(seal_pack(content, 2, pack.issued_at, pack.expires_at, stranger))
    bench.desk.refreshed(bench.station.refresh().snapshot)
    assert bench.desk.snapshot.pack_problem == "pack-not-signed"
    assert bench.frame.notice is not None
    assert bench.frame.notice.detail == FAULTS["pack-not-signed"].en


@pytest.mark.covers("F13")
def test_a_record_that_rots_while_it_runs_stops_the_station_in_words() -> None:
    bench = Bench()
    bench.begin()
    with bench.database.write() as connection:
        connection.execute("DROP TRIGGER entry_fixed")
        connection.execute("UPDATE entry SET data = zeroblob(9) WHERE idx = 1")
    with pytest.raises(Fault, match="journal-damaged") as found:
        bench.station.refresh()
    bench.desk.failed(found.value)
    bench.desk.show()
    assert bench.name == "rescue"
