"""The JSON bodies about recalls and drills; unknown members are refused."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from server.api.bodies import Act, Body, Digits, Line, Reason, ReasonedAct
from server.recall.asked import Asked
from server.recall.case import Cause, Check, Class, Count, Depth, Language, Suspect
from server.words import Refusal

Name = Annotated[str, Field(max_length=200)]
Names = Annotated[list[Line], Field(max_length=20_000)]
Amount = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,6})?$")]
NEEDED: dict[Suspect, tuple[str, ...]] = {
    "lot": ("item", "lot"),
    "serial": ("serial",),
    "supplier-lot": ("supplier",),
    "asset": ("asset",),
}
"""What names a suspect of that sort."""


class CauseBody(Body):
    """What is suspect: a lot, a unit, a supplier's lot, or all that an asset measured."""

    suspect: Suspect
    item: Name = ""
    lot: Name = ""
    serial: Name = ""
    supplier: Name = ""
    asset: Name = ""

    def term(self) -> Cause:
        """As it stands in the case; Refusal if what names it is missing."""
        missing = [name for name in NEEDED[self.suspect] if not getattr(self, name)]
        if missing:
            raise Refusal("bad-request", why=f"cause/{missing[0]}: needed for {self.suspect}")
        return Cause(**self.model_dump())


class OpenRecall(ReasonedAct):
    """A recall case."""

    cause: CauseBody
    depth: Depth
    classification: Class = ""
    drill: bool = False
    hold: bool = True

    def asked(self) -> Asked:
        """As the desk takes it."""
        return Asked(
            cause=self.cause.term(),
            reason=self.reason,
            depth=self.depth,
            classification=self.classification,
            drill=self.drill,
            hold=self.hold,
        )


class WriteNotices(Act):
    """Notices of the newest scope; where none is named, to all consignees that have none of it."""

    language: Language
    consignees: Names = Field(default=[])


class MarkSent(Act):
    """Notices that were sent, and how; all that wait where none is named."""

    how: Line
    consignees: Names = Field(default=[])


class MarkAcknowledged(Act):
    """Consignees that acknowledged, and who of them did."""

    by: Line
    consignees: Annotated[list[Line], Field(min_length=1, max_length=20_000)]


class CheckConsignee(Act):
    """An effectiveness check."""

    consignee: Line
    reached: bool
    how: Literal["visit", "telephone", "letter", "other"]
    returned: Amount = "0"
    destroyed: Amount = "0"
    note: Reason = ""

    def term(self) -> Check:
        """As it stands in the case."""
        said = self.model_dump(exclude={"badge", "secret"})
        return Check(**said, at="", person="")


class CountLot(Act):
    """What was counted of a lot; ``explained``: why what is unknown may stay so."""

    item: Line
    lot: Line
    in_stock: Digits
    scrapped: Digits = "0"
    unit: Annotated[str, Field(min_length=1, max_length=16)]
    explained: Reason = ""

    def term(self) -> Count:
        """As it stands in the case."""
        said = self.model_dump(exclude={"badge", "secret"})
        return Count(**said, at="", person="")


class AccountFor(ReasonedAct):
    """A station that nobody waits for any more."""

    origin: Line


class Terminate(Act):
    """The end of a case."""

    conclusion: Reason


class RunDrill(ReasonedAct):
    """A drill: of a lot at random where no cause is given."""

    cause: CauseBody | None = None
    truth_lots: list[tuple[Name, Name]] | None = None
    """Item and lot of all that is right; precision and recall are then measured."""
    truth_lines: list[tuple[Name, Name]] | None = None
    """Shipment and line."""
