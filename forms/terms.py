"""The words of the trade, as types. Names follow ISA-95/B2MML, ISO 13485, GS1 and 21 CFR Part 11.

Nothing here does I/O. Quantities are :class:`~decimal.Decimal` with a unit; dates are calendar
dates (a lot expires at the end of its day); identifiers are plain strings that never change.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

LANGUAGES = ("en", "zh_CN")
"""The languages of screens and prints, as the tags used in records and texts."""


class Term(msgspec.Struct, frozen=True, omit_defaults=True):
    """Base of every value in a record: immutable, compared by value, written without defaults."""


class Text(Term, frozen=True, kw_only=True):
    """A text in both languages of the product."""

    en: str
    zh_CN: str  # the language tag itself, as in file names and records

    def in_language(self, language: str) -> str:
        """The text in ``language`` (one of :data:`LANGUAGES`); English for any other tag."""
        return self.zh_CN if language == "zh_CN" else self.en


class Quantity(Term, frozen=True, kw_only=True):
    """A measured or counted amount: the instrument's own digits, and a unit (UCUM code)."""

    value: Decimal
    unit: str

    def __post_init__(self) -> None:
        """Refuse NaN and infinities: they are not amounts."""
        if not self.value.is_finite():
            msg = f"a quantity must be finite, not {self.value}"
            raise ValueError(msg)

    def __str__(self) -> str:
        """The digits as given, a thin space, the unit."""
        return f"{self.value:f}\u2009{self.unit}"


class Meaning(StrEnum):
    """What a signature means (21 CFR 11.50(a)(3)); a closed list that only grows."""

    AUTHORSHIP = "authorship"
    PERFORMED = "performed"
    VERIFIED = "verified"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    RESPONSIBILITY = "responsibility"
    RELEASED = "released"
    REJECTED = "rejected"


class Disposition(StrEnum):
    """What is decided about a nonconforming product (ISO 13485 8.3)."""

    REWORK = "rework"
    REINSPECTION = "reinspection"
    CONCESSION = "concession"
    SCRAP = "scrap"


class LotStatus(StrEnum):
    """The inspection status of a material lot (ISO 13485 7.5.8)."""

    QUARANTINE = "quarantine"
    RELEASED = "released"
    HOLD = "hold"
    REJECTED = "rejected"


class PersonnelClass(StrEnum):
    """What a person may do (ISA-95 PersonnelClass); rights are given to classes only."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    QUALITY = "quality"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Scope(Term, frozen=True, kw_only=True):
    """A place of the equipment hierarchy (ISA-95): an area, a work center in it, or the site."""

    area: str = ""
    """Empty: the whole site."""
    work_center: str = ""
    """Empty: the whole area."""

    def __str__(self) -> str:
        """Area and work center; ``site`` for the whole."""
        return " / ".join(filter(None, (self.area, self.work_center))) or "site"


SITE = Scope()
"""The whole site."""


class Grant(Term, frozen=True, kw_only=True):
    """A personnel class held at a place."""

    role: PersonnelClass
    scope: Scope = SITE


class Person(Term, frozen=True, kw_only=True):
    """Who: an identifier never reused, the name as printed, classes, and the public key."""

    id: str
    name: str
    classes: tuple[PersonnelClass, ...]
    """Held at the whole site; at a station, what is held there."""
    public_key: str
    """Ed25519 public key, 64 hex digits."""
    wrapped_key: str = ""
    """The private key wrapped by badge + secret; opaque here, opened by ``sync.keys``."""
    badge_digest: str = ""
    """SHA-256 hex of the badge's code: finds the person, proves nothing."""
    qualified: tuple[str, ...] = ()
    """Operations (``WORK-MASTER/OPERATION``) the person is qualified for; ``*`` for all."""
    qualified_until: date | None = None
    active: bool = True
    grants: tuple[Grant, ...] = ()
    """Classes held at a part of the site only. WorkPacks have none: they say what holds there."""
    initial_secret: bool = False
    """Whether the secret is still the one that others enrolled the person with."""


