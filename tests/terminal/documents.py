"""The work documents and the people of the terminal's tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

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
from forms.workpack import ApprovedMaster, JobOrder, WorkPack
from forms.workpack import Place as PackPlace
from sync.keys import TEST_COST, TestSigner, wrap_person_key

ORIGIN = "lotbook.test/S1/ST-01/1"
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECRETS = {"ana": "123456", "ben": "234567", "qi": "345678"}
PRODUCT_GTIN, TUBE_GTIN = "09506000151007", "09506000211008"
GOOD_LOT, OLD_LOT = "T26-1", "T21-9"


def text(words: str) -> Text:
    """The same words in both languages, told apart."""
    return Text(en=words, zh_CN=f"{words}（中）")


def badge_of(person: str) -> str:
    """A badge's code."""
    return f"LB:ID:{person.upper()}0000000000"


def _person(name: str, classes: tuple[PersonnelClass, ...]) -> Person:
    seed = hashlib.sha256(name.encode()).digest()
    zero: Callable[[int], bytes] = bytes
    return Person(
        id=name,
        name=name.title(),
        classes=classes,
        public_key=TestSigner(name, seed).public_key.hex(),
        wrapped_key=wrap_person_key(
            seed, badge_of(name), SECRETS[name], cost=TEST_COST, random=zero
        ),
        badge_digest=hashlib.sha256(badge_of(name).encode()).hexdigest(),
        qualified=("*",),
    )


def master(symbology: str = "gs1-datamatrix") -> WorkMaster:
    """One product, one operation of each kind of step, and a signature."""
    operator = PersonnelClass.OPERATOR
    ask: dict[str, Any] = {"title": text("Title"), "instruction": text("Do it")}
    return WorkMaster(
        id="WM-T",
        revision=1,
        title=text("Test set"),
        product=Product(item="SET", gtin=PRODUCT_GTIN, name=text("Set"), shelf_life_days=365),
        bom=(
            BomLine(
                item="TUB",
                name=text("Tube"),
                gtin=TUBE_GTIN,
                per_unit=Quantity(value=Decimal("1.5"), unit="m"),
            ),
        ),
        operations=(
            Operation(
                id="OP10",
                title=text("Kitting"),
                work_unit="WU-10",
                personnel_class=operator,
                steps=(
                    ConfirmStep(id="CLEAR", statement=text("All clear"), **ask),
                    IdentifyStep(id="TUBE", item="TUB", **ask),
                ),
            ),
            Operation(
                id="OP20",
                title=text("Bond and check"),
                work_unit="WU-20",
                personnel_class=operator,
                steps=(
                    MeasureStep(
                        id="WEIGH",
                        characteristic="DOSE",
                        equipment_class="balance",
                        limits=Limits(unit="g", low=Decimal("0.45"), high=Decimal("0.55")),
                        **ask,
                    ),
                    MeasureStep(
                        id="OD",
                        characteristic="OD",
                        equipment_class="caliper",
                        limits=Limits(unit="mm", low=Decimal("4.00"), high=Decimal("4.20")),
                        sampling=(SamplingRow(n=2),),
                        **ask,
                    ),
                    MeasureStep(
                        id="PRESS",
                        characteristic="PRESS",
                        equipment_class="pressure_gauge",
                        limits=Limits(unit="kPa", low=Decimal(50)),
                        typed=True,
                        look=True,
                        **ask,
                    ),
                    InspectStep(
                        id="LEAK",
                        characteristic="LEAK",
                        question=text("Tight?"),
                        photo=True,
                        **ask,
                    ),
                ),
            ),
            Operation(
                id="OP50",
                title=text("Label"),
                work_unit="WU-10",
                personnel_class=operator,
                steps=(LabelStep(id="UDI", symbology=symbology, **ask),),
            ),
            Operation(
                id="OP60",
                title=text("Verify"),
                work_unit="WU-10",
                personnel_class=PersonnelClass.SUPERVISOR,
                steps=(
                    SignStep(
                        id="VERIFY",
                        meaning=Meaning.VERIFIED,
                        personnel_class=PersonnelClass.SUPERVISOR,
                        covers=("OP10", "OP20", "OP50"),
                        **ask,
                    ),
                ),
            ),
        ),
    )


@lru_cache(maxsize=1)
def people() -> tuple[Person, ...]:
    """An operator, a supervisor, a quality person."""
    return (
        _person("ana", (PersonnelClass.OPERATOR,)),
        _person("ben", (PersonnelClass.SUPERVISOR,)),
        _person("qi", (PersonnelClass.QUALITY,)),
    )


def make_pack(
    number: int = 1,
    *,
    units: int = 2,
    staff: tuple[Person, ...] | None = None,
    symbology: str = "gs1-datamatrix",
) -> WorkPack:
    """The plant's work pack."""
    made = master(symbology)
    digest = codec.digest(made)

    def lot(name: str, expiry: date) -> MaterialLot:
        return MaterialLot(
            lot=name,
            item="TUB",
            quantity=Quantity(value=Decimal(100), unit="m"),
            status=LotStatus.RELEASED,
            expiry=expiry,
        )

    def asset(name: str, role: str) -> PhysicalAsset:
        return PhysicalAsset(
            id=name, equipment_class=role, serial_number="1", calibration_due=date(2027, 1, 1)
        )

    return WorkPack(
        number=number,
        issued_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=30),
        place=PackPlace(
            enterprise="E",
            site="S1",
            area="A",
            work_center="WC",
            work_units={"WU-10": text("Bench"), "WU-20": text("Lab")},
        ),
        masters=(ApprovedMaster(digest=digest, master=made),),
        job_orders=(
            JobOrder(
                id="JO-1",
                lot="IV26-1",
                units=units,
                work_master=digest,
                serials=tuple(f"{n:04d}" for n in range(1, units + 1)),
            ),
        ),
        people=staff or people(),
        materials=(
            MaterialDefinition(item="TUB", name=text("Tube"), unit="m", gtin=TUBE_GTIN),
            MaterialDefinition(item="SET", name=text("Set"), unit="ea", gtin=PRODUCT_GTIN),
        ),
        lots=(lot(GOOD_LOT, date(2027, 1, 31)), lot(OLD_LOT, date(2024, 1, 31))),
        assets=(
            asset("BAL", "balance"),
            asset("CAL", "caliper"),
            asset("CAM", "camera"),
        ),
        accountability=text("My signature here binds me."),
    )
