"""A label's result: recorded after it, asked about when unknown; and labels nobody can show."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from devices.commands import PrintLabel
from devices.kinds import Answered, Faulted, Printed
from forms import codec
from forms.entries import LabelAccounted, LabelPrinted, LabelResult
from forms.labels import doubtful, reconciled
from forms.masters import LabelStep, design_of
from sync.sqlite import open_database
from terminal.desk_labels import DeskLabels
from terminal.views import ChooseStage, Mark, StepStage
from tests.contracts.source import ROOT
from tests.terminal.documents import SECRETS
from tests.terminal.plant import Bench
from tests.terminal.test_labels import bench, command, printed

__all__ = ["bench"]


def results(bench: Bench) -> list[LabelResult]:
    entries = (r.entry for r in bench.station.records._all)
    return [entry for entry in entries if isinstance(entry, LabelResult)]


def fates(bench: Bench) -> list[str]:
    entries = (r.entry for r in bench.station.records._all)
    return [entry.fate for entry in entries if isinstance(entry, LabelAccounted)]


def fail(bench: Bench, code: str, kind: str) -> None:
    """The printer answers with a fault."""
    fault = Faulted(name="printer", code=code, kind=kind, instrument="PRN")  # type: ignore[arg-type]
    bench.desk.event(Answered(name="printer", id=command(bench).id, fault=fault))


def offered(bench: Bench) -> set[str]:
    return {action.intent for action in bench.frame.actions if action.enabled}


@pytest.mark.covers("F63", "UDI-PRINT")
def test_the_record_names_what_will_be_printed_and_then_what_came_of_it(bench: Bench) -> None:
    bench.touch("print_label")
    (entry,), label = printed(bench), command(bench).label
    step = bench.station.step()
    assert isinstance(step, LabelStep)
    assert entry.design == codec.digest(design_of(step))
    assert entry.payload == label.digest()
    assert results(bench) == []
    bench.answer()
    (result,) = results(bench)
    assert (result.result, result.where, result.sent) == ("printed", "x", "0" * 64)
    assert bench.kinds()[-2:] == ["label.printed", "label.result"]
    bench.desk.event(Answered(name="printer", id="another"))
    assert len(results(bench)) == 1


@pytest.mark.covers("QMSR-45a")
def test_the_label_to_come_is_seen_before_it_is_printed(bench: Bench) -> None:
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert stage.image.startswith(b"\x89PNG")
    act = bench.desk.act()
    assert bench.station.preview_label(act) == stage.image
    bench.touch("print_label")
    bench.answer()
    assert bench.station.preview_label(act) == b"", "a stale act draws nothing"
    shown = bench.frame.stage
    assert isinstance(shown, StepStage)
    assert shown.image != stage.image, "what was printed, not what might be"


@pytest.mark.covers("F63")
def test_a_label_that_was_not_printed_is_printed_again_without_a_question(bench: Bench) -> None:
    first = bench.frame.stage.image  # type: ignore[union-attr]
    bench.touch("print_label")
    fail(bench, "printer-not-ready", "transient")
    assert [r.result for r in results(bench)] == ["failed"]
    assert "read_label" not in offered(bench)
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert stage.image.startswith(b"\x89PNG")
    assert stage.image != first, "the copy to come, with its mark"
    bench.touch("print_label")
    bench.answer()
    assert [(e.copy, e.reason) for e in printed(bench)] == [(1, ""), (2, "No label came out")]
    bench.read_label()
    assert bench.mark is Mark.PASS
    state = bench.station.state()
    assert state is not None
    assert reconciled(state).issued == 1


@pytest.mark.covers("F63")
@pytest.mark.parametrize("came_out", [True, False])
@pytest.mark.parametrize(
    ("code", "kind"), [("print-unknown", "ambiguous"), ("instruments-restarted", "transient")]
)
def test_an_unknown_result_is_settled_by_looking(
    bench: Bench, code: str, kind: str, came_out: bool
) -> None:
    bench.touch("print_label")
    fail(bench, code, kind)
    assert [r.result for r in results(bench)] == ["unknown"]
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert stage.source.startswith("Nobody knows whether this label came out")
    assert offered(bench) == {"label_absent", "overview", "read_label"}
    bench.touch("print_label")
    assert len(printed(bench)) == 1, "first look, then print"
    if came_out:
        bench.read_label()
    else:
        bench.touch("label_absent")
        assert fates(bench) == ["absent"]
        bench.touch("print_label")
        bench.answer()
        bench.read_label()
    assert bench.mark is Mark.PASS


@pytest.mark.covers("F63")
def test_the_late_answer_of_a_first_print_is_kept_beside_the_second(bench: Bench) -> None:
    bench.touch("print_label")
    slow = command(bench)
    bench.scan("a code that nobody asked for")  # its record ends the wait for the printer
    bench.touch("next")
    bench.touch("label_absent")
    bench.touch("print_label")
    second = command(bench)
    assert slow.id != second.id
    for one in (slow, second):
        done = Printed(png=b"", where="x", sha256="0" * 64)
        bench.desk.event(Answered(name="printer", id=one.id, printed=done))
    assert [one.result for one in results(bench)] == ["printed", "printed"]


KILLED = """
import os, signal, sys
from sync.sqlite import open_database
from tests.terminal.plant import Bench

