"""What the kiosk shows, told to a file: one JSON line a screen, for the demo's player and tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from terminal.views import ChooseStage, MessageStage, SignInStage, SignStage, StepStage

if TYPE_CHECKING:
    from pathlib import Path

    from terminal.snapshot import Position
    from terminal.views import Frame


def account(frame: Frame, position: Position, *, online: bool, waiting: bool) -> dict[str, object]:
    """What a player needs to know of a frame to act; while waiting, there is nothing to do."""
    stage, strip = frame.stage, frame.strip
    verdict = getattr(stage, "verdict", None)
    problem = getattr(stage, "problem", None)
    choices = stage.choices if isinstance(stage, ChooseStage) else ()
    return {
        "name": frame.name,
        "stage": type(stage).__name__,
        "language": frame.language,
        "job_order": position.job,
        "operation": position.operation,
        "step": position.step,
        "sample": position.sample,
        "attempt": position.attempt,
        "verdict": str(getattr(verdict, "mark", "")),
        "said": _said(verdict),
        "problem": _said(problem),
        "notice": _said(frame.notice),
        "value": stage.value if isinstance(stage, StepStage) else "",
        "source": stage.source if isinstance(stage, StepStage) else "",
        "asks": _asks(stage),
        "pad": getattr(stage, "pad", None) is not None,
        "typed": len(getattr(getattr(stage, "pad", None), "typed", "")),
        "choices": [dict(choice.params) for choice in choices],
        "actions": [] if waiting else _intents(frame),
        "saved": strip.saved,
        "sent": strip.sent,
        "accepted": strip.accepted,
        "witnessed": strip.witnessed,
        "online": online,
        "instruments": {light.name: light.mark.value for light in strip.instruments},
        "person": frame.top.person,
        "lines": list(stage.lines) if isinstance(stage, MessageStage) else [],
        "code": stage.code if isinstance(stage, MessageStage) else "",
    }


def _intents(frame: Frame) -> list[str]:
    """What can be done on this screen now, by intent."""
    stage = frame.stage
    names = {action.intent for action in frame.actions if action.enabled}
    names |= (
        {choice.intent for choice in stage.choices} if isinstance(stage, ChooseStage) else set()
    )
    names |= {"key"} if getattr(stage, "pad", None) is not None else set()
    return sorted(names)


def _said(verdict: object) -> dict[str, str] | None:
    if verdict is None:
        return None
    return {name: str(getattr(verdict, name)) for name in ("mark", "word", "detail")}


def _asks(stage: object) -> str:
    if isinstance(stage, SignStage):
        return stage.asks
    return stage.hint if isinstance(stage, SignInStage) else ""


class EventLog:
    """Appends a line for every screen that is not the same as the last."""

    def __init__(self, file: Path) -> None:
        """Start anew."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._out = file.open("w", encoding="utf-8")
        self._last = ""

    def shown(self, frame: Frame, position: Position, *, online: bool, waiting: bool) -> None:
        """A frame was shown."""
        told = account(frame, position, online=online, waiting=waiting)
        line = json.dumps(told, ensure_ascii=False, sort_keys=True)
        if line != self._last:
            self._last = line
            self._out.write(line + "\n")
            self._out.flush()

    def close(self) -> None:
        """No more."""
        self._out.close()
