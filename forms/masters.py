"""Blank forms: the approved, versioned work master and its steps (B2MML WorkMaster)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from forms.label_design import LabelDesign
from forms.label_standard import standard
from forms.terms import MOST_DIGITS, Meaning, PersonnelClass, Quantity, Term, Text
from forms.units import UNITS

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9][A-Z0-9_.-]{0,31}$")]
"""An identifier an author writes: capitals, digits, ``_ . -``; at most 32 characters."""


class Limits(Term, frozen=True, kw_only=True):
    """Inclusive limits of a characteristic, in ``unit``; at least one side is given."""

    unit: str
    low: Decimal | None = None
    high: Decimal | None = None
    target: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse limits that nothing or everything could meet, and what is no plain number."""
        given = [one for one in (self.low, self.high, self.target) if one is not None]
        if any(not one.is_finite() or abs(one.adjusted()) > MOST_DIGITS for one in given):
            msg = "limits are plain numbers"
            raise ValueError(msg)
        if self.low is None and self.high is None:
            msg = "limits need a low or a high value"
            raise ValueError(msg)
        if self.low is not None and self.high is not None and self.low > self.high:
            msg = f"low {self.low} is above high {self.high}"
            raise ValueError(msg)

    @property
    def below_zero(self) -> bool:
        """Whether a value below zero may be found, within the limits or outside of them."""
        kind = UNITS[self.unit].kind if self.unit in UNITS else ""
        near = self.low is None or self.low <= 0
        return kind != "count" and (near or kind == "temperature")


class SamplingRow(Term, frozen=True, kw_only=True):
    """For lots of up to ``up_to`` units (None: any size), ``n`` samples are taken."""

    n: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    up_to: int | None = None


class BomLine(Term, frozen=True, kw_only=True):
    """One component of the product: item, name, how much a unit takes."""

    item: Id
    name: Text
    per_unit: Quantity
    gtin: str = ""
    expires: bool = True
    """Whether its lots must carry an expiry date."""


class StepBase(Term, frozen=True, kw_only=True):
    """What every step has: an id, a title, the instruction with its picture, its source."""

    id: Id
    title: Text
    instruction: Text
    critical: Text | None = None
    """The words that must not be overlooked, shown marked."""
    picture: str = ""
    """Name of a picture that ships with the product or the work master."""
    source: str = ""
    """The procedure or clause this step answers to."""
    look: bool = False
    """True: the screen waits for a touch after a pass instead of moving on."""


class ConfirmStep(StepBase, frozen=True, kw_only=True, tag="confirm"):
    """A statement the person confirms as true (line clearance and the like)."""

    statement: Text


class IdentifyStep(StepBase, frozen=True, kw_only=True, tag="identify"):
    """A component lot is scanned, checked and taken for the whole lot being made."""

    item: Id


class MeasureStep(StepBase, frozen=True, kw_only=True, tag="measure"):
    """A characteristic is measured with an instrument on one or more samples."""

    characteristic: Id
    equipment_class: str
    limits: Limits
    sampling: tuple[SamplingRow, ...] = (SamplingRow(n=1),)
    typed: bool = False
    """Whether the value may be typed by hand (it stays marked *typed* for ever)."""
    new_load: bool = False
    """Whether the load must have come off the instrument between two samples, where the instrument
    gives values all the time: what lies there does not stand for two."""


class InspectStep(StepBase, frozen=True, kw_only=True, tag="inspect"):
    """A pass/fail judgement by a person, with a photo where asked."""

    characteristic: Id
    question: Text
    photo: bool = False
    sampling: tuple[SamplingRow, ...] = (SamplingRow(n=1),)


class LabelStep(StepBase, frozen=True, kw_only=True, tag="label"):
    """Every unit of the lot gets a UDI label, printed and read back."""

    symbology: str = "gs1-datamatrix"
    design: LabelDesign | None = None
    """What is printed where; none: the house's own label (:mod:`forms.label_standard`)."""


class SignStep(StepBase, frozen=True, kw_only=True, tag="sign"):
    """A signature over everything recorded in the operations it names."""

    meaning: Meaning
    personnel_class: PersonnelClass
    covers: tuple[Id, ...] = ()
    """Operations signed for; empty: all before this one."""
    not_by_doer: bool = True
    """Whoever recorded anything in the covered operations may not sign."""


Step = ConfirmStep | IdentifyStep | MeasureStep | InspectStep | LabelStep | SignStep


class Operation(Term, frozen=True, kw_only=True):
    """A part of the work done at one work unit by people of one class."""

    id: Id
    title: Text
    work_unit: Id
    personnel_class: PersonnelClass
    steps: tuple[Step, ...]


class Product(Term, frozen=True, kw_only=True):
    """What is made: item, GTIN-14, name, and how its lots are dated."""

    item: Id
    gtin: str
    name: Text
    shelf_life_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)]
    hibc: str = ""
    """HIBC primary data (labeler, product, unit of measure), where its labels carry HIBC."""


class WorkMaster(Term, frozen=True, kw_only=True):
    """The approved recipe of work for one product, at one revision."""

    id: Id
    revision: Annotated[int, msgspec.Meta(ge=1)]
    title: Text
    product: Product
    bom: tuple[BomLine, ...]
    operations: tuple[Operation, ...]
    change: str = ""
    """Why this revision exists."""

    def operation(self, operation_id: str) -> Operation:
        """The operation of that id; KeyError if there is none."""
        for operation in self.operations:
            if operation.id == operation_id:
                return operation
        raise KeyError(operation_id)

    def step(self, operation_id: str, step_id: str) -> Step:
        """The step of that id in that operation; KeyError if there is none."""
        for step in self.operation(operation_id).steps:
            if step.id == step_id:
                return step
        raise KeyError((operation_id, step_id))

    def bom_line(self, item: str) -> BomLine:
        """The BOM line of that item; KeyError if it is not a component."""
        for line in self.bom:
            if line.item == item:
                return line
        raise KeyError(item)


def design_of(step: LabelStep) -> LabelDesign:
    """What a label step prints where."""
    return step.design or standard(step.symbology)


def samples_needed(sampling: tuple[SamplingRow, ...], lot_size: int) -> int:
    """How many samples a lot of ``lot_size`` units needs: the first row that holds it.

    A plan asks for no more samples than there are units. Rows are read in order; a row without
    ``up_to`` holds any lot. If none holds it, all units are samples (the safe reading).
    """
    for row in sampling:
        if row.up_to is None or lot_size <= row.up_to:
            return min(row.n, lot_size)
    return lot_size
