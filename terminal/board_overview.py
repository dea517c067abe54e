"""The screens about a whole lot: overview and release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms import release as rules
from forms.terms import PersonnelClass
from terminal.board_lot import status
from terminal.board_parts import action, facts
from terminal.board_rows import dated, rows
from terminal.views import Fact, Mark, OverviewStage, Verdict

if TYPE_CHECKING:
    from forms.job import JobState
    from forms.rules import Verdict as Judgement
    from terminal.board_parts import Screen
    from terminal.ui import View
    from terminal.words import Words


def readiness(view: View) -> Judgement | None:
    """What the judge says about releasing now; None without a job order."""
    state, pack, session = view.snapshot.state, view.snapshot.pack, view.snapshot.session
    if state is None:
        return None
    person = session.person if session and _is_quality(view) else None
    return rules.judge_release(state, person=person, lots=pack.lots if pack else ())


def _is_quality(view: View) -> bool:
    session = view.snapshot.session
    return session is not None and PersonnelClass.QUALITY in session.person.classes


def all_arrived(view: View) -> bool:
    """Whether the server has accepted every record of this station, and is there now."""
    counted = view.snapshot.counted
    return view.link.online and counted.accepted >= counted.saved


def overview(view: View, words: Words) -> Screen:
    """The whole lot on one screen."""
    state = view.snapshot.state
    finished = state is not None and (state.current is None or state.closed)
    back = action(words, "back", "work-list" if finished else "back-to-step", usual=not finished)
    can = state is not None and not state.closed and _is_quality(view)
    leave = finished and not can
    buttons = [action(words, "sign_out", usual=leave), back]
    if can:
        buttons.append(action(words, "release", "to-release", usual=finished))
    return "overview", _stage(view, words, words("overview-title")), tuple(buttons)


def release(view: View, words: Words) -> Screen:
    """Release or reject: the judge's reasons, and whether all records have arrived."""
    judged, arrived, quality = readiness(view), all_arrived(view), _is_quality(view)
    ready = judged is not None and judged.passed and arrived
    good, bad = (("decision", "released"),), (("decision", "rejected"),)
    buttons = (
        action(words, "release", "reject", destructive=True, params=bad, enabled=quality),
        action(words, "back"),
        action(words, "release", usual=True, params=good, enabled=ready and quality),
    )
    stage = _stage(view, words, words("release-title"), arrived=arrived)
    return "release", stage, buttons


def _stage(view: View, words: Words, title: str, *, arrived: bool = True) -> OverviewStage:
    """Verdict and what next; what needs a look; every record."""
    state = view.snapshot.state
    if state is None:
        return OverviewStage(title, (), (), ())
    judged = readiness(view)
    reasons = judged.reasons if judged and not state.closed else ()
    points = tuple(Fact("", r.words(words.language), Mark.WARN) for r in reasons)
    ready = judged is not None and judged.passed
    if ready and not state.closed and not arrived:
        verdict = Verdict(Mark.WARN, words("release-waits"), words("release-waits-why"))
    else:
        verdict = _verdict(view, words, state, len(points), ready=ready)
    return OverviewStage(
        title=title,
        facts=facts(
            words,
            ("fact-units", f"{len(state.produced)} / {state.order.units}"),
            ("fact-records", str(len(state.records))),
            ("fact-signatures", str(len(state.signatures))),
        ),
        rows=rows(view, words, state),
        open_points=points,
        verdict=verdict,
        dated=dated(state, words),
    )


def _verdict(view: View, words: Words, state: JobState, points: int, *, ready: bool) -> Verdict:
    """Where the lot stands, and what comes next."""
    mark, word = status(state, words)
    word = word[:1].upper() + word[1:]
    if state.closed:
        return Verdict(mark, word, words("next-job"))
    if ready:
        here = "next-decide" if view.ui.screen == "release" else "next-release"
        following = words(here if _is_quality(view) else "next-quality")
        return Verdict(Mark.PASS, words("release-ready"), following)
    following = ""
    if state.current is not None:
        operation, step = state.current
        following = words("next-step", step=f"{operation.id} {words.of(step.title)}")
    said = (words("open-points", n=points) if points else "", following)
    return Verdict(mark, word, " ".join(one for one in said if one))
