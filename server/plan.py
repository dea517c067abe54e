"""The plan file: everything a new server must be told before its first day (``init --plan FILE``).

YAML (``.yaml``/``.yml``) or TOML (``.toml``); the keys are the same. Unknown keys are refused, so
that a misspelt key is never silently ignored. Texts on screens are ``{en: …, zh_CN: …}``.
Quantities are written as strings (``"10000"``), so that no digit is changed by a float.
Dates are ``2031-06-30``, or relative to the day of ``init``: ``+400d``, ``-10d``.

.. code-block:: yaml

    version: 1
    demo: true                    # only a demo plan may hold `secret:`; otherwise secrets come
                                  # from --secrets FILE/stdin as lines `P-001=secret`
    domain: lotbook.demo          # origins are <domain>/<site>/<station>/<epoch>
    site: S1                      # the site's short code in origins (A-Z 0-9 - _)
    place:                        # ISA-95 path, shown on screens and prints
      enterprise: Example Medical
      site: Suzhou plant
      area: Clean room 2
      work_center: Infusion sets
      work_units:
        WU-10: {en: Kitting, zh_CN: 备料}
    stations:                     # stations that may ask to be enrolled, and their work units
      - {id: ST-01, work_units: [WU-10, WU-20, WU-30]}
    founders: [P-001, P-002]      # one administrator, one of quality; both sign the founding
    people:
      - id: P-001
        name: Lin Mei             # as printed beside signatures
        classes: [administrator]  # operator supervisor quality administrator auditor
        badge: "LB:ID:7Q4M…"      # the badge's code (opaque, random); only its SHA-256 is kept
        secret: "482 913"         # demo only; at least 6 characters
        identity: {document: passport, checked_by: P-002}   # who checked which document
        qualified: ["*"]          # or WORK-MASTER/OPERATION
        qualified_until: +365d
    materials:
      - {item: TUB-100, name: {en: Tubing, zh_CN: 管路}, unit: m, gtin: "09506000134352"}
    suppliers:
      - {id: SUP-01, name: Northern Polymers}
    lots:                         # status: quarantine | released | hold | rejected
      - {item: TUB-100, lot: T2409, quantity: "500", unit: m, expiry: +700d, supplier: SUP-01,
         status: released}
    assets:
      - {id: BAL-01, equipment_class: balance, serial_number: B8312, calibration_due: +90d,
         certificate: CAL-2291, laboratory: Lab, calibrated_on: -275d, make: A, model: B,
         place: Bench, capability: {unit: g, low: "0", high: "200", uncertainty: "0.003"}}
    metrology:                    # what the site asks of its instruments; these are the defaults
      {least_ratio: "4", warn_days: 14, capability_needed: false}
    work_masters:                 # files beside the plan; proposed, checked and approved by signatu
      - {file: iv-set.yaml, proposed_by: P-001, checked_by: P-004, approved_by: P-002}
    job_orders:                   # `work_master` is the id inside the file; the newest approved one
      - {id: JO-1001, lot: L2611A, units: 8, work_master: IV-SET,
         serials: {prefix: "7K", first: 1, digits: 6}}   # or a list of strings
    accountability:               # the statement accepted before the first signature (11.10(j))
      en: My electronic signature is as binding as my handwritten one.
      zh_CN: 我的电子签名与手写签名具有同等效力。

Errors name the file, the key and the cure (:class:`server.plan_error.PlanError`).
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from forms.terms import LotStatus, PersonnelClass, Text
from server.plan_assets import Code, PlanAsset, PlanMetrology, PlanPart
from server.plan_error import PlanError

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNTABILITY = Text(
    en="I accept that my electronic signature is as binding as my handwritten signature.",
    zh_CN="本人确认：我的电子签名与手写签名具有同等法律效力。",
)
"""The statement used when the plan gives none."""

_RELATIVE = re.compile(r"^([+-])(\d{1,5})d$")


class PlanPlace(PlanPart, frozen=True):
    """The ISA-95 path, and the work units with the names shown."""

    enterprise: str
    site: str
    area: str
    work_center: str
    work_units: dict[str, Text]


class PlanStation(PlanPart, frozen=True):
    """A station that may ask for enrolment and the work units it serves."""

    id: Code
    work_units: tuple[str, ...]


class PlanIdentity(PlanPart, frozen=True):
    """How a person's identity was proved: which document, checked by whom."""

    document: str
    checked_by: str


class PlanPerson(PlanPart, frozen=True):
    """A person, as in :class:`forms.terms.Person`, with badge and (demo only) secret."""

    id: Code
    name: str
    classes: tuple[PersonnelClass, ...]
    badge: str
    identity: PlanIdentity
    secret: str = ""
    qualified: tuple[str, ...] = ("*",)
    qualified_until: str = ""


class PlanMaterial(PlanPart, frozen=True):
    """An item: number, name, stock unit, GTIN, device identifiers of other agencies."""

    item: Code
    name: Text
    unit: str
    gtin: str = ""
    udi_dis: tuple[str, ...] = ()


class PlanSupplier(PlanPart, frozen=True):
    """A supplier that lots may name."""

    id: Code
    name: str


class PlanLot(PlanPart, frozen=True):
    """A received lot."""

    item: Code
    lot: str
    quantity: str
    unit: str
    status: LotStatus
    expiry: str = ""
    supplier: str = ""
    hold_reason: str = ""


