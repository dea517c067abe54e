"""Verifying an evidence pack: which signatures the lot's release rests on, and which it does not.

Logs are shown as they are, so a pack also holds what lies between the lot's own records, and what
came after its release. A signature there may be worth nothing without the release being wrong: it
is listed as found about that record. What was altered or is missing is found wherever it lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.verify_concession import conceded

if TYPE_CHECKING:
    from sync.findings import Finding
    from sync.verify_records import Case, Record

SIGNATURE_CODES = frozenset(
    {"esign", "esign-class", "esign-covers", "esign-form", "esign-head", "esign-key", "esign-name",
     "esign-revoked", "esign-root", "esign-stranger", "esign-twice", "no-key"}
)  # fmt: skip
"""What can be found about a signature record, whose bytes are otherwise as they were signed."""


def set_aside(case: Case) -> None:
    """Part the findings about signatures that no release rests on from the others.

    A release rests on the job's signatures that the server held before it, on those over any
    record of the job, on what people who worked on it signed for no job (that they answer for
    their signatures), and on its own. While there is none, it would rest on all of these.
    """
    every = [_Rests(case, case.of(name)) for name, _ in case.jobs]
    accepted = {ref for one in every for ref in one.conceded}
    places = {(one.origin, one.index): one for one in case.records}
    kept: list[Finding] = []
    for found in case.findings:
        record = places.get((found.origin, -1 if found.index is None else found.index))
        if found.code not in SIGNATURE_CODES or record is None:
            kept.append(found)
        elif any(one.on(record) for one in every):
            (case.conceded if record.ref in accepted else kept).append(found)
        elif found.code != "esign-covers" or any(one.own(record) for one in every):
            case.aside.append(found)  # else: what another job's signature covers lies elsewhere
    case.findings[:] = kept


def _released(decision: Record) -> bool:
    return decision.envelope is not None and decision.envelope.body.get("decision") == "released"


class _Rests:
    """What a release rests on."""

    def __init__(self, case: Case, job: list[Record]) -> None:
        """Of a job order with these records; it ends with its last release."""
        decisions = [
            one
            for one in job
            if one.envelope is not None and one.envelope.kind == "release.decided"
        ]
        released = [
            one.position
            for one in decisions
            if one.position is not None and (one.ref, "released") in case.signed and _released(one)
        ]
        self._job, self._decisions = {one.ref for one in job}, {one.ref for one in decisions}
        self._people = {str(one.context.get("person")) for one in job}
        self._last = max(released, default=None)
        self.conceded = conceded(case, job, self._last)

    def own(self, record: Record) -> bool:
        """Whether it is about the lot at all."""
        context = record.context
        theirs = not context.get("job_order") and str(context.get("person")) in self._people
        return record.ref in self._job or theirs or not self._job.isdisjoint(_covers(record))

    def on(self, record: Record) -> bool:
        """Whether a release of the lot rests on that signature."""
        if not self.own(record):
            return False
        last, at = self._last, record.position
        return (
            last is None
            or at is None
            or at < last
            or not self._decisions.isdisjoint(_covers(record))
        )


def _covers(record: Record) -> list[str]:
    body: dict[str, Any] = record.envelope.body if record.envelope is not None else {}
    covers = body.get("covers")
    return [one for one in covers if isinstance(one, str)] if isinstance(covers, list) else []
