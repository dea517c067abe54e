"""Mass balance of a lot: where all of it is, and what nobody can say. Pure.

``made = used + with consignees + returned + in stock + scrapped + unknown``. Nothing is rounded and
a negative unknown is shown as it is: more was found than was ever made, which is a contradiction.
What came back and went again counts where it is now, once.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

ZERO = Decimal(0)


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a lot's amounts, all in ``unit``."""

    item: str
    lot: str
    unit: str
    made: Decimal | None
    """Made, received, or come of other lots; None: not known (imported history does not say)."""
    used: Decimal = ZERO
    """Went into other lots."""
    shipped: Decimal = ZERO
    """To consignees, all that ever left."""
    returned: Decimal = ZERO
    """Of what was shipped: came back, all that ever did."""
    here: Decimal = ZERO
    """Of that: nothing says that it went again."""
    scrapped: Decimal = ZERO
    in_stock: Decimal | None = None
    """Counted by a person; None: nobody counted."""
    mixed_units: tuple[str, ...] = ()
    """Units of amounts that could not be added because they are of another kind."""


class MassBalance(msgspec.Struct, frozen=True, kw_only=True):
    """The sum, lot by lot."""

    item: str
    lot: str
    unit: str
    made: Decimal | None
    used: Decimal
    shipped: Decimal
    with_consignees: Decimal
    """Shipped and not returned: what went out twice is with them once."""
    returned: Decimal
    """Came back, and nothing says that it went again, was used, scrapped or counted in stock."""
    scrapped: Decimal
    in_stock: Decimal | None
    unknown: Decimal | None
    """What nobody can say; negative: more was found than was made. None: cannot be said at all."""
    contradiction: bool
    """More was found than was made, more came back than was shipped, or units do not agree."""
    mixed_units: tuple[str, ...]

    @property
    def closed(self) -> bool:
        """Whether everything is accounted for, to the last unit."""
        return self.unknown == 0 and not self.contradiction


def balance(moved: Moved) -> MassBalance:
    """Add it up; stock that nobody counted is part of what is unknown."""
    out = moved.shipped - moved.returned
    found = moved.used + out + moved.scrapped + (moved.in_stock or ZERO)
    rest = None if moved.made is None else moved.made - found
    here = moved.here if rest is None else min(moved.here, max(rest, ZERO))
    unknown = None if rest is None else rest - here
    wrong = out < 0 or bool(moved.mixed_units) or (unknown is not None and unknown < 0)
    return MassBalance(
        item=moved.item,
        lot=moved.lot,
        unit=moved.unit,
        made=moved.made,
        used=moved.used,
        shipped=moved.shipped,
        with_consignees=out,
        returned=here,
        scrapped=moved.scrapped,
        in_stock=moved.in_stock,
        unknown=unknown,
        contradiction=wrong,
        mixed_units=moved.mixed_units,
    )
