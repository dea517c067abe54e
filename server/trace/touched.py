"""What a look-back answers: the readings of an instrument, and the lots they touched."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec

from forms.calibration import Doubt, Window
from forms.masters import Limits
from server.trace.not_known import NotKnown


class TouchedReading(msgspec.Struct, frozen=True, kw_only=True):
    """One reading the instrument took."""

    origin: str
    index: int
    at: str
    """The station's wall time, RFC 3339."""
    quality: str
    """Clock quality: anchored | free | unknown."""
    received_at: str
    station: str
    person: str
    job: str
    operation: str
    step: str
    characteristic: str
    sample: int
    value: str
    """The instrument's digits; empty if it gave none."""
    unit: str
    limits: Limits | None
    """None where the work master is not known."""
    margin: Decimal | None
    """How far from the nearer limit, negative outside."""
    doubt: Doubt
    """within-error | clear | not-known | not-accepted"""


class TouchedLot(msgspec.Struct, frozen=True, kw_only=True):
    """A lot whose release rests on such readings, or that such a lot went into."""

    item: str
    lot: str
    serials: tuple[str, ...]
    job: str
    """The job order whose readings touched it; of a lot it went into, that one's readings."""
    status: str
    """dispatched | running | complete | released | rejected; empty: not known"""
    shipped: str
    """``not-known``: shipments are not recorded here."""
    direct: bool
    """False: a lot that a touched lot went into."""
    readings: int
    within_error: int
    """How many accepted readings the error found could have carried across a limit."""


class LookBack(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an instrument said since its last good calibration, and what rests on it."""

    asset: str
    window: Window
    total: int
    """How many readings; ``readings`` may hold fewer, and says from where to go on."""
    within_error: int
    not_judged: int
    """Accepted readings of which nobody can say whether the error mattered."""
    readings: tuple[TouchedReading, ...]
    more_from: int | None
    """What to ask for next (``start``); None: these are all."""
    lots: tuple[TouchedLot, ...]
    asked_on: date
    not_known: tuple[NotKnown, ...]
    """What may still add to it: stations not heard of, records not read."""