class PlanMaster(PlanPart, frozen=True):
    """A work master's file and the people who sign its way to approval."""

    file: str
    proposed_by: str
    checked_by: str
    approved_by: str


class PlanSerials(PlanPart, frozen=True):
    """Serial numbers counted up: prefix and a zero-padded number."""

    prefix: str = ""
    first: int = 1
    digits: int = 6


class PlanOrder(PlanPart, frozen=True):
    """A job order to dispatch."""

    id: Code
    lot: str
    units: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    work_master: str
    serials: PlanSerials | tuple[str, ...] = PlanSerials()

    def allotted(self) -> tuple[str, ...]:
        """The serial numbers of the lot's units, in order."""
        if isinstance(self.serials, PlanSerials):
            rule = self.serials
            return tuple(
                f"{rule.prefix}{rule.first + n:0{rule.digits}d}" for n in range(self.units)
            )
        return self.serials


class Plan(PlanPart, frozen=True):
    """The whole plan; see the module's text for the format."""

    version: Literal[1]
    domain: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$")]
    site: Code
    place: PlanPlace
    founders: tuple[str, str]
    people: tuple[PlanPerson, ...]
    demo: bool = False
    stations: tuple[PlanStation, ...] = ()
    materials: tuple[PlanMaterial, ...] = ()
    suppliers: tuple[PlanSupplier, ...] = ()
    lots: tuple[PlanLot, ...] = ()
    assets: tuple[PlanAsset, ...] = ()
    metrology: PlanMetrology = PlanMetrology()
    work_masters: tuple[PlanMaster, ...] = ()
    job_orders: tuple[PlanOrder, ...] = ()
    accountability: Text = ACCOUNTABILITY

    def person(self, person_id: str) -> PlanPerson:
        """The person of that id; PlanError if there is none."""
        for person in self.people:
            if person.id == person_id:
                return person
        msg = f"people: there is no person {person_id!r}; add one or correct the id"
        raise PlanError(msg)


def day(text: str, today: date) -> date | None:
    """A plan's date: ISO, ``+Nd``/``-Nd`` from ``today``, or empty for none."""
    if not text:
        return None
    relative = _RELATIVE.match(text)
    if relative:
        days = int(relative[2]) * (1 if relative[1] == "+" else -1)
        return today + timedelta(days=days)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r} is not a date: write 2031-06-30 or +400d"
        raise PlanError(msg) from error


def amount(text: str) -> Decimal:
    """A plan's quantity as an exact decimal; PlanError if it is not plain digits."""
    if not re.fullmatch(r"\d{1,12}(\.\d{1,6})?", text, re.ASCII):
        msg = f"{text!r} is not a quantity: write its digits in quotes, such as '12.5'"
        raise PlanError(msg)
    return Decimal(text)


_ANY_DAY = date(2000, 1, 1)
"""Where only the spelling of a date is checked."""
# no file, no YAML, too deep; no UTF-8, no TOML, no such day; a map for a key
_UNREADABLE = (OSError, YAMLError, RecursionError, ValueError, TypeError)


def read_plan(path: Path) -> Plan:
    """Read and check a plan file; :class:`PlanError` names file, key and cure."""
    try:
        plan = msgspec.convert(_texts(_raw(path)), Plan)
        _check(plan)
    except (msgspec.ValidationError, PlanError) as error:
        msg = f"{path}: {error}"
        raise PlanError(msg) from error
    return plan


def _raw(path: Path) -> object:
    try:
        data = path.read_text(encoding="utf-8")
        return tomllib.loads(data) if path.suffix == ".toml" else YAML(typ="safe").load(data)
    except FileNotFoundError as error:
        msg = "there is no such file; give the plan's path with --plan"
        raise PlanError(msg) from error
    except _UNREADABLE as error:
        msg = f"cannot be read: {error}"
        raise PlanError(msg) from error


def _texts(raw: object) -> object:
    """Dates that YAML or TOML already parsed, back as text (one way to write a date)."""
    if isinstance(raw, dict):
        return {key: _texts(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_texts(value) for value in raw]
    return raw.isoformat() if isinstance(raw, date) else raw


def _check(plan: Plan) -> None:
    """What types cannot say: founders exist and differ, secrets only in a demo plan."""
    first, second = (plan.person(one) for one in plan.founders)
    classes = {*first.classes, *second.classes}
    if first.id == second.id or not classes >= {
        PersonnelClass.ADMINISTRATOR,
        PersonnelClass.QUALITY,
    }:
        msg = "founders: name two different people, one administrator and one of quality"
        raise PlanError(msg)
    if not plan.demo and any(person.secret for person in plan.people):
        msg = "people: secrets may stand only in a plan with `demo: true`; use --secrets"
        raise PlanError(msg)
    known = {person.id for person in plan.people}
    for person in plan.people:
        if person.identity.checked_by not in known or person.identity.checked_by == person.id:
            msg = f"people: {person.id}: identity.checked_by must be another person of the plan"
            raise PlanError(msg)
    for lot in plan.lots:
        amount(lot.quantity)
        day(lot.expiry, _ANY_DAY)
    for asset in plan.assets:
        try:
            asset.term(lambda text: day(text, _ANY_DAY))
        except ValueError as error:
            msg = f"assets: {asset.id}: {error}"
            raise PlanError(msg) from error
