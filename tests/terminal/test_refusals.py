"""What is offered and refused: kept, shown with its rule, without effect."""

from __future__ import annotations

import pytest

from devices.kinds import CodeRead, Faulted
from forms.entries import CodeUnexpected, InstrumentFaulted, LotIdentified
from terminal.views import BlockedStage, Mark, StepStage
from tests.terminal.documents import GOOD_LOT, OLD_LOT, TUBE_GTIN, badge_of
from tests.terminal.plant import Bench


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.begin()
    return bench


def at_tube(bench: Bench) -> None:
    bench.touch("confirm", answer="yes")
    bench.settle()


@pytest.mark.covers("F60", "T17", "T19")
@pytest.mark.parametrize(
    ("tail", "aim", "said", "cure"),
    [
        ("10T1" + "15261231", "]d2", ("separator", "分隔符丢失"), "FNC1"),
        ("10T1<GS>15261231", "]d2", ("as words", "替换成文字"), "0x1D"),
        ("10T1", "", ("symbology", "码制标识"), "AIM"),
        ("3712", "]d2", ("exclude one another", "互斥"), "label"),
    ],
)
def test_a_code_that_cannot_be_trusted_says_why_and_what_to_do(
    bench: Bench, tail: str, aim: str, said: tuple[str, str], cure: str
) -> None:
    at_tube(bench)
    bench.scan(f"01{TUBE_GTIN}{tail}", aim)
    stage = bench.frame.stage
    assert isinstance(stage, BlockedStage)
    assert said[0] in stage.rule
    assert cure in stage.meanwhile
    bench.touch("language")
    stage = bench.frame.stage
    assert isinstance(stage, BlockedStage)
    assert said[1] in stage.rule
    assert bench.kinds().count("material.consumed") == 0


@pytest.mark.covers("T01")
def test_an_expired_lot_is_refused_kept_and_another_one_taken(bench: Bench) -> None:
    at_tube(bench)
    bench.lot(OLD_LOT, "240131")
    stage = bench.frame.stage
    assert isinstance(stage, BlockedStage)
    assert "expired" in stage.rule
    assert stage.source
    assert stage.meanwhile
    assert any(OLD_LOT in fact.value for fact in stage.known)
    assert bench.frame.sound is Mark.FAIL
    bench.wait(60)
    assert bench.name == "blocked", "a fail stays until a person chooses"
    bench.touch("next")
    assert bench.name == "step-identify"
    bench.lot(GOOD_LOT)
    assert bench.mark is Mark.PASS
    assert bench.kinds().count("lot.identified") == 2
    assert bench.kinds().count("material.consumed") == 1
    state = bench.desk.snapshot.state
    assert state is not None
    assert len(state.findings) == 1


def test_a_good_lot_may_be_scanned_straight_from_the_blocked_screen(bench: Bench) -> None:
    at_tube(bench)
    bench.lot(OLD_LOT, "240131")
    bench.lot(GOOD_LOT)
    assert bench.mark is Mark.PASS


@pytest.mark.covers("F60")
def test_a_double_fire_is_one_scan(bench: Bench) -> None:
    at_tube(bench)
    bench.lot(GOOD_LOT)
    bench.lot(GOOD_LOT)
    assert bench.kinds().count("lot.identified") == 1
    assert bench.kinds()[-1] == "code.unexpected"
    bench.settle()
    assert bench.name == "step-measure"


def test_a_code_nobody_asked_for_is_kept_and_changes_nothing(bench: Bench) -> None:
    before = bench.desk.snapshot.position
    bench.scan("]C1 0123", "")
    assert bench.kinds()[-1] == "code.unexpected"
    assert bench.desk.snapshot.position == before
    assert bench.frame.notice is not None
    assert bench.frame.notice.mark is Mark.INFO
    state = bench.desk.snapshot.state
    assert state is not None
    entry = state.records[-1].entry
    assert isinstance(entry, CodeUnexpected)
    assert bytes.fromhex(entry.scan.raw) == b"]C1 0123"


def test_a_code_is_kept_even_with_nobody_signed_in() -> None:
    bench = Bench()
    bench.lot(GOOD_LOT)
    assert bench.kinds() == ["code.unexpected"]
    assert bench.name == "sign-in"


@pytest.mark.covers("T03")
def test_a_badge_is_never_written_down_where_none_is_asked_for(bench: Bench) -> None:
    before = bench.kinds()
    bench.scan(badge_of("ben"))
    assert bench.kinds() == before
    assert bench.frame.notice is not None
    assert bench.desk.snapshot.session is not None
    assert bench.desk.snapshot.session.person.id == "ana"


@pytest.mark.covers("T17")
@pytest.mark.parametrize(
    "hostile",
    [
        "LB:DO:nothing",
        "LB:DO:sign_out:why=a\nb",
        "LB:KEY:F4",
        "LB:DO:",
        "'; DROP TABLE entry",
        "\x02",
    ],
)
def test_hostile_codes_do_nothing(bench: Bench, hostile: str) -> None:
    before = bench.desk.snapshot.position
    bench.scan(hostile, "")
    assert bench.desk.snapshot.position == before
    assert bench.desk.snapshot.session is not None


