"""A calibration as a record, and which readings a bad one puts in doubt (ISO 13485 7.6)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from forms.masters import Limits
from forms.terms import Quantity, Term
from forms.units import convert

MOST_POINTS = 100
Found = Literal["in-tolerance", "out-of-tolerance", "not-taken"]
"""How the instrument was found; ``not-taken`` where nobody could look before the adjustment."""
Left = Literal["in-tolerance", "out-of-tolerance"]
"""How it was left."""
Doubt = Literal["within-error", "clear", "not-known", "not-accepted"]
"""What the error found means for a reading."""

_ZONES = timedelta(days=1)
"""A day in one place is within a day of it in any other."""


class CalibrationPoint(Term, frozen=True, kw_only=True):
    """One point: what the standard said and what the instrument said, in the calibration's unit."""

    nominal: Decimal
    found: Decimal
    tolerance: Decimal
    """Maximum permissible error at this point, one side."""
    left: Decimal | None = None
    """After adjustment; None: it was not adjusted."""


class Calibration(Term, frozen=True, kw_only=True):
    """What was found and how it was left, by a certificate; entered once and never changed."""

    asset: str
    performed: date
    laboratory: str
    certificate: str
    as_found: Found
    as_left: Left
    due: date | None
    """The next one; None: no further calibration is asked for."""
    unit: str = ""
    points: tuple[CalibrationPoint, ...] = ()
    certificate_file: str = ""
    """SHA-256 of the certificate as a file; empty if none was handed in."""

    @property
    def good(self) -> bool:
        """Found good and left good: whatever the instrument said until then stands."""
        return self.as_found == self.as_left == "in-tolerance"

    @property
    def error(self) -> Decimal | None:
        """The largest error found at any point; None if no point is given.

        None as well where it was found out of tolerance and no point shows by how much: then the
        points do not bound the error, and no reading may be called clear by them.
        """
        if self.as_found == "out-of-tolerance" and not self._outside():
            return None
        return max((abs(one.found - one.nominal) for one in self.points), default=None)

    def contradictions(self) -> tuple[str, ...]:
        """What the points say against the words; empty if they agree."""
        outside = self._outside()
        ends = [(one, one.found if one.left is None else one.left) for one in self.points]
        left = [one for one, end in ends if abs(end - one.nominal) > one.tolerance]
        said = []
        if outside and self.as_found != "out-of-tolerance":
            said.append(f"as found at {outside[0].nominal:f} it was out of tolerance")
        if left and self.as_left != "out-of-tolerance":
            said.append(f"as left at {left[0].nominal:f} it is out of tolerance")
        return tuple(said)

    def _outside(self) -> list[CalibrationPoint]:
        return [one for one in self.points if abs(one.found - one.nominal) > one.tolerance]


class Window(Term, frozen=True, kw_only=True):
    """From when to when an instrument's readings are looked back at, and by how much it erred."""

    since: date | None = None
    """The last good calibration; None: there was none, so everything it ever said."""
    until: date | None = None
    """The day it was put right; None: it still stands so."""
    error: Quantity | None = None
    """The largest error found, where it was given."""

    def holds(self, wall: datetime, quality: str, received: datetime) -> bool:
        """Whether a reading may be of this time.

        In doubt it is: only an anchored clock, or the server's own time of receipt, excludes one.
        """
        anchored = quality == "anchored"
        if self.came_before(received) or (anchored and self._before(wall.date())):
            return False
        return self.until is None or not anchored or wall.date() <= self.until

    def came_before(self, received: datetime) -> bool:
        """Whether what was received then was certainly taken before."""
        return self._before(received.date() + _ZONES)

    def _before(self, day: date) -> bool:
        return self.since is not None and day < self.since

    def doubt(self, value: Quantity | None, limits: Limits | None, *, accepted: bool) -> Doubt:
        """Whether the error could have carried an accepted value across a limit."""
        if not accepted:
            return "not-accepted"
        left = margin(value, limits)
        error = None if self.error is None or limits is None else _in(self.error, limits.unit)
        if left is None or error is None:
            return "not-known"
        return "within-error" if left < error else "clear"


def margin(value: Quantity | None, limits: Limits | None) -> Decimal | None:
    """How far the value is from the nearer limit, negative outside; None if that is not known."""
    if value is None or limits is None or value.unit != limits.unit:
        return None
    sides = []
    if limits.low is not None:
        sides.append(value.value - limits.low)
    if limits.high is not None:
        sides.append(limits.high - value.value)
    return min(sides)


def _in(amount: Quantity, unit: str) -> Decimal | None:
    try:
        return convert(amount, unit).value
    except ValueError:
        return None
