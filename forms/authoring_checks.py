"""What a well-typed work master can still get wrong."""

from __future__ import annotations

from collections.abc import Iterator

from forms.identifiers import AIM_OF, gtin14
from forms.label_checks import check_label
from forms.masters import (
    IdentifyStep,
    InspectStep,
    LabelStep,
    Limits,
    MeasureStep,
    Operation,
    SamplingRow,
    SignStep,
    Step,
    WorkMaster,
)
from forms.units import UNITS, known

Path = tuple[str | int, ...]
Found = Iterator[tuple[Path, str, str]]
MAX_STEPS = 500


def check(master: WorkMaster) -> Found:
    """Every (path, problem, cure) of a work master."""
    yield from _gtin(("product", "gtin"), master.product.gtin, needed=True)
    yield from _bom(master)
    if not master.operations:
        yield ("operations",), "there is no operation", "add one"
    if sum(len(each.steps) for each in master.operations) > MAX_STEPS:
        yield ("operations",), f"more than {MAX_STEPS} steps", "split the work master"
    ids = [each.id for each in master.operations]
    yield from _twice(("operations",), "id", ids)
    for at, operation in enumerate(master.operations):
        yield from _operation(master, operation, ("operations", at), ids[:at])
    yield from _once(master)


def _gtin(path: Path, gtin: str, *, needed: bool = False) -> Found:
    if not gtin and not needed:
        return
    try:
        if gtin14(gtin) == gtin:
            return
        yield path, f"{gtin} is a GTIN of {len(gtin)} digits", f'write it as "{gtin14(gtin)}"'
    except ValueError:
        yield path, f"{gtin!r} is not a GTIN-14", "check its 14 digits and the check digit"


def _twice(path: Path, field: str, values: list[str]) -> Found:
    for at, value in enumerate(values):
        if value in values[:at]:
            yield (*path, at, field), f"{value} comes twice", "give each its own"


def _bom(master: WorkMaster) -> Found:
    yield from _twice(("bom",), "item", [line.item for line in master.bom])
    yield from _twice(("bom",), "gtin", [line.gtin or f"-{line.item}" for line in master.bom])
    for at, line in enumerate(master.bom):
        path: Path = ("bom", at)
        yield from _gtin((*path, "gtin"), line.gtin)
        yield from _unit((*path, "per_unit", "unit"), line.per_unit.unit)
        if line.per_unit.value <= 0:
            yield (*path, "per_unit", "value"), "a unit takes more than nothing", "give the amount"


def _unit(path: Path, unit: str) -> Found:
    if not known(unit):
        yield path, f"{unit[:20]!r} is not a unit", f"one of {', '.join(UNITS)}"


def _operation(master: WorkMaster, operation: Operation, path: Path, before: list[str]) -> Found:
    if not operation.steps:
        yield path, f"operation {operation.id} has no step", "add one"
    yield from _twice((*path, "steps"), "id", [each.id for each in operation.steps])
    for at, step in enumerate(operation.steps):
        yield from _step(master, step, (*path, "steps", at))
        if isinstance(step, SignStep):
            yield from _sign(step, (*path, "steps", at), [*before, operation.id], first=at == 0)


def _step(master: WorkMaster, step: Step, path: Path) -> Found:
    if isinstance(step, IdentifyStep) and step.item not in {line.item for line in master.bom}:
        yield (*path, "item"), f"{step.item} is not in the bom", "add it to the bom or correct it"
    if isinstance(step, MeasureStep):
        yield from _limits(step.limits, (*path, "limits"))
    if isinstance(step, (MeasureStep, InspectStep)):
        yield from _sampling(step.sampling, (*path, "sampling"))
    if isinstance(step, LabelStep):
        yield from _label(master, step, path)


def _label(master: WorkMaster, step: LabelStep, path: Path) -> Found:
    if step.symbology not in AIM_OF:
        yield (*path, "symbology"), f"{step.symbology!r} is unknown", f"one of {', '.join(AIM_OF)}"
        return
    for inner, problem, cure in check_label(master.product, step):
        yield (*path, *inner), problem, cure


def _limits(limits: Limits, path: Path) -> Found:
    yield from _unit((*path, "unit"), limits.unit)
    target = limits.target
    if target is not None and (
        (limits.low is not None and target < limits.low)
        or (limits.high is not None and target > limits.high)
    ):
        yield (*path, "target"), f"target {target} is out of the limits", "correct one of them"


def _sampling(sampling: tuple[SamplingRow, ...], path: Path) -> Found:
    if not sampling:
        yield path, "the sampling plan is empty", "leave it out for one sample"
    reached = 0
    for at, row in enumerate(sampling):
        if at and sampling[at - 1].up_to is None:
            yield (*path, at), "a row after one for any lot size", "put it before"
        elif row.up_to is not None and row.up_to <= reached:
            yield (*path, at, "up_to"), "rows must count up", "sort them by up_to"
        reached = row.up_to or reached


def _sign(step: SignStep, path: Path, ids: list[str], *, first: bool) -> Found:
    """``ids``: the operations up to this step's own."""
    for at, covered in enumerate(step.covers):
        if covered not in ids:
            yield (*path, "covers", at), f"{covered} is not an operation before", "correct it"
        elif covered == ids[-1] and first:
            yield (*path, "covers", at), f"nothing in {covered} comes before", "leave it out"
    if first and len(ids) == 1 and not step.covers:
        yield path, "a signature with nothing before it", "put it after what it signs"


def _once(master: WorkMaster) -> Found:
    """Items are identified once, and labels made once: a second time would double the lot."""
    items: set[str] = set()
    labels = 0
    for path, step in _steps(master):
        if isinstance(step, IdentifyStep):
            if step.item in items:
                yield (*path, "item"), f"{step.item} is identified twice", "remove one step"
            items.add(step.item)
        labels += isinstance(step, LabelStep)
        if isinstance(step, LabelStep) and labels > 1:
            yield path, "a second label step", "remove one"
    for at, line in enumerate(master.bom):
        if line.item not in items:
            yield ("bom", at), f"no step identifies {line.item}", "add an identify step"


def _steps(master: WorkMaster) -> Iterator[tuple[Path, Step]]:
    for at, operation in enumerate(master.operations):
        for number, step in enumerate(operation.steps):
            yield ("operations", at, "steps", number), step
