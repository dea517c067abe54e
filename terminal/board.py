"""The board: composes one immutable frame from everything known. Pure; the screen's words are here.

Which screen is shown follows from the records first and from what is half typed second, so a
restart, a lock or a change of person brings back the same step.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from devices.wedge import NAME as WEDGE
from forms.case import qualification
from forms.masters import SignStep
from forms.rules import Reason, because
from sync.faults import FAULTS
from sync.faults_line import LINE_FAULTS
from terminal import (
    board_check,
    board_choose,
    board_labels,
    board_lot,
    board_overview,
    board_rescue,
    board_rig,
    board_sign,
    board_step,
    board_system,
)
from terminal.board_parts import fault_hint, instrument_name, rail, top
from terminal.board_strip import strip
from terminal.capture_work import failing, open_about
from terminal.intents import command
from terminal.standing import moment
from terminal.views import (
    Action,
    Frame,
    Mark,
    OverviewStage,
    RigStage,
    SignStage,
    Stage,
    Verdict,
)
from terminal.words import Words

if TYPE_CHECKING:
    from terminal.board_parts import Screen
    from terminal.ui import View

SLOW_NS = 100_000_000
CERTIFICATE_WARNING = timedelta(days=30)
WIDE = (OverviewStage, RigStage, SignStage)
"""Screens about more than one step: they have the whole width, without the rail."""


def compose(view: View) -> Frame:
    """The frame for this view, in the view's language."""
    words = Words(view.ui.language)
    name, stage, actions = _screen(view, words)
    if view.ui.help:
        name, stage, actions = board_system.help_of(view, name, stage, words)
    verdict = getattr(stage, "verdict", None) or getattr(stage, "problem", None)
    return Frame(
        name=name,
        language=view.ui.language,
        top=top(view, words),
        strip=strip(view, words),
        stage=stage,
        rail=() if isinstance(stage, WIDE) or view.ui.fatal or view.ui.rig else rail(view, words),
        actions=tuple(_with_code(action) for action in actions),
        notice=_notice(view, words),
        sound=verdict.mark if verdict else Mark.NONE,
    )


def _with_code(action: Action) -> Action:
    """The action with the command code that does the same."""
    code = command(action.intent, action.params) if action.enabled else ""
    return Action(
        action.intent,
        action.label,
        action.usual,
        action.destructive,
        action.enabled,
        action.params,
        code,
    )


def _screen(view: View, words: Words) -> Screen:
    """Name, stage and actions of the screen that is due."""
    ui, snapshot = view.ui, view.snapshot
    if ui.fatal is not None:
        return board_rescue.rescue(view, words)
    if ui.starting:
        return board_system.starting(words)
    if ui.rig:
        return _instruments(view, words)
    if snapshot.pack is None:
        return board_system.no_pack(view, words)
    signed_out = snapshot.session is None and ui.signing is None
    return board_sign.sign_in(view, words) if signed_out else _signed_in(view, words)


def _instruments(view: View, words: Words) -> Screen:
    """The page of the instruments, or the check of one; over whatever is due otherwise."""
    check = view.ui.check
    return board_check.check(view, words, check) if check else board_rig.rig(view, words)


def _signed_in(view: View, words: Words) -> Screen:
    """What is half done first, then the screen chosen, then the work."""
    ui = view.ui
    if ui.signing is not None:
        return board_sign.sign(view, words)
    if ui.choose == "labels":
        return board_labels.missing(view, words)
    if ui.choose:
        return board_choose.reasons(view, words)
    screen = "list" if view.snapshot.state is None else ui.screen
    return CHOSEN.get(screen, _work)(view, words)


def _work(view: View, words: Words) -> Screen:
    """The step, or the lot where there is no step to do."""
    answer, state = view.ui.answer, view.snapshot.state
    if answer is not None and answer.verdict.passed:
        return board_step.answered(view, words)
    if state is None or state.current is None or state.lot_scrapped or state.closed:
        return board_overview.overview(view, words)
    return _stopped(view, words) or board_step.step(view, words)


