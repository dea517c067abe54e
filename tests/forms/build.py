"""A small sample plant for tests: work master, pack, people, lots; and a fluent history.

``History`` makes records one by one, each judged as it comes::

    history = History().to_release()
    assert history.state.decision == "released"
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Self, TypedDict

import msgspec

from forms import codec, entries, judge_material, release
from forms.cover import required_cover
from forms.identifiers import element_string, from_brackets, join, parse, raw_string
from forms.job import JobState, Recorded, Verdict, advance, start
from forms.masters import (
    BomLine,
    ConfirmStep,
    IdentifyStep,
    InspectStep,
    LabelStep,
    Limits,
    MeasureStep,
    Operation,
    Product,
    SamplingRow,
    SignStep,
    WorkMaster,
)
from forms.terms import (
    Attachment,
    Disposition,
    LotStatus,
    MaterialDefinition,
    MaterialLot,
    Meaning,
    Person,
    PersonnelClass,
    PhysicalAsset,
    Quantity,
    Text,
)
from forms.workpack import ApprovedMaster, JobOrder, Place, WorkPack

if TYPE_CHECKING:
    from forms.entries import AnyEntry

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TODAY = NOW.date()
ORIGIN = "lotbook.test/S1/ST-01/1"
OFFICE = "lotbook.test/S1/OFFICE/1"
TUBE_GTIN = "09506000211008"
GLUE_GTIN = "09506000251004"
SET_GTIN = "09506000151007"
PACK = "a" * 64
OPERATOR, SUPERVISOR, QUALITY = "P-1", "P-2", "P-3"
ADMINISTRATOR = "P-4"
NAMES = {OPERATOR: "Chen Wei", SUPERVISOR: "Maria Lopez", QUALITY: "Zhang Li"}
ZERO = "0" * 64


def text(en: str) -> Text:
    return Text(en=en, zh_CN=f"中 {en}")


def quantity(value: str, unit: str) -> Quantity:
    return Quantity(value=Decimal(value), unit=unit)


def sample_master() -> WorkMaster:
    """Two operations of work (confirm, identify ×2, weigh, diameter, leak), labels, sign-off."""
    operator = PersonnelClass.OPERATOR
    return WorkMaster(
        id="WM-SET",
        revision=1,
        title=text("Set"),
        product=Product(item="SET", gtin=SET_GTIN, name=text("Set"), shelf_life_days=365),
        bom=(
            BomLine(item="TUBE", name=text("Tube"), per_unit=quantity("1.5", "m"), gtin=TUBE_GTIN),
            BomLine(item="GLUE", name=text("Glue"), per_unit=quantity("0.2", "g"), expires=False),
        ),
        operations=(
            _operation(
                "OP10", operator, _clear(), _identify("S20", "TUBE"), _identify("S30", "GLUE")
            ),
            _operation("OP20", operator, _weigh(), _diameter(), _leak()),
            _operation("OP30", operator, LabelStep(id="S10", **_words("Label"))),
            _operation("OP40", PersonnelClass.SUPERVISOR, _verify()),
        ),
    )


class _Words(TypedDict):
    title: Text
    instruction: Text


def _words(title: str) -> _Words:
    return {"title": text(title), "instruction": text(f"{title}!")}


def _operation(ident: str, personnel_class: PersonnelClass, *steps: object) -> Operation:
    return Operation(
        id=ident,
        title=text(ident),
        work_unit="WU-1",
        personnel_class=personnel_class,
        steps=steps,  # type: ignore[arg-type]
    )


def _clear() -> ConfirmStep:
    return ConfirmStep(id="S10", statement=text("The line is clear."), **_words("Clear"))


def _identify(ident: str, item: str) -> IdentifyStep:
    return IdentifyStep(id=ident, item=item, **_words(item))


def _weigh() -> MeasureStep:
    return MeasureStep(
        id="S10",
        characteristic="WEIGHT",
        equipment_class="balance",
        limits=Limits(unit="g", low=Decimal("0.30"), high=Decimal("0.50")),
        **_words("Weigh"),
    )


def _diameter() -> MeasureStep:
    return MeasureStep(
        id="S20",
        characteristic="OD",
        equipment_class="caliper",
        limits=Limits(unit="mm", low=Decimal("4.00"), high=Decimal("4.20")),
        sampling=(SamplingRow(n=2, up_to=10), SamplingRow(n=5)),
        typed=True,
        **_words("Diameter"),
    )


def _leak() -> InspectStep:
    return InspectStep(
        id="S30", characteristic="LEAK", question=text("Tight?"), photo=True, **_words("Leak")
    )


def _verify() -> SignStep:
    return SignStep(
        id="S10",
        meaning=Meaning.VERIFIED,
        personnel_class=PersonnelClass.SUPERVISOR,
        **_words("Verify"),
    )


def sample_people() -> tuple[Person, ...]:
    return (
        _person(OPERATOR, PersonnelClass.OPERATOR),
        _person(SUPERVISOR, PersonnelClass.SUPERVISOR),
        _person(QUALITY, PersonnelClass.QUALITY),
        Person(
            id=ADMINISTRATOR,
            name="Sofia Berg",
            classes=(PersonnelClass.ADMINISTRATOR,),
            public_key="44" * 32,
        ),
    )


def _person(ident: str, *classes: PersonnelClass) -> Person:
    return Person(
        id=ident, name=NAMES[ident], classes=classes, public_key="11" * 32, qualified=("*",)
    )


def sample_lots() -> tuple[MaterialLot, ...]:
    released = LotStatus.RELEASED
    return (
        _lot("TUBE", "T1", "100", "m", released, TODAY + timedelta(days=30)),
        _lot("TUBE", "T-OLD", "100", "m", released, TODAY - timedelta(days=1)),
        _lot("TUBE", "T-HOLD", "100", "m", LotStatus.HOLD, TODAY + timedelta(days=30)),
        _lot("TUBE", "T-WAIT", "100", "m", LotStatus.QUARANTINE, TODAY + timedelta(days=30)),
        _lot("TUBE", "T-SHORT", "2.9", "m", released, TODAY + timedelta(days=30)),
        _lot("GLUE", "G1", "50", "g", released, None),
    )


def _lot(
    item: str, lot: str, amount: str, unit: str, status: LotStatus, expiry: date | None
) -> MaterialLot:
    return MaterialLot(
        lot=lot, item=item, quantity=quantity(amount, unit), status=status, expiry=expiry
    )


def sample_assets() -> tuple[PhysicalAsset, ...]:
    due = TODAY + timedelta(days=10)
    return (
        PhysicalAsset(
            id="BAL-1", equipment_class="balance", serial_number="1", calibration_due=due
        ),
        PhysicalAsset(
            id="BAL-OLD",
            equipment_class="balance",
            serial_number="2",
            calibration_due=TODAY - timedelta(days=1),
        ),
        PhysicalAsset(
            id="BAL-BAD",
            equipment_class="balance",
            serial_number="3",
            calibration_due=None,
            usable=False,
        ),
        PhysicalAsset(
            id="CAL-1", equipment_class="caliper", serial_number="4", calibration_due=None
        ),
    )


def sample_order(master: WorkMaster | None = None, *, units: int = 2) -> JobOrder:
    return JobOrder(
        id="JO-1",
        lot="LOT-1",
        units=units,
        work_master=codec.digest(master or sample_master()),
        serials=tuple(f"{number:04}" for number in range(1, units + 1)),
    )


def sample_pack(
    master: WorkMaster | None = None, order: JobOrder | None = None, **changes: object
) -> WorkPack:
    master = master or sample_master()
    order = order or sample_order(master)
    pack = WorkPack(
        number=7,
        issued_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=30),
        place=Place(
            enterprise="E", site="S1", area="A", work_center="C", work_units={"WU-1": text("One")}
        ),
        masters=(ApprovedMaster(digest=codec.digest(master), master=master),),
        job_orders=(order,),
        people=sample_people(),
        materials=(
            MaterialDefinition(item="GLUE", name=text("Glue"), unit="g", gtin=GLUE_GTIN),
            MaterialDefinition(item="TUBE", name=text("Tube"), unit="m", gtin=TUBE_GTIN),
        ),
        lots=sample_lots(),
        assets=sample_assets(),
        accountability=text("I am accountable."),
    )
    return msgspec.structs.replace(pack, **changes)


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
            quality="anchored",
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
        content = judge_material.label_content(self.state, serial, self.wall.date())
        entry = entries.LabelPrinted(context=self.context(), serial=serial, content=content)
        return self.record(msgspec.structs.replace(entry, **changes))

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
        says = from_brackets(self.state.printed[serial][1].content)
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
