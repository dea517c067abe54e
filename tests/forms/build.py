"""A small sample plant for tests: work master, pack, people, lots; and a fluent history.

``History`` makes records one by one, each judged as it comes::

    history = History().to_release()
    assert history.state.decision == "released"
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

import msgspec

from forms import codec, entries, judge_label, release
from forms.cover import required_cover
from forms.identifiers import content_says, element_string, from_brackets, join, parse, raw_string
from forms.job import JobState, Recorded, Verdict, advance, start
from forms.masters import (
    SignStep,
    WorkMaster,
)
from forms.terms import (
    Attachment,
    Disposition,
    Meaning,
    PersonnelClass,
    Quantity,
)
from forms.workpack import JobOrder, WorkPack

if TYPE_CHECKING:
    from forms.entries import AnyEntry

from tests.forms.documents import (
    GLUE_GTIN,
    NAMES,
    NOW,
    OPERATOR,
    ORIGIN,
    PACK,
    QUALITY,
    SUPERVISOR,
    TODAY,
    TUBE_GTIN,
    ZERO,
    quantity,
    sample_master,
    sample_order,
    sample_pack,
    text,
)


def scan(
    gtin: str, lot: str, expiry: date | None = None, *, aim: str = "]d2", source: str = "scanner"
) -> entries.Scan:
    """A scan of a component's code."""
    raw = raw_string(element_string(gtin=gtin, expiry=expiry, lot=lot)).hex()
    return entries.Scan(raw=raw, source=source, symbology=aim)  # type: ignore[arg-type]


def ref_of(number: int) -> str:
    """A ref for the number-th record of a history."""
    return hashlib.sha256(f"record {number}".encode()).hexdigest()


