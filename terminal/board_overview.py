"""The screens about a whole lot: overview and release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms import release as rules
from forms.rights import Action, allows
from terminal import board_labels
from terminal.asked import agreed, objections
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
    return session is not None and allows(session.person.classes, Action.RELEASE)


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
    buttons = [*board_labels.account(state, words), back]
    if len(buttons) == 1 or not can:
        buttons = [action(words, "sign_out", usual=leave), *buttons]
    if can:
        buttons.append(action(words, "release", "to-release", usual=finished))
    return "overview", _stage(view, words, words("overview-title")), tuple(buttons)


def release(view: View, words: Words) -> Screen:
    """Release or reject: the reasons found here and by the server; ready when both agree."""
    judged, quality, state = readiness(view), _is_quality(view), view.snapshot.state
    ready = judged is not None and judged.passed and all_arrived(view)
    ready = ready and state is not None and bool(agreed(view.ui.asked, state))
    good, bad = (("decision", "released"),), (("decision", "rejected"),)
    buttons = (
        action(words, "release", "reject", destructive=True, params=bad, enabled=quality),
        action(words, "back"),
        action(words, "release", usual=True, params=good, enabled=ready and quality),
    )
    return "release", _stage(view, words, words("release-title")), buttons


def _stage(view: View, words: Words, title: str) -> OverviewStage:
    """Verdict and what next; what needs a look; every record."""
    state = view.snapshot.state
    if state is None:
        return OverviewStage(title, (), (), ())
    judged = readiness(view)
    reasons = judged.reasons if judged and not state.closed else ()
    said = [r.words(words.language) for r in reasons]
    deciding = view.ui.screen == "release" and not state.closed
    more = objections(view.ui.asked, state, reasons, words) if deciding else ()
    points = tuple(Fact("", each, Mark.WARN) for each in (*said, *more))
    ready = judged is not None and judged.passed
    verdict = _undecided(view, words, state, more) if ready and deciding else None
    verdict = verdict or _verdict(view, words, state, len(points), ready=ready)
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


def _undecided(view: View, words: Words, state: JobState, more: tuple[str, ...]) -> Verdict | None:
    """What is missing although nothing here stands against release; None if nothing is."""
    if not all_arrived(view):
        return Verdict(Mark.WARN, words("release-waits"), words("release-waits-why"))
    if more:
        answered = view.ui.asked is not None and view.ui.asked.answer is not None
        what = "release-at-console" if answered else "release-waits-why"
        return Verdict(Mark.WARN, words("release-waits"), words(what))
    if not agreed(view.ui.asked, state):
        return Verdict(Mark.INFO, words("release-waits"), words("release-asks"))
    return None


def _verdict(view: View, words: Words, state: JobState, points: int, *, ready: bool) -> Verdict:
    """Where the lot stands, and what comes next."""
    mark, word = status(state, words, view.snapshot.counted.accepted)
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
