"""Verifying an evidence pack: records that failed a check and were accepted as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.verify_records import Case, Record

QUALITY = "quality"
REVIEWERS = frozenset({QUALITY, "supervisor"})


def conceded(case: Case, job: list[Record], last: int | None) -> set[str]:
    """Refs of the job's records accepted by concession before the leaf ``last``.

    A nonconformity about them, decided as a concession with a reason; over the decision the sound
    signature of quality and another person's, of quality or a supervisor (ISO 13485 8.3.2).
    """
    raised = {one.ref: _about(one) for one in job if _kind(one) == "nonconformity.raised"}
    found: set[str] = set()
    for decision in (one for one in job if _kind(one) == "disposition.decided"):
        body = decision.envelope.body if decision.envelope else {}
        if body.get("disposition") != "concession" or not str(body.get("reason", "")).strip():
            continue
        if _by_two(case, decision, last):
            found |= raised.get(str(body.get("nonconformity")), set())
    return found


def _kind(record: Record) -> str:
    return record.envelope.kind if record.envelope is not None else ""


def _about(record: Record) -> set[str]:
    about = record.envelope.body.get("about") if record.envelope is not None else None
    return {one for one in about if isinstance(one, str)} if isinstance(about, list) else set()


def _by_two(case: Case, decision: Record, last: int | None) -> bool:
    signers = set(_signers(case, decision.ref, last))
    deciders = {person for person, acting in signers if acting == QUALITY}
    others = {person for person, acting in signers if acting in REVIEWERS}
    return bool(deciders) and len(others) > 1


def _signers(case: Case, ref: str, last: int | None) -> Iterator[tuple[str, str]]:
    """Who signed it in time, and acting as what."""
    for record in case.sound:
        body: dict[str, Any] = record.envelope.body if record.envelope is not None else {}
        early = record.position is not None and (last is None or record.position < last)
        if early and ref in body.get("covers", ()):
            yield str(record.context.get("person", "")), str(body.get("personnel_class", ""))
