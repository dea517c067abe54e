"""Filled forms: every kind of record a station or the server's office makes.

A kind's tag is for ever: kinds are added, never changed or removed (``tests/vectors`` holds the
bytes). Entries refer to each other by *ref*: the hex leaf hash of the entry meant (RFC 9162).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from forms.terms import Attachment, Disposition, Meaning, PersonnelClass, Quantity, Term

Ref = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
"""Leaf hash of another entry, or a SHA-256 digest, as 64 hex digits."""


class Context(Term, frozen=True, kw_only=True):
    """Who, where and under which documents: carried by every entry."""

    station: str
    work_unit: str
    person: str = ""
    """Person id; empty only when nobody is signed in (a refused sign-in, an instrument fault)."""
    language: str = "en"
    """What the screen was showing."""
    work_pack: str = ""
    """SHA-256 of the WorkPack in force."""
    job_order: str = ""
    work_master: str = ""
    """SHA-256 of the work master's bytes."""
    operation: str = ""
    step: str = ""


class Scan(Term, frozen=True, kw_only=True):
    """A code as it arrived, before anyone understood it."""

    raw: str
    """The bytes received, in hex."""
    source: Literal["scanner", "camera", "wedge", "typed"]
    symbology: str = ""
    """AIM identifier if the source gave one, such as ``]d2``."""
    instrument: str = ""


class Taken(Term, frozen=True, kw_only=True):
    """A reading as the instrument gave it."""

    quantity: Quantity | None
    """None when the frame held no value (overload, error)."""
    state: Literal["stable", "unstable", "overload", "underload", "error", "frozen"]
    instrument: str
    """PhysicalAsset id; empty if typed."""
    raw: str
    """The frame's bytes, in hex; empty if typed."""
    age_ms: int = 0
    """How old the reading was when it was recorded."""
    calibration_due: date | None = None
    typed: bool = False
    series: tuple[str, ...] = ()
    """The frames the settling rule rests on, in hex, oldest first; empty where none applies."""
    load: Literal["", "gross", "net"] = ""
    """Whether a tare is taken off, where the instrument says."""
    serial_number: str = ""
    """What the instrument said its serial number is; empty where it cannot say."""
    certificate: str = ""
    """The number of its calibration certificate, as the WorkPack names it."""


class Entry(Term, frozen=True, kw_only=True):
    """Base of all kinds."""

    context: Context


class SessionOpened(Entry, frozen=True, kw_only=True, tag="session.opened"):
    """A person signed in with badge and secret."""

    components: tuple[str, ...] = ("badge", "secret")


class SessionClosed(Entry, frozen=True, kw_only=True, tag="session.closed"):
    """A person signed out, was timed out, or handed over."""

    why: Literal["signed_out", "timed_out", "shutdown"]


class SessionRefused(Entry, frozen=True, kw_only=True, tag="session.refused"):
    """A sign-in that failed; counted, never with the secret."""

    claimed: str
    """Person id the badge names, or empty if the badge is unknown."""
    why: Literal["unknown_badge", "wrong_secret", "locked", "inactive", "expired", "not_allowed"]
    attempt: int


class LockLifted(Entry, frozen=True, kw_only=True, tag="lock.lifted"):
    """A person locked out by wrong secrets may try again; in force once who lifted it signed."""

    person: str
    """Whose lock."""
    wrong: int
    """How many wrong secrets in a row there were."""


class AccountabilityAccepted(Entry, frozen=True, kw_only=True, tag="accountability.accepted"):
    """A person accepted that their electronic signature binds like a written one (11.10(j))."""

    text_digest: Ref


class OperationStarted(Entry, frozen=True, kw_only=True, tag="operation.started"):
    """Work on an operation of a job order began at this station."""


class LotIdentified(Entry, frozen=True, kw_only=True, tag="lot.identified"):
    """A component lot's code was offered to an identify step, right or wrong."""

    scan: Scan
    gtin: str = ""
    lot: str = ""
    expiry: date | None = None
    serial: str = ""
    findings: tuple[str, ...] = ()
    """What the parser found wrong with the code itself."""
    udi_di: str = ""
    """The device identifier where the code carries no GTIN: of HIBCC, ICCBBA, IFA or MA."""