bench = Bench(open_database(sys.argv[1]))
bench.begin(); bench.kit(); bench.check()
bench.doors.send = lambda command: os.kill(os.getpid(), signal.SIGKILL)
bench.touch("print_label")
"""


@pytest.mark.covers("F63", "F18")
def test_killed_between_record_and_result_the_next_start_asks(tmp_path: Path) -> None:
    """SIGKILL as the label leaves for the printer: nobody knows, and the screen says so."""
    file = tmp_path / "station.db"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(file)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    database = open_database(str(file))
    bench = Bench(database)
    assert bench.kinds()[-2:] == ["label.printed", "session.closed"]
    assert results(bench) == []
    bench.begin()
    state = bench.station.state()
    assert state is not None
    assert doubtful(state, "0001")
    assert offered(bench) == {"label_absent", "overview", "read_label"}
    bench.touch("label_absent")
    bench.touch("print_label")
    bench.answer()
    bench.read_label()
    assert bench.mark is Mark.PASS
    database.close()


@pytest.mark.covers("QMSR-45c")
def test_a_reprint_says_where_the_copy_before_is(bench: Bench) -> None:
    bench.touch("print_label")
    bench.answer()
    bench.touch("print_label")
    bench.touch("choose_reason", reason="label-damaged")
    bench.answer()
    bench.read_label()
    assert fates(bench) == ["spoiled"]
    state = bench.station.state()
    assert state is not None
    count = reconciled(state)
    assert (count.issued, count.used, count.spoiled, count.missing) == (2, 1, 1, ())


def test_a_test_label_is_never_shown_as_a_units(bench: Bench) -> None:
    bench.touch("print_label")
    bench.answer()
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    bench.touch("rig")
    bench.touch("check", instrument="printer")
    printed_test = Printed(png=b"a test label", where="x", sha256="0" * 64)
    bench.desk.event(Answered(name="printer", id=command(bench).id, printed=printed_test))
    assert bench.frame.stage.image == b"a test label"  # type: ignore[union-attr]
    bench.touch("overview")
    while bench.name != "step-label":
        assert bench.name in {"check", "rig", "overview"}
        bench.touch("back")
    assert bench.frame.stage.image == stage.image  # type: ignore[union-attr]


def lost() -> Bench:
    """A lot of two with one label lost on the way; all units are made."""
    bench = Bench()
    bench.begin()
    bench.kit()
    bench.check()
    bench.touch("print_label")
    bench.answer()
    bench.touch("print_label")
    bench.touch("choose_reason", reason="label-lost")
    bench.answer()
    bench.read_label()
    bench.settle()
    bench.touch("print_label")
    bench.answer()
    bench.read_label()
    bench.settle()
    bench.touch("overview")
    return bench


def ask(bench: Bench) -> ChooseStage:
    bench.touch("account_labels")
    assert isinstance(bench.frame.stage, ChooseStage)
    return bench.frame.stage


@pytest.mark.covers("QMSR-45c", "UDI-PRINT")
@pytest.mark.parametrize("fate", ["spoiled", "returned"])
def test_a_lost_label_is_found_again(fate: str) -> None:
    bench = lost()
    stage = ask(bench)
    assert "3 issued: 2 used, 0 spoiled, 0 returned, 1 missing" in stage.facts[0].value
    assert len(stage.choices) == 3
    bench.touch("label_found", fate=fate)
    assert fates(bench) == [fate]
    assert bench.name == "overview"
    assert "account_labels" not in offered(bench)


@pytest.mark.covers("QMSR-45c", "UDI-PRINT")
def test_a_label_that_stays_lost_blocks_until_quality_signs_the_difference() -> None:
    bench = lost()
    ask(bench)
    bench.touch("accept_label")
    bench.touch("label_missing")
    bench.touch("label_missing")
    assert bench.kinds().count("nonconformity.raised") == 1
    stage = bench.frame.stage
    assert isinstance(stage, ChooseStage)
    assert len(stage.choices) == 2, "an operator cannot accept it"
    bench.touch("back")
    bench.touch("sign_out")
    bench.badge_in("qi")
    bench.touch("overview")
    assert len(ask(bench).choices) == 3
    bench.touch("accept_label")
    assert bench.name == "reason"
    bench.touch("choose_reason", reason="label-searched")
    assert bench.name == "sign"
    bench.badge_in("qi")
    bench.keys(SECRETS["qi"])
    state = bench.station.state()
    assert state is not None
    assert reconciled(state).unexplained == ()
    assert bench.kinds()[-2:] == ["disposition.decided", "signed"]
    assert not state.findings, "where a label is begins no operation"


@pytest.mark.covers("QMSR-45c", "UDI-PRINT")
def test_a_label_found_after_it_was_reported_leaves_a_report_that_quality_closes() -> None:
    bench = lost()
    ask(bench)
    bench.touch("label_missing")
    bench.touch("label_found", fate="spoiled")
    state = bench.station.state()
    assert state is not None
    assert (reconciled(state).missing, len(state.open_nonconformities)) == ((), 1)
    assert isinstance(bench.frame.stage, ChooseStage)
    assert bench.frame.stage.choices == (), "an operator cannot close it"
    bench.touch("back")
    bench.touch("sign_out")
    bench.badge_in("qi")
    bench.touch("overview")
    assert [choice.intent for choice in ask(bench).choices] == ["accept_label"]
    bench.touch("accept_label")
    assert bench.name == "sign"
    bench.badge_in("qi")
    bench.keys(SECRETS["qi"])
    state = bench.station.state()
    assert state is not None
    assert state.open_nonconformities == ()
    bench.touch("overview")
    assert "account_labels" not in offered(bench)


def test_a_print_needs_a_label_step_and_a_printer() -> None:
    bench = Bench()
    bench.begin()
    count = len(bench.doors.commands)
    desk = bench.desk
    assert isinstance(desk, DeskLabels)
    desk.do_print_label(None)  # type: ignore[arg-type]
    desk.do_label_absent(None)  # type: ignore[arg-type]
    desk.do_label_missing(None)  # type: ignore[arg-type]
    assert len(bench.doors.commands) == count
    assert not [c for c in bench.doors.commands if isinstance(c, PrintLabel)]
    assert not any(isinstance(r.entry, LabelPrinted) for r in bench.station.records._all)
