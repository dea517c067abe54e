"""Recording that lots left, came back, or became other lots: each a statement signed by a person.

What happened is recorded, whether or not it should have: a held lot that was shipped was shipped.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from forms.rights import Action
from server.ingest.statements_moves import RETURNED, SHIPPED, TRANSFORMED
from server.trace import heard
from server.trace.reach import LotId
from server.words import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from server.log.book import Book
    from server.people.directory import Acting
    from server.trace.graph.graph import Graph

Kind = Literal["split", "merged", "reworked", "relabelled", "returned"]


class MovedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a shipment or a return."""

    line: str
    item: str
    lot: str
    quantity: str
    """Decimal text."""
    unit: str
    serials: tuple[str, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a lot became part of another."""

    item: str
    lot: str
    into_item: str
    into_lot: str
    quantity: str
    unit: str


class Moves:
    """Shipments, returns, and lots that become others."""

    def __init__(self, book: Book, graph: Graph) -> None:
        """Over the book; ``graph`` says which lots there are."""
        self._book, self._store, self._graph = book, book.store, graph

    def ship(
        self, shipment: str, consignee: str, at: datetime, lines: tuple[MovedLine, ...],
        acting: Acting,
    ) -> int:  # fmt: skip
        """Record a shipment; its index in the log. Refusal for a number that there is already."""
        return self._lines(SHIPPED, (shipment, consignee, at), lines, acting)

    def take_back(
        self, number: str, consignee: str, at: datetime, lines: tuple[MovedLine, ...],
        acting: Acting,
    ) -> int:  # fmt: skip
        """Record a return from a consignee; its index in the log."""
        return self._lines(RETURNED, (number, consignee, at), lines, acting)

    def transform(
        self, kind: Kind, at: datetime, reason: str, steps: tuple[Step, ...], acting: Acting
    ) -> int:
        """Record a split, a merge or rework; its index in the log. The lots made may be new."""
        acting.must(Action.MOVE)
        if not reason.strip():
            raise Refusal("reason-needed")
        for step in steps:
            self._known(LotId(step.item, step.lot))
        said = {"kind": kind, "at": at.isoformat(), "reason": reason}
        return self._state(TRANSFORMED, said | {"steps": msgspec.to_builtins(steps)}, acting)

    def _lines(
        self, kind: str, head: tuple[str, str, datetime], lines: tuple[MovedLine, ...],
        acting: Acting,
    ) -> int:  # fmt: skip
        acting.must(Action.MOVE)
        number, consignee, at = head
        returned = int(kind == RETURNED)
        if self._store.one("shipment_lines", shipment=number, returned=returned) is not None:
            raise Refusal("exists", what="shipment", name=number)
        twice = [one for one, count in Counter(line.line for line in lines).items() if count > 1]
        if twice:
            raise Refusal("bad-request", why=f"line {twice[0]} is there twice")
        for line in lines:
            self._known(LotId(line.item, line.lot))
        said = {"id": number, "consignee": consignee, "at": at.isoformat()}
        return self._state(kind, said | {"lines": msgspec.to_builtins(lines)}, acting)

    def _known(self, lot: LotId) -> None:
        """Refusal for a lot that nobody has heard of: a slip of the pen would hide it."""
        if not heard.is_heard(self._graph.view(), self._store, lot):
            raise Refusal("not-found", what="lot", name=f"{lot.item}/{lot.lot}")

    def _state(self, kind: str, body: dict[str, Any], acting: Acting) -> int:
        return self._book.state(kind, body, (acting.sign(kind, body),))
