"""The report of a case or drill as a PDF: where it stands, every step, how long each phase took."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from server.evidence.print import compiled
from server.recall.points import open_points
from server.recall.steps import shown
from server.recall.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.recall.case import RecallCase, Step
    from server.recall.points import Facts

TEMPLATE = Path(__file__).with_name("report.typ")


def report(case: RecallCase, steps: list[Step], facts: Facts, language: str) -> Callable[[], bytes]:
    """What prints the report; nothing of the store is in it."""
    return lambda: compiled(TEMPLATE.read_bytes(), _data(case, steps, facts, language))


def _data(case: RecallCase, steps: list[Step], facts: Facts, language: str) -> dict[str, Any]:
    return {
        "w": words_of(language),
        "language": language.partition("_")[0],
        "case": msgspec.to_builtins(case) | {"notices": {}, "checks": {}, "counts": {}},
        "points": [one.words(language) for one in open_points(case, facts)],
        "balances": [_texts(msgspec.to_builtins(one)) for one in facts.balances],
        "consignees": [
            {
                "name": one,
                "notice": bool(case.notices.get(one)),
                "sent": _of(case.notices.get(one), "sent_at"),
                "acknowledged": _of(case.notices.get(one), "acknowledged_at"),
                "reached": bool(getattr(case.checks.get(one), "reached", False)),
            }
            for one in facts.consignees
        ],
        "steps": [
            {
                "at": one.at[:19],
                "kind": words_of(language).get(one.kind, one.kind),
                "person": one.person,
                "said": shown(one),
                "index": one.index,
            }
            for one in steps
        ],
    }


def _of(notice: object, name: str) -> str:
    return str(getattr(notice, name, ""))[:10]


def _texts(row: dict[str, Any]) -> dict[str, Any]:
    return {name: "–" if value is None else value for name, value in row.items()}