class MaterialDefinition(Term, frozen=True, kw_only=True):
    """A part or product as such: item number, GTIN, name, stock unit."""

    item: str
    name: Text
    unit: str
    gtin: str = ""
    udi_dis: tuple[str, ...] = ()
    """Device identifiers of other issuing agencies (HIBCC, ICCBBA, IFA, MA), as its codes say."""


class MaterialLot(Term, frozen=True, kw_only=True):
    """A lot of a material: whose, how much was received, until when it may be used."""

    lot: str
    item: str
    quantity: Quantity
    status: LotStatus
    expiry: date | None = None
    supplier: str = ""
    hold_reason: str = ""

    @property
    def key(self) -> str:
        """``ITEM/LOT``: lot numbers are unique only within an item."""
        return f"{self.item}/{self.lot}"


class AssetStatus(StrEnum):
    """Whether an instrument may be used (ISO 13485 7.6, ISO 10012 7.1)."""

    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"
    QUARANTINED = "quarantined"


class Capability(Term, frozen=True, kw_only=True):
    """What an instrument can tell apart and how wrong it may be, all in ``unit`` (UCUM code)."""

    unit: str
    low: Decimal | None = None
    """Where its range begins; None: not stated."""
    high: Decimal | None = None
    resolution: Decimal | None = None
    """The smallest step of its display."""
    uncertainty: Decimal | None = None
    """Expanded uncertainty U, coverage factor 2, as on the certificate (ISO/IEC 17025)."""
    tolerance: Decimal | None = None
    """Maximum permissible error, one side (VIM 4.26)."""

    def __post_init__(self) -> None:
        """Refuse what is no size, and a range that holds nothing."""
        sizes = (self.resolution, self.uncertainty, self.tolerance)
        given = [one for one in (self.low, self.high, *sizes) if one is not None]
        if any(not one.is_finite() or abs(one.adjusted()) > MOST_DIGITS for one in given):
            msg = "a capability is stated in plain numbers"
            raise ValueError(msg)
        if any(one is not None and one < 0 for one in sizes):
            msg = "resolution, uncertainty and tolerance are 0 or more"
            raise ValueError(msg)
        if self.low is not None and self.high is not None and self.low >= self.high:
            msg = f"a range from {self.low} to {self.high} holds nothing"
            raise ValueError(msg)


MOST_DIGITS = 30
"""Digits before or behind the point of a capability's number, at most."""


class PhysicalAsset(Term, frozen=True, kw_only=True):
    """A serial-numbered instrument: calibration hangs here, not on the role it plays."""

    id: str
    equipment_class: str
    """The role it can play: ``balance``, ``caliper``, ``pressure_gauge``, ``camera`` …"""
    serial_number: str
    calibration_due: date | None
    """It may be used through this day; None: it needs no calibration."""
    certificate: str = ""
    """The number of its calibration certificate."""
    usable: bool = True
    """False: out of service."""
    make: str = ""
    model: str = ""
    place: str = ""
    laboratory: str = ""
    """Who calibrated it."""
    calibrated_on: date | None = None
    certificate_file: str = ""
    """SHA-256 of the certificate as a file; empty if none was handed in."""
    capability: Capability | None = None
    """None: nobody stated it."""
    quarantine: str = ""
    """Why it is kept apart until quality decides; empty: it is not."""

    @property
    def status(self) -> AssetStatus:
        """In service, out of service, or kept apart."""
        if not self.usable:
            return AssetStatus.OUT_OF_SERVICE
        return AssetStatus.QUARANTINED if self.quarantine else AssetStatus.IN_SERVICE


class Metrology(Term, frozen=True, kw_only=True):
    """What a site asks of its instruments (ISO 10012): its parameters, signed by quality."""

    least_ratio: Decimal = Decimal(4)
    """Least test uncertainty ratio, to one (ANSI/NCSL Z540.3)."""
    warn_days: int = 14
    """How many days ahead of its due date an instrument is said to be due soon."""
    capability_needed: bool = False
    """Whether an instrument whose capability nobody stated may not be measured with."""


class Attachment(Term, frozen=True, kw_only=True):
    """A file that travels beside the record, named by its digest."""

    sha256: str
    media_type: str
    size: int
    name: str = ""
