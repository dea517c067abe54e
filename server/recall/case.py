"""A recall case as the fold of its signed steps: pure, the same after every rebuild.

Words of 21 CFR 7.40 to 7.59 and 806: depth, consignee, effectiveness check, termination.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

Depth = Literal["consumer", "retail", "wholesale"]
"""How far down the chain it goes (21 CFR 7.49(b)(1))."""
Class = Literal["", "I", "II", "III"]
"""The hazard's class (21 CFR 7.3(m)); empty: not classified yet."""
Suspect = Literal["lot", "serial", "supplier-lot", "asset"]
Language = Literal["en", "zh_CN"]

OPENED, SCOPED, NOTICED = "recall.opened", "recall.scoped", "recall.noticed"
SENT, ACKNOWLEDGED, CHECKED = "recall.sent", "recall.acknowledged", "recall.checked"
COUNTED, ACCOUNTED, TERMINATED = "recall.counted", "recall.accounted", "recall.terminated"
DRILLED = "recall.drilled"
KINDS = (
    OPENED, SCOPED, NOTICED, SENT, ACKNOWLEDGED, CHECKED, COUNTED, ACCOUNTED, TERMINATED, DRILLED,
)  # fmt: skip
"""Kinds of the statements that are a case's steps."""


class Cause(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is suspect."""

    suspect: Suspect
    item: str = ""
    lot: str = ""
    serial: str = ""
    supplier: str = ""
    asset: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A signed statement about a case."""

    index: int
    """Of its leaf in the server's log."""
    kind: str
    at: str
    person: str
    """Who signed it; empty: the server found it."""
    body: dict[str, Any]

    @property
    def said(self) -> dict[str, Any]:
        """The body, but for which step of which case it is."""
        return {name: one for name, one in self.body.items() if name not in {"case", "step"}}


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen scope."""

    number: int
    """From 1."""
    scope: str
    """SHA-256 of the scope's document."""
    known_at: int
    """How many leaves of the global log it rests on."""
    lots: int
    units: int
    lines: int
    consignees: int
    not_known: int
    added_lots: int
    """Against the revision before."""
    added_lines: int
    index: int
    at: str
    person: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What happened with the notice to one consignee."""

    consignee: str
    revision: int
    """The scope it tells of."""
    document: str
    """SHA-256 of the PDF."""
    language: Language
    written: int = -1
    """Index of its leaf: by this, never by a clock, a check came before or after it."""
    sent_at: str = ""
    sent_how: str = ""
    acknowledged_at: str = ""
    acknowledged_by: str = ""
    """Who of the consignee said so."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """An effectiveness check of one consignee (21 CFR 7.42(b)(3)); the newest counts."""

    consignee: str
    reached: bool
    how: str
    """visit | telephone | letter | other"""
    returned: str
    destroyed: str
    """Quantities as decimal text, in the unit of what was shipped."""
    note: str
    at: str
    person: str
    index: int = -1
    """Of its leaf."""


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """What a person counted of a lot; the newest counts."""

    item: str
    lot: str
    in_stock: str
    scrapped: str
    """Beside what records say was scrapped."""
    unit: str
    explained: str
    """Why what is still unknown may stay so; empty: not explained."""
    at: str
    person: str


class RecallCase(msgspec.Struct, frozen=True, kw_only=True):
    """Where a case stands."""

    id: str
    drill: bool
    reason: str
    cause: Cause
    depth: Depth
    classification: Class
    opened_at: str
    opened_by: str
    holds: bool = False
    """Whether its suspect lots are to be held, with everything made from them."""
    revisions: tuple[Revision, ...] = ()
    notices: dict[str, Notice] = {}
    """By consignee."""
    checks: dict[str, Check] = {}
    counts: dict[str, Count] = {}
    """By ``ITEM/LOT``."""
    accounted: dict[str, str] = {}
    """Origins that nobody waits for any more, and why."""
    drilled: dict[str, Any] | None = None
    """What a drill measured."""
    terminated_at: str = ""
    terminated_by: str = ""
    conclusion: str = ""

    @property
    def open(self) -> bool:
        """Whether it is not terminated."""
        return not self.terminated_at

    @property
    def newest(self) -> Revision | None:
        """The scope in force; None before the first was frozen."""
        return self.revisions[-1] if self.revisions else None


def fold(steps: Iterable[Step], case: RecallCase | None = None) -> RecallCase | None:
    """The case that these steps add up to, in the log's order, after ``case``; None for none."""
    for step in steps:
        case = _opened(step) if step.kind == OPENED else case and _after(case, step)
    return case


def _opened(step: Step) -> RecallCase:
    body = step.body
    return RecallCase(
        id=body["case"],
        drill=body["drill"],
        reason=body["reason"],
        cause=msgspec.convert(body["cause"], Cause),
        depth=body["depth"],
        classification=body["classification"],
        opened_at=step.at,
        opened_by=step.person,
        holds=body.get("hold", False),
    )


def _after(case: RecallCase, step: Step) -> RecallCase:
    change = _CHANGES.get(step.kind)
    return msgspec.structs.replace(case, **change(case, step)) if change else case


def _scoped(case: RecallCase, step: Step) -> dict[str, Any]:
    place = {"index": step.index, "at": step.at, "person": step.person}
    fresh = msgspec.convert(step.said | place | {"number": step.body["revision"]}, Revision)
    return {"revisions": (*case.revisions, fresh)}


def _noticed(case: RecallCase, step: Step) -> dict[str, Any]:
    body = step.body
    fresh = {
        consignee: Notice(
            consignee=consignee,
            revision=body["revision"],
            document=document,
            language=body["language"],
            written=step.index,
        )
        for consignee, document in body["notices"]
    }
    return {"notices": case.notices | fresh}


def _sent(case: RecallCase, step: Step) -> dict[str, Any]:
    how = step.body["how"]
    return _each(case, step, sent_at=step.at, sent_how=how)


def _acknowledged(case: RecallCase, step: Step) -> dict[str, Any]:
    return _each(case, step, acknowledged_at=step.at, acknowledged_by=step.body["by"])


def _each(case: RecallCase, step: Step, **change: str) -> dict[str, Any]:
    changed = {
        consignee: msgspec.structs.replace(case.notices[consignee], **change)
        for consignee in step.body["consignees"]
        if consignee in case.notices
    }
    return {"notices": case.notices | changed}


def _checked(case: RecallCase, step: Step) -> dict[str, Any]:
    fresh = msgspec.convert(_beside(step), Check)
    return {"checks": case.checks | {fresh.consignee: fresh}}


def _counted(case: RecallCase, step: Step) -> dict[str, Any]:
    fresh = msgspec.convert(_beside(step), Count)
    return {"counts": case.counts | {f"{fresh.item}/{fresh.lot}": fresh}}


def _beside(step: Step) -> dict[str, Any]:
    return step.said | {"at": step.at, "person": step.person, "index": step.index}


def _accounted(case: RecallCase, step: Step) -> dict[str, Any]:
    return {"accounted": case.accounted | {step.body["origin"]: step.body["reason"]}}


def _drilled(_case: RecallCase, step: Step) -> dict[str, Any]:
    return {
        "drilled": step.said,
        "terminated_at": step.at,
        "terminated_by": step.person,
        "conclusion": "",
    }


def _terminated(_case: RecallCase, step: Step) -> dict[str, Any]:
    return {
        "terminated_at": step.at,
        "terminated_by": step.person,
        "conclusion": step.body["conclusion"],
    }


_CHANGES = {
    SCOPED: _scoped,
    NOTICED: _noticed,
    SENT: _sent,
    ACKNOWLEDGED: _acknowledged,
    CHECKED: _checked,
    COUNTED: _counted,
    ACCOUNTED: _accounted,
    DRILLED: _drilled,
    TERMINATED: _terminated,
}
