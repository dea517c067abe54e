"""What the rule book's tests judge by: master, people, lots, assets, order, pack."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypedDict

import msgspec

from forms import codec
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