class CodeUnexpected(Entry, frozen=True, kw_only=True, tag="code.unexpected"):
    """A code nothing asked for; kept, shown, without effect."""

    scan: Scan


class Consumed(Entry, frozen=True, kw_only=True, tag="material.consumed"):
    """A quantity of a component lot went into the lot being made (TransformationEvent input)."""

    item: str
    lot: str
    quantity: Quantity
    identified: Ref
    """The LotIdentified entry this rests on."""


class MeasurementTaken(Entry, frozen=True, kw_only=True, tag="measurement.taken"):
    """A reading offered for a characteristic of a sample, good or bad."""

    characteristic: str
    sample: int
    """1 to n within the step."""
    taken: Taken


class Inspected(Entry, frozen=True, kw_only=True, tag="inspected"):
    """A person's pass or fail for a sample, with a photo where the step asks for one."""

    characteristic: str
    sample: int
    outcome: Literal["pass", "fail"]
    photo: Attachment | None = None


class Confirmed(Entry, frozen=True, kw_only=True, tag="confirmed"):
    """A person confirmed (or denied) the statement shown."""

    statement_digest: Ref
    answer: Literal["yes", "no"]


class LabelPrinted(Entry, frozen=True, kw_only=True, tag="label.printed"):
    """A label was sent to the printer: written before, so that a crash leaves a trace."""

    serial: str
    content: str
    """GS1 element string in brackets form, ``(01)…(17)…(10)…(21)…``."""
    copy: int = 1
    """1 for the first; more is a reprint."""
    reason: str = ""
    log_mark: str = ""
    """Log size and first 8 hex of the head, as printed on the label."""
    design: Ref | None = None
    """SHA-256 of the label design's canonical bytes."""
    payload: Ref | None = None
    """SHA-256 of all the label shows, filled in, as it is handed to the printer's driver."""


class LabelResult(Entry, frozen=True, kw_only=True, tag="label.result"):
    """What the printer said of a label: written after; without one, nobody knows."""

    serial: str
    printed: Ref
    """The LabelPrinted entry."""
    result: Literal["printed", "failed", "unknown"]
    """*failed*: nothing left the station. *unknown*: it was sent, and not confirmed."""
    code: str = ""
    """Fault code of the printer, if it did not print."""
    where: str = ""
    """File name or address it went to."""
    sent: Ref | None = None
    """SHA-256 of the bytes that went to the printer."""


class LabelAccounted(Entry, frozen=True, kw_only=True, tag="label.accounted"):
    """Where a label is that sticks on no unit (label reconciliation)."""

    serial: str
    printed: Ref
    """The LabelPrinted entry."""
    fate: Literal["spoiled", "returned", "absent"]
    """*absent*: none came out of the printer."""
    reason: str


class LabelRead(Entry, frozen=True, kw_only=True, tag="label.read"):
    """A printed label was read back; compared byte for byte with what was meant."""

    serial: str
    scan: Scan
    printed: Ref


class Produced(Entry, frozen=True, kw_only=True, tag="material.produced"):
    """A unit of the lot now exists under its UDI (TransformationEvent output)."""

    item: str
    gtin: str
    lot: str
    serial: str
    expiry: date
    label: Ref
    """The LabelRead entry that proved its label."""


class NonconformityRaised(Entry, frozen=True, kw_only=True, tag="nonconformity.raised"):
    """Something does not meet its requirement (ISO 13485 8.3); opens a nonconformity."""

    about: tuple[Ref, ...]
    """The failing entries."""
    description: str


class DispositionDecided(Entry, frozen=True, kw_only=True, tag="disposition.decided"):
    """What is done about a nonconformity; in force once signed by a supervisor or quality."""

    nonconformity: Ref
    disposition: Disposition
    reason: str


class Corrected(Entry, frozen=True, kw_only=True, tag="corrected"):
    """A value of an earlier entry was wrong: both stay, this one counts once signed."""

    of: Ref
    field: Literal["outcome", "answer", "quantity"]
    was: str
    now: str
    reason: str