@pytest.mark.covers("T06")
def test_a_wedge_scan_says_that_it_came_by_keyboard(bench: Bench) -> None:
    at_tube(bench)
    raw = f"01{TUBE_GTIN}1727013110{GOOD_LOT}".encode()
    bench.desk.event(CodeRead(name="wedge", raw=raw, symbology="]d2", source="wedge"))
    state = bench.desk.snapshot.state
    assert state is not None
    entry = next(j.entry for j in state.records if isinstance(j.entry, LotIdentified))
    assert entry.scan.source == "wedge"


def test_everything_can_be_done_by_command_codes(bench: Bench) -> None:
    bench.scan("LB:DO:confirm:answer=yes")
    assert bench.mark is Mark.PASS
    for action in bench.frame.actions:
        assert action.command.startswith("LB:DO:")
    bench.settle()
    bench.scan("LB:DO:overview")
    assert bench.name == "overview"
    bench.scan("LB:DO:back")
    assert bench.name == "step-identify"
    bench.scan("LB:DO:help")
    assert bench.name == "help"
    bench.scan("LB:DO:help")
    bench.scan("LB:DO:language")
    assert bench.frame.language == "zh_CN"


def test_a_denied_statement_is_kept_and_asked_again(bench: Bench) -> None:
    bench.touch("confirm", answer="no")
    assert bench.name == "blocked"
    bench.touch("confirm", answer="yes")
    assert bench.name == "blocked"
    bench.touch("next")
    bench.touch("confirm", answer="yes")
    assert bench.mark is Mark.PASS
    assert bench.kinds().count("confirmed") == 2


@pytest.mark.covers("P11-10f")
def test_a_code_for_what_the_screen_does_not_offer_does_nothing(bench: Bench) -> None:
    before = bench.kinds()
    for code in (
        "LB:DO:release:decision=released",
        "LB:DO:sign",
        "LB:DO:decide:disposition=scrap",
        "LB:DO:choose_reason:reason=label-damaged",
        "LB:DO:inspect:outcome=pass",
        "LB:DO:print_label",
        "LB:DO:confirm:answer=maybe",
        "LB:KEY:OK",
    ):
        bench.scan(code)
        assert bench.name == "step-confirm"
    assert bench.kinds() == before


@pytest.mark.covers("P11-10i")
def test_who_may_not_work_here_is_told_why() -> None:
    bench = Bench()
    bench.badge_in("qi")
    bench.touch("open_job", job_order="JO-1")
    assert bench.name == "blocked"
    stage = bench.frame.stage
    assert isinstance(stage, BlockedStage)
    assert "Qi" in stage.rule
    bench.touch("confirm", answer="yes")
    assert bench.desk.snapshot.position.step == "CLEAR"


def test_the_answer_shows_what_was_read(bench: Bench) -> None:
    at_tube(bench)
    bench.lot(GOOD_LOT)
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    values = {fact.value for fact in stage.facts}
    assert {GOOD_LOT, TUBE_GTIN, "2027-01-31"} <= values


@pytest.mark.covers("F60", "F69")
def test_a_fault_of_a_keyboard_scanner_is_said_and_kept(bench: Bench) -> None:
    bench.desk.event(Faulted(name="wedge", code="scan-caps-lock", kind="permanent", raw=b"x"))
    notice = bench.frame.notice
    assert notice is not None
    assert notice.word.startswith("Keyboard scanner")
    assert "Caps Lock" in notice.detail
    assert bench.kinds()[-1] == "instrument.faulted"


@pytest.mark.covers("T03", "T36")
@pytest.mark.parametrize("raw", [b"LB:ID:SECRET", b"]C0lb:id:secret\r", b"x"])
def test_a_badge_that_came_in_a_wrong_frame_is_in_no_record(bench: Bench, raw: bytes) -> None:
    bench.desk.event(Faulted(name="scanner", code="scan-prefix", kind="permanent", raw=raw))
    entry = bench.station.records._all[-1].entry
    assert isinstance(entry, InstrumentFaulted)
    assert entry.detail == ("" if b":" in raw else raw.hex())


@pytest.mark.covers("F60")
def test_a_command_or_badge_fired_twice_or_by_two_channels_is_done_once() -> None:
    bench = Bench()

    def scan(name: str, text: str, *, repeat: bool = False) -> None:
        raw = text.encode()
        bench.desk.event(CodeRead(name=name, raw=raw, symbology="]C0", repeat=repeat))

    scan("scanner", badge_of("ana"))
    for digit in "11":  # the same key twice by the same scanner is two keys
        scan("scanner", f"LB:KEY:{digit}")
        scan("scanner", f"LB:KEY:{digit}", repeat=True)
        scan("wedge", f"LB:KEY:{digit}")
        scan("wedge", badge_of("bo"), repeat=True)
    assert bench.desk.ui.pad == "11"
    assert bench.desk.ui.signer is not None


@pytest.mark.covers("F60")
def test_one_lot_by_two_channels_at_once_is_identified_once(bench: Bench) -> None:
    at_tube(bench)
    raw = f"01{TUBE_GTIN}1727013110{GOOD_LOT}".encode()
    for name in ("scanner", "wedge"):
        bench.desk.event(CodeRead(name=name, raw=raw, symbology="]d2"))
    bench.settle()
    shown = bench.frame
    bench.desk.event(CodeRead(name="scanner", raw=raw, symbology="]d2", repeat=True))
    after = bench.frame  # it is kept, and nothing is said
    assert (after.stage, after.notice) == (shown.stage, shown.notice)
    assert bench.kinds().count("lot.identified") == 1
    assert bench.kinds()[-2:] == ["code.unexpected", "code.unexpected"]
