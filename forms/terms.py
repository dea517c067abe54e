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


class Person(Term, frozen=True, kw_only=True):
    """Who: an identifier never reused, the name as printed, classes, and the public key."""

    id: str
    name: str
    classes: tuple[PersonnelClass, ...]
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


class MaterialDefinition(Term, frozen=True, kw_only=True):
    """A part or product as such: item number, GTIN, name, stock unit."""

    item: str
    name: Text
    unit: str
    gtin: str = ""


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


class PhysicalAsset(Term, frozen=True, kw_only=True):
    """A serial-numbered instrument: calibration hangs here, not on the role it plays."""

    id: str
    equipment_class: str
    """The role it can play: ``balance``, ``caliper``, ``pressure_gauge``, ``camera`` …"""
    serial_number: str
    calibration_due: date | None
    certificate: str = ""
    usable: bool = True


class Attachment(Term, frozen=True, kw_only=True):
    """A file that travels beside the record, named by its digest."""

    sha256: str
    media_type: str
    size: int
    name: str = ""
