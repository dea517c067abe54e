"""A recall drill over HTTP, judged by the generator's truth."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from question import Question
    from rounds import Asked
    from wire_trace import Online

ROUTE = "/api/drills"


def drilled(line: Online, asked: Question, questions: Asked) -> dict[str, float]:
    """Seconds until the signed report is there, and precision and recall of lots and lines."""
    lot = questions.forward[0][0]
    suspect, lines = asked.lots[lot], questions.forward[0][1]
    body = {
        **line.credentials,
        "reason": "bench",
        "cause": {"suspect": "lot", "item": suspect["item"], "lot": suspect["lot"]},
        "truth_lines": _shipped(asked, set(lines)),
    }
    began = time.perf_counter()
    case = line.post(ROUTE, body)["case"]
    took = time.perf_counter() - began
    found, rightly, there = case["drilled"]["lines_judged"]
    return {
        "seconds": took,
        "precision": rightly / found if found else 1.0,
        "recall": rightly / there if there else 1.0,
    }


def _shipped(asked: Question, lines: set[str]) -> list[tuple[Any, Any]]:
    """Shipment and line of each."""
    return [(row["shipment"], row["line"]) for row in asked.lines if row["line"] in lines]
