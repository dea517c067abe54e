"""Labels: recorded before printed, read back byte for byte, copies only with a reason."""

from __future__ import annotations

import pytest

from devices.commands import PrintLabel, ReadLabel
from devices.kinds import Answered, CodeRead, Faulted
from forms.entries import CodeUnexpected, LabelPrinted, LabelRead
from forms.identifiers import AIM_OF, raw_string
from terminal.views import BlockedStage, Mark, StepStage
from tests.terminal.plant import Bench


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.begin()
    bench.kit()
    bench.check()
    return bench


def printed(bench: Bench) -> list[LabelPrinted]:
    entries = (r.entry for r in bench.station.records._all)
    return [entry for entry in entries if isinstance(entry, LabelPrinted)]


def command(bench: Bench) -> PrintLabel:
    return next(c for c in reversed(bench.doors.commands) if isinstance(c, PrintLabel))


def entry_index(bench: Bench) -> int:
    """The index of the newest label's record: the size of the log before it."""
    return next(
        r.index for r in reversed(bench.station.records._all) if isinstance(r.entry, LabelPrinted)
    )


@pytest.mark.covers("F63")
def test_a_label_is_recorded_before_it_is_printed(bench: Bench) -> None:
    bench.doors.commands.clear()
    bench.touch("print_label")
    (entry,) = printed(bench)
    label = command(bench).label
    assert label.content == entry.content
    assert label.log_mark == entry.log_mark
    assert (
        entry.log_mark
        == f"{entry_index(bench)}:{bench.journal.root_at(entry_index(bench)).hex()[:8]}"
    )
    bench.touch("print_label")
    bench.touch("read_label")
    assert len(bench.doors.commands) == 1, "while it prints there is nothing to touch"
    bench.answer()
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert stage.image
    assert stage.sample.startswith("Unit 1 of 2")


@pytest.mark.covers("UDI-PRINT")
@pytest.mark.parametrize("symbology", ["gs1-128", "gs1-qr"])
def test_a_label_is_printed_and_read_in_the_symbology_of_its_step(symbology: str) -> None:
    bench = Bench(units=1, symbology=symbology)
    bench.begin()
    bench.kit()
    bench.check()
    bench.touch("print_label")
    bench.answer()
    label = command(bench).label
    assert label.symbology == symbology
    read = raw_string(label.content).decode()
    marks = []
    for aim in ("]d2", AIM_OF[symbology]):
        bench.touch("back")
        bench.wait(2)
        bench.scan(read, aim)
        marks.append(bench.mark)
    assert marks == [Mark.FAIL, Mark.PASS]


def test_another_copy_needs_a_reason_and_says_so(bench: Bench) -> None:
    bench.touch("print_label")
    bench.answer()
    bench.touch("print_label")
    assert bench.name == "reason"
    assert len(printed(bench)) == 1
    bench.touch("choose_reason", reason="label-damaged")
    bench.answer()
    first, second = printed(bench)
    assert (first.copy, second.copy) == (1, 2)
    assert second.reason == "The label is damaged"
    assert command(bench).label.copy == 2


def test_a_label_of_another_unit_is_refused(bench: Bench) -> None:
    bench.touch("print_label")
    bench.answer()
    other = raw_string(command(bench).label.content).replace(b"0001", b"0002")
    bench.scan(other.decode(), "]d2")
    assert isinstance(bench.frame.stage, BlockedStage)
    bench.touch("next")
    bench.read_label()
    assert bench.mark is Mark.PASS
    reads = [r.entry for r in bench.station.records._all if isinstance(r.entry, LabelRead)]
    assert len(reads) == 2
    assert bench.kinds().count("material.produced") == 1


def test_the_camera_can_read_it_too(bench: Bench) -> None:
    bench.touch("print_label")
    bench.answer()
    raw = raw_string(command(bench).label.content)
    bench.touch("read_label")
    asked = bench.doors.commands[-1]
    assert isinstance(asked, ReadLabel)
    code = CodeRead(name="camera", raw=raw, symbology="]d2", source="camera", instrument="CAM")
    bench.desk.event(Answered(name="camera", id=asked.id, codes=(code,)))
    assert bench.mark is Mark.PASS


