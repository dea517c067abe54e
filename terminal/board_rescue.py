"""The rescue screen: what happened, what only this disk holds, and how it gets off it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.board_parts import action, fault_hint
from terminal.views import Fact, Mark, MessageStage, Verdict

if TYPE_CHECKING:
    from terminal.board_parts import Screen
    from terminal.ui import Rescue, View
    from terminal.unsent import Unsent
    from terminal.words import Words

DOUBTFUL = frozenset(
    {"database-corrupt", "journal-damaged", "journal-rolled-back", "database-of-another-program"}
)
"""Faults after which it is not known that all that was shown as saved is there."""
MOST_LOTS = 6


def rescue(view: View, words: Words) -> Screen:
    """The terminal cannot work: what happened, what is safe, what to do now."""
    fatal, code, state = view.ui.fatal, view.ui.fatal_code, view.ui.rescue
    text = fault_hint(code, words.language) or (
        words.of(fatal.text) if fatal and fatal.text else ""
    )
    doubtful = code in DOUBTFUL or _some_unreadable(state)
    safe = words("rescue-kept" if doubtful else "rescue-saved")
    exported = state is not None and (
        state.progress is not None or bool(state.folder or state.problem)
    )
    result, how = (_export(state, words), ()) if exported else ((), _export(state, words))
    stage = MessageStage(
        title="",  # the band says it: there is much to read below
        verdict=Verdict(Mark.FAIL, words("rescue-title"), code),
        lines=(*result, text, *how, safe),
        code=code,
        progress=state.progress if state else None,
        facts=_facts(state, words),
    )
    if state is None:
        return "rescue", stage, ()
    button = action(words, "export", usual=True, enabled=state.progress is None)
    return "rescue", stage, (button,)


def _some_unreadable(state: Rescue | None) -> bool:
    """Records, or the file itself, could not be read when what is unsent was counted."""
    return state is not None and bool(state.unread or (state.unsent and state.unsent.unread))


def _export(state: Rescue | None, words: Words) -> tuple[str, ...]:
    """How the export stands."""
    if state is None:
        return ()
    if state.progress is not None:
        return (words("export-runs"),)
    if state.folder:
        return (words("export-done", n=state.written, folder=state.folder),)
    if state.problem:
        return (fault_hint(state.problem, words.language),)
    return (words("export-how"),)


def _facts(state: Rescue | None, words: Words) -> tuple[Fact, ...]:
    """What only this disk holds."""
    if state is None:
        return ()
    if state.unread:
        return (Fact(words("fact-unsent"), words("unsent-unknown", code=state.unread), Mark.FAIL),)
    if state.unsent is None:
        return (Fact(words("fact-unsent"), words("unsent-counting")),)
    return _counted(state.unsent, words)


def _counted(found: Unsent, words: Words) -> tuple[Fact, ...]:
    mark = Mark.WARN if found.unsent else Mark.PASS
    facts = [Fact(words("fact-unsent"), words("unsent-of", n=found.unsent, m=found.saved), mark)]
    if found.photos:
        facts.append(Fact(words("fact-photos"), words("photos-unsent", n=found.photos), Mark.WARN))
    if found.newest is not None:
        facts.append(Fact(words("fact-newest"), found.newest.isoformat(" ", "seconds")))
    if found.lots:
        more = len(found.lots) - MOST_LOTS
        named = [*found.lots[:MOST_LOTS], *([words("and-more", n=more)] if more > 0 else [])]
        facts.append(Fact(words("fact-lots"), ", ".join(named)))
    if found.unread:
        facts.append(Fact(words("fact-unreadable"), str(found.unread), Mark.FAIL))
    return tuple(facts)