class Signed(Entry, frozen=True, kw_only=True, tag="signed"):
    """An electronic signature over earlier entries (21 CFR 11.50, 11.70)."""

    meaning: Meaning
    printed_name: str
    personnel_class: PersonnelClass
    covers: tuple[Ref, ...]
    """The entries signed, in log order; at most 900 (:data:`forms.cover.MAX_COVERS`)."""
    covers_root: Ref
    """RFC 9162 root over them: what the signature binds."""
    text_digest: Ref
    """SHA-256 of the exact text shown when signing (UTF-8), in ``context.language``."""
    time: str
    """RFC 3339 with offset, as shown to the signer."""
    head: str
    """``size:root-hex`` of the station log just before."""
    components: tuple[str, ...]
    """``("badge", "secret")`` first in a session, at least ``("secret",)`` after."""
    signature: str
    """Base64 Ed25519 by the person's key over PAE, see ``sync.esign``."""


class ReleaseDecided(Entry, frozen=True, kw_only=True, tag="release.decided"):
    """The decision on a finished lot; in force once signed with the meaning released/rejected."""

    lot: str
    decision: Literal["released", "rejected"]
    quantity: Quantity
    records: int
    """How many records of the job order were judged."""
    records_root: Ref
    """RFC 9162 root over their leaf hashes, sorted by origin then index."""
    reason: str = ""


class HoldPlaced(Entry, frozen=True, kw_only=True, tag="hold.placed"):
    """A lot (component or finished) may not be used until the hold is lifted."""

    item: str
    lot: str
    reason: str


class HoldLifted(Entry, frozen=True, kw_only=True, tag="hold.lifted"):
    """The hold named ends."""

    hold: Ref
    reason: str


class InstrumentFaulted(Entry, frozen=True, kw_only=True, tag="instrument.faulted"):
    """An instrument stopped answering, answered garbage, or recovered."""

    instrument: str
    code: str
    detail: str = ""


class CheckStep(Term, frozen=True, kw_only=True):
    """One step of an instrument's check: what was asked for, and what came of it."""

    asks: Literal[
        "empty", "load", "cleared", "closed", "piece", "fresh", "scan", "picture", "print", "label"
    ]
    outcome: Literal["pass", "fail"]
    why: str = ""
    """Why it failed, by code: a device fault's, ``not-zero``, ``not-as-expected``, ``too-late``,
    ``person``, or of a scanner's test card the wrong setting; empty for a pass."""
    taken: Taken | None = None
    """The reading it was judged by."""
    expected: Quantity | None = None
    """The known weight or gauge block; None where it is nought, or none is known."""
    tolerance: Quantity | None = None
    """Largest difference that was allowed; None where no value was judged."""
    scan: Scan | None = None
    photo: Attachment | None = None


class InstrumentChecked(Entry, frozen=True, kw_only=True, tag="instrument.checked"):
    """A person checked an instrument of the station, step by step; says nothing of a lot."""

    instrument: str
    """PhysicalAsset id."""
    equipment_class: str
    outcome: Literal["pass", "fail", "left"]
    """*left*: the person went away before the end."""
    steps: tuple[CheckStep, ...]
    """In the order they were done; a failed one is the last."""
    serial_number: str = ""
    """What the instrument says its serial number is, where it can say so."""


AnyEntry = (
    SessionOpened
    | SessionClosed
    | SessionRefused
    | LockLifted
    | AccountabilityAccepted
    | OperationStarted
    | LotIdentified
    | CodeUnexpected
    | Consumed
    | MeasurementTaken
    | Inspected
    | Confirmed
    | LabelPrinted
    | LabelResult
    | LabelAccounted
    | LabelRead
    | Produced
    | NonconformityRaised
    | DispositionDecided
    | Corrected
    | Signed
    | ReleaseDecided
    | HoldPlaced
    | HoldLifted
    | InstrumentFaulted
    | InstrumentChecked
)


class Unread(Term, frozen=True, kw_only=True):
    """An entry of a kind this version does not know: kept, counted, never dropped."""

    kind: str
    body: dict[str, object]
