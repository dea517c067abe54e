"""What a reviewer and an operator see: exceptions first, facts once, an honest clock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sync.clock import Stamp
from terminal import board
from terminal.signing import for_release, text_of
from terminal.views import Mark, OverviewStage, StepStage
from terminal.words import Words
from tests.terminal.plant import Bench

if TYPE_CHECKING:
    from terminal.views import Frame, RecordRow


def overview(bench: Bench, language: str = "en") -> OverviewStage:
    """The lot overview as it is now."""
    view = bench.desk.view()
    shown = replace(view, ui=replace(view.ui, screen="overview", language=language, answer=None))
    stage = board.compose(shown).stage
    assert isinstance(stage, OverviewStage)
    return stage


def first(stage: OverviewStage) -> tuple[RecordRow, ...]:
    """The rows of the first part, without its heading."""
    rows = stage.rows[1:]
    end = next((index for index, row in enumerate(rows) if row.heading), len(rows))
    return rows[:end]


def test_a_reviewer_sees_first_what_needs_a_look() -> None:
    bench = Bench()
    bench.begin()
    before = overview(bench)
    assert before.rows[0].heading
    assert before.rows[0].mark is Mark.PASS, "nothing to look at is said too"
    bench.kit()
    bench.scan("what is this", "]C0")
    bench.check()
    stage = overview(bench)
    looked = first(stage)
    assert stage.rows[0].value == str(len(looked))
    assert {row.word for row in looked} >= {"typed", "not asked for"}
    records = bench.desk.snapshot.states["JO-1"].records
    assert sum(not row.heading for row in stage.rows) == len(records), "no record is left out"
    assert all(row.word == "Good" for row in stage.rows[1 + len(looked) :] if not row.heading)
    assert stage.dated == "2026-03-02 · times +00:00"
    assert bench.frame.rail
    assert "Next: " in (stage.verdict.detail if stage.verdict else "")


def test_a_repeated_result_and_its_nonconformity_are_named() -> None:
    bench = Bench()
    bench.begin()
    bench.kit()
    bench.weigh("0.900")
    bench.touch("accept_reading")
    bench.touch("raise_nonconformity")
    kinds = [row.what for row in first(overview(bench))]
    assert kinds == ["Measured", "Nonconformity"]
    assert {row.mark for row in first(overview(bench))} == {Mark.FAIL, Mark.WARN}
    chinese = first(overview(bench, "zh_CN"))
    assert "超限" in chinese[1].word, "what failed is said in the reader's language"


def test_each_fact_of_a_passed_scan_stands_once() -> None:
    bench = Bench()
    bench.begin()
    bench.touch("confirm", answer="yes")
    bench.settle()
    bench.lot("T26-1")
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert stage.verdict is not None
    labels = [fact.label for fact in stage.facts]
    assert len(labels) == len(set(labels)), labels
    assert {"GTIN", "Lot", "Expiry"} <= set(labels)
    assert stage.source == "", "nothing is asked for any more"


def test_an_accepted_balance_reading_says_where_it_was_read() -> None:
    bench = Bench()
    bench.begin()
    bench.kit()
    bench.weigh("0.500")
    bench.touch("accept_reading")
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    assert stage.value == "0.500"
    assert stage.source == "Read from: Balance"
    assert stage.band is not None
    assert stage.band.value_at is not None


def clocked(stamp: Stamp | None) -> Frame:
    """A frame with the clock in this state."""
    bench = Bench()
    view = bench.desk.view()
    return board.compose(replace(view, snapshot=replace(view.snapshot, clock=stamp)))


def stamp(quality: str, age: int | None, offset: int | None) -> Stamp:
    """A stamp of this quality."""
    return Stamp("2026-03-02T08:00:00.000+00:00", 1, "boot", offset, age, quality)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "mark", "word"),
    [
        (None, Mark.WARN, "clock not checked yet"),
        (stamp("free", None, None), Mark.WARN, "clock not checked yet"),
        (stamp("anchored", 60, 12), Mark.PASS, "clock checked"),
        (stamp("free", 30 * 3600, 12), Mark.WARN, "clock checked 30 h ago"),
        (stamp("anchored", 60, 90_000), Mark.FAIL, "clock wrong"),
        (stamp("unknown", None, None), Mark.FAIL, "clock wrong"),
    ],
)
def test_an_unknown_clock_is_not_a_wrong_one(state: Stamp | None, mark: Mark, word: str) -> None:
    clock = clocked(state).strip.clock
    assert (clock.mark, clock.word) == (mark, word)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_decision_without_a_reason_has_no_line_for_one(language: str) -> None:
    bench = Bench()
    bench.begin()
    at, words = bench.desk.snapshot.position, Words(language)
    plain = text_of(for_release(at, "released", ""), bench.desk.snapshot, words)
    given = text_of(for_release(at, "released", "because"), bench.desk.snapshot, words)
    assert given == f"{plain}\n{words('sign-text-reason', reason='because')}"
    assert plain == text_of(for_release(at, "released", ""), bench.desk.snapshot, words)