@pytest.mark.covers("F60")
def test_of_what_the_camera_sees_one_code_counts_at_most(bench: Bench) -> None:
    """Another product's EAN, a command card, another unit's label, somebody's badge."""
    bench.touch("print_label")
    bench.answer()
    raw = raw_string(command(bench).label.content)
    seen = [
        (b"4006381333931", "]E0"),
        (b"LB:DO:lock", "]C0"),
        (b"LB:ID:HANGS-THERE", "]C0"),
        (raw.replace(b"0001", b"0002"), "]d2"),
        (raw, "]d2"),
    ]
    bench.touch("read_label")
    asked = bench.doors.commands[-1]
    assert isinstance(asked, ReadLabel)
    assert asked.symbology == "]d2"
    codes = tuple(
        CodeRead(name="camera", raw=each, symbology=aim, source="camera", instrument="CAM")
        for each, aim in seen
    )
    bench.desk.event(Answered(name="camera", id=asked.id, codes=codes))
    kinds = bench.kinds()
    assert kinds.count("label.read") == 1
    assert kinds.count("material.produced") == 1
    assert kinds.count("code.unexpected") == 3
    kept = [r.entry.scan.raw for r in bench.station.records._all
            if isinstance(r.entry, CodeUnexpected)]  # fmt: skip
    assert b"LB:ID:HANGS-THERE".hex() not in kept, "half of a signature is kept nowhere"


def test_a_camera_that_sees_only_what_is_unknown_changes_nothing(bench: Bench) -> None:
    bench.touch("print_label")
    bench.answer()
    bench.touch("read_label")
    code = CodeRead(name="camera", raw=b"4006381333931", symbology="]E0", source="camera")
    bench.desk.event(Answered(name="camera", id=bench.doors.commands[-1].id, codes=(code,)))
    assert bench.kinds()[-1] == "code.unexpected"
    assert bench.name == "step-label"


def test_a_camera_that_sees_nothing_says_so(bench: Bench) -> None:
    bench.touch("print_label")
    bench.answer()
    bench.touch("read_label")
    bench.desk.event(Answered(name="camera", id=bench.doors.commands[-1].id))
    assert bench.frame.notice is not None
    assert bench.name == "step-label"


@pytest.mark.covers("F63")
def test_a_printer_that_did_not_answer_leaves_it_to_the_read_back(bench: Bench) -> None:
    bench.touch("print_label")
    fault = Faulted(name="printer", code="print-unknown", kind="ambiguous", instrument="PRN")
    bench.desk.event(Answered(name="printer", id=command(bench).id, fault=fault))
    assert bench.kinds()[-1] == "instrument.faulted"
    assert bench.frame.notice is not None
    bench.read_label()
    assert bench.mark is Mark.PASS


def test_a_scan_before_any_label_is_unexpected(bench: Bench) -> None:
    bench.scan("0109506000151007", "]d2")
    assert bench.kinds()[-1] == "code.unexpected"


def test_a_station_without_printer_says_so(bench: Bench) -> None:
    bench.desk.live = type(bench.desk.live)(classes={"scanner": "scanner"})
    bench.touch("print_label")
    assert bench.frame.notice is not None
    assert bench.frame.notice.mark is Mark.FAIL


def test_a_result_ends_the_question_for_another_copy(bench: Bench) -> None:
    bench.touch("print_label")
    bench.answer()
    bench.touch("print_label")
    assert bench.name == "reason"
    bench.read_label()
    assert bench.name == "step-label"
    assert bench.frame.stage.verdict is not None  # type: ignore[union-attr]
    assert bench.mark is Mark.PASS
    bench.settle()
    assert bench.name == "step-label"
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert stage.sample.startswith("Unit 2 of 2")