def _stopped(view: View, words: Words) -> Screen | None:
    """What keeps the step from going on; None if nothing does."""
    answer, state, position = view.ui.answer, view.snapshot.state, view.snapshot.position
    if open_about(state, position):
        return board_choose.disposition(view, words)
    if failing(state, position):
        return board_choose.failed(view, words)
    if answer is not None:
        return board_choose.blocked(words, answer.verdict.reasons, _value(view, words))
    stopped = may_not_work(view)
    return board_choose.stopped(view, words, stopped) if stopped else None


CHOSEN = {
    "list": board_lot.work_list,
    "overview": board_overview.overview,
    "release": board_overview.release,
}
"""Screens a person goes to; any other is the work itself."""


def _value(view: View, words: Words) -> tuple[tuple[str, str], ...]:
    answer = view.ui.answer
    if answer is None:
        return ()
    if answer.parts:
        return tuple((words(key), value) for key, value in answer.parts)
    return ((words("fact-offered"), board_step.said(answer.value, words)),)


def may_not_work(view: View) -> tuple[Reason, ...]:
    """Why the person signed in may not work on the current step; empty if they may."""
    state, session = view.snapshot.state, view.snapshot.session
    if state is None or state.current is None or state.master is None or session is None:
        return ()
    operation, step = state.current
    if isinstance(step, SignStep):
        return ()
    day = moment(view).day
    reasons = list(qualification(session.person, operation, state.master.id, day))
    if operation.work_unit not in view.place.work_units:
        got = view.place.work_unit
        reasons.append(because("wrong-work-unit", expected=operation.work_unit, got=got))
    return tuple(reasons)


def _notice(view: View, words: Words) -> Verdict | None:
    """The line over the actions: what is waited for, else what was last said."""
    ui = view.ui
    if ui.waiting and view.now_ns - ui.waiting_since_ns > SLOW_NS:
        return Verdict(Mark.INFO, words(ui.waiting))
    asked = ui.asked if ui.screen == "release" and not ui.signing else None
    if asked is not None and asked.pending and view.now_ns - asked.since_ns > SLOW_NS:
        return Verdict(Mark.INFO, words("waiting-server"))
    note = ui.note
    if ui.fatal is not None or (ui.rig and note is not None and note.key == "instrument-fault"):
        return None
    if note is None:
        return _trouble(view, words)
    params = dict(note.params)
    name = params.get("name", "")
    role = WEDGE if name == WEDGE else view.live.classes.get(name)
    if role:
        params["name"] = instrument_name(words, role)
    if "role" in params:
        params["role"] = instrument_name(words, params["role"])
    detail = words.of(note.text) if note.text else ""
    return Verdict(note.mark, words(note.key, **params), detail)


SAID = frozenset({"server-recovery", *LINE_FAULTS})
"""Passing faults that people should know of all the same."""


def _trouble(view: View, words: Words) -> Verdict | None:
    """What a person must do about the server or its work documents, while it lasts."""
    code = view.link.code or view.snapshot.pack_problem
    if code not in FAULTS or (FAULTS[code].kind != "permanent" and code not in SAID):
        return _certificate(view, words)
    return Verdict(Mark.WARN, words("link-trouble", code=code), fault_hint(code, words.language))


def _certificate(view: View, words: Words) -> Verdict | None:
    """The server's certificate, from a month before it ends."""
    until = view.link.certificate_until
    if until is None or until - view.now > CERTIFICATE_WARNING:
        return None
    days = max(0, (until - view.now).days)
    what = words("certificate-ends", n=days, day=f"{until:%Y-%m-%d}")
    return Verdict(Mark.WARN, what, words("certificate-ends-why"))


__all__ = ["Stage", "compose", "may_not_work"]