@dataclass
class History:
    """Records of one job order, made one by one; ``state`` and ``verdicts`` follow."""

    master: WorkMaster = field(default_factory=sample_master)
    order: JobOrder | None = None
    pack: WorkPack | None = None
    person: str = OPERATOR
    origin: str = ORIGIN
    wall: datetime = NOW
    quality: str = "anchored"
    records: list[Recorded] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.order = self.order or sample_order(self.master)
        self.pack = self.pack or sample_pack(self.master, self.order)
        self.state: JobState = start(self.order, self.master)

    # --- making records ------------------------------------------------------------------------

    @property
    def the_order(self) -> JobOrder:
        assert self.order is not None
        return self.order

    @property
    def the_pack(self) -> WorkPack:
        assert self.pack is not None
        return self.pack

    @property
    def verdict(self) -> Verdict:
        """The verdict on the last record."""
        return self.verdicts[-1]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the last verdict's reasons."""
        return tuple(reason.code for reason in self.verdict.reasons)

    @property
    def ref(self) -> str:
        """The last record's ref; zeros before the first."""
        return self.records[-1].ref if self.records else ZERO

    def context(self, **changes: object) -> entries.Context:
        """The context of a record made now at the current step."""
        current = self.state.current
        context = entries.Context(
            station="ST-01",
            work_unit="WU-1",
            person=self.person,
            work_pack=PACK,
            job_order=self.the_order.id,
            work_master=self.the_order.work_master,
            operation=current[0].id if current else "",
            step=current[1].id if current else "",
        )
        return msgspec.structs.replace(context, **changes)

    def record(self, entry: AnyEntry | entries.Unread, **changes: object) -> Self:
        """One more record; ``changes`` are of :class:`Recorded`."""
        recorded = Recorded(
            ref=ref_of(len(self.records)),
            origin=self.origin,
            index=len(self.records),
            wall=self.wall,
            quality=self.quality,
            entry=entry,
            sound=True,
        )
        recorded = replace(recorded, **changes)  # type: ignore[arg-type]
        self.state, verdict = advance(self.state, recorded, self.pack)
        self.records.append(recorded)
        self.verdicts.append(verdict)
        return self

    def by(self, person: str) -> Self:
        """From here on as that person."""
        self.person = person
        return self

    # --- each kind, right by default -----------------------------------------------------------

    def confirm(self, answer: str = "yes", **context: object) -> Self:
        statement = text("The line is clear.").en
        return self.record(
            entries.Confirmed(
                context=self.context(**context),
                statement_digest=codec.text_digest(statement),
                answer=answer,  # type: ignore[arg-type]
            )
        )

    def identify(self, scanned: entries.Scan, **context: object) -> Self:
        said = parse(bytes.fromhex(scanned.raw), scanned.symbology)
        return self.record(
            entries.LotIdentified(
                context=self.context(**context),
                scan=scanned,
                gtin=said.gtin,
                lot=said.lot,
                expiry=said.expiry,
                serial=said.serial,
                findings=said.findings,
                udi_di=said.other_di,
            )
        )

    def consume(self, item: str, lot: str, amount: Quantity, /, **changes: object) -> Self:
        entry = entries.Consumed(
            context=self.context(), item=item, lot=lot, quantity=amount, identified=self.ref
        )
        return self.record(msgspec.structs.replace(entry, **changes))

    def measure(
        self, characteristic: str, sample: int, value: str, unit: str, **taken: object
    ) -> Self:
        reading = entries.Taken(
            quantity=quantity(value, unit),
            state="stable",
            instrument="BAL-1" if characteristic == "WEIGHT" else "CAL-1",
            raw="53",
        )
        return self.record(
            entries.MeasurementTaken(
                context=self.context(),
                characteristic=characteristic,
                sample=sample,
                taken=msgspec.structs.replace(reading, **taken),
            )
        )

    def weigh(self, value: str = "0.40", **taken: object) -> Self:
        return self.measure("WEIGHT", 1, value, "g", **taken)

    def diameter(self, sample: int, value: str = "4.10", **taken: object) -> Self:
        return self.measure("OD", sample, value, "mm", **taken)

    def type_diameter(self, sample: int, value: str = "4.10") -> Self:
        return self.diameter(sample, value, typed=True, instrument="", raw="")

    def inspect(self, outcome: str = "pass", *, photo: bool = True) -> Self:
        picture = Attachment(sha256=ZERO, media_type="image/png", size=1) if photo else None
        return self.record(
            entries.Inspected(
                context=self.context(),
                characteristic="LEAK",
                sample=1,
                outcome=outcome,  # type: ignore[arg-type]
                photo=picture,
            )
        )

    def print_label(self, serial: str, /, **changes: object) -> Self:
        content = judge_label.label_content(self.state, serial, self.wall.date())
        entry = entries.LabelPrinted(context=self.context(), serial=serial, content=content)
        return self.record(msgspec.structs.replace(entry, **changes))

    def told(self, serial: str, result: str, ref: str = "") -> Self:
        entry = entries.LabelResult(
            context=self.context(),
            serial=serial,
            printed=ref or self.state.printed[serial][0],
            result=result,  # type: ignore[arg-type]
        )
        return self.record(entry)

    def account(self, serial: str, fate: str, ref: str = "", reason: str = "torn") -> Self:
        entry = entries.LabelAccounted(
            context=self.context(),
            serial=serial,
            printed=ref or self.state.printed[serial][0],
            fate=fate,  # type: ignore[arg-type]
            reason=reason,
        )
        return self.record(entry)

    def read_label(
        self, serial: str, raw: bytes | None = None, aim: str = "]d2", **changes: object
    ) -> Self:
        ref, label = self.state.printed[serial]
        message = join(from_brackets(label.content).elements) if raw is None else raw
        entry = entries.LabelRead(
            context=self.context(),
            serial=serial,
            scan=entries.Scan(raw=message.hex(), source="scanner", symbology=aim),
            printed=ref,
        )
        return self.record(msgspec.structs.replace(entry, **changes))

    def produce(self, serial: str, /, **changes: object) -> Self:
        says = content_says(self.state.printed[serial][1].content)
        entry = entries.Produced(
            context=self.context(),
            item="SET",
            gtin=says.gtin,
            lot=says.lot,
            serial=serial,
            expiry=says.expiry or TODAY,
            label=self.state.read.get(serial, ZERO),
        )
        return self.record(msgspec.structs.replace(entry, **changes))

    def raise_about(self, *refs: str, description: str = "it failed") -> Self:
        return self.record(
            entries.NonconformityRaised(context=self.context(), about=refs, description=description)
        )

    def decide(self, nonconformity: str, disposition: Disposition, reason: str = "why") -> Self:
        return self.record(
            entries.DispositionDecided(
                context=self.context(),
                nonconformity=nonconformity,
                disposition=disposition,
                reason=reason,
            )
        )

    def correct(self, of: str, was: str, now: str, /, **changes: object) -> Self:
        place = self.state.by_ref[of].entry
        assert not isinstance(place, entries.Unread)
        where = {"operation": place.context.operation, "step": place.context.step}
        entry = entries.Corrected(
            context=self.context(**where), of=of, field="quantity", was=was, now=now, reason="typo"
        )
        return self.record(msgspec.structs.replace(entry, **changes))

    def sign(
        self, meaning: Meaning, personnel_class: PersonnelClass, /, *covers: str, **changes: object
    ) -> Self:
        entry = entries.Signed(
            context=self.context(),
            meaning=meaning,
            printed_name=NAMES.get(self.person, "?"),
            personnel_class=personnel_class,
            covers=covers,
            covers_root=ZERO,
            text_digest=ZERO,
            time=self.wall.isoformat(),
            head=f"0:{ZERO}",
            components=("badge", "secret"),
            signature="",
        )
        return self.record(msgspec.structs.replace(entry, **changes))

    def sign_step(self, **changes: object) -> Self:
        """The supervisor's signature on the sample's sign step."""
        step = self.master.step("OP40", "S10")
        assert isinstance(step, SignStep)
        cover = required_cover(self.state, "OP40", step)
        return self.by(SUPERVISOR).sign(
            Meaning.VERIFIED, PersonnelClass.SUPERVISOR, *cover, **changes
        )

    def decide_release(self, decision: str = "released", /, **changes: object) -> Self:
        entry = entries.ReleaseDecided(
            context=self.context(),
            lot=self.the_order.lot,
            decision=decision,  # type: ignore[arg-type]
            quantity=quantity(str(len(self.state.produced)), "ea"),
            records=len(release.basis(self.state)),
            records_root=ZERO,
        )
        return self.record(msgspec.structs.replace(entry, **changes))

    # --- as far as … ---------------------------------------------------------------------------

    def settled(self, raised: str, disposition: Disposition) -> Self:
        """The nonconformity decided and signed: by quality for a concession, else a supervisor."""
        concession = disposition is Disposition.CONCESSION
        person = QUALITY if concession else SUPERVISOR
        signing = PersonnelClass.QUALITY if concession else PersonnelClass.SUPERVISOR
        before = self.person
        self.by(person).decide(raised, disposition)
        return self.sign(Meaning.APPROVED, signing, self.ref).by(before)

    def take_tube(self) -> Self:
        self.identify(scan(TUBE_GTIN, "T1", TODAY + timedelta(days=30)))
        return self.consume("TUBE", "T1", quantity("3.0", "m"))

    def take_glue(self) -> Self:
        self.identify(scan(GLUE_GTIN, "G1"))
        return self.consume("GLUE", "G1", quantity("0.4", "g"))

    def to_weighing(self) -> Self:
        return self.confirm().take_tube().take_glue()

    def to_diameter(self) -> Self:
        return self.to_weighing().weigh()

    def to_leak(self) -> Self:
        return self.to_diameter().diameter(1).diameter(2)

    def to_labels(self) -> Self:
        return self.to_leak().inspect()

    def label(self, serial: str) -> Self:
        return self.print_label(serial).read_label(serial).produce(serial)

    def to_sign_off(self) -> Self:
        self.to_labels()
        for serial in self.the_order.serials:
            self.label(serial)
        return self

    def to_signed(self) -> Self:
        return self.to_sign_off().sign_step()

    def to_release(self) -> Self:
        self.to_signed().by(QUALITY).decide_release()
        return self.sign(Meaning.RELEASED, PersonnelClass.QUALITY, self.ref)
