"""Holding lots and letting them go: by a person, or by the rules that quality gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from forms.hold_rules import HoldRule, HoldRules, called_for
from forms.rights import Action
from forms.terms import LotStatus
from server.ingest.statements_holds import RULES, HoldScope, scope_of
from server.log.leaves import Statement, leaf_at
from server.words import Refusal
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forms.hold_rules import HoldEvent
    from server.log.book import Book
    from server.masters.catalogue import Catalogue
    from server.masters.holds import Holding
    from server.people.directory import Acting
    from server.quality.readiness import Quality
    from server.store.protocol import Row, Store

SCOPED, CLEARED = "hold.scoped", "hold.cleared"
"""Kinds of the statements."""


class PlacedHold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold, and how far it reaches."""

    ref: str
    item: str
    lot: str
    reason: str
    source: str
    """``record``: of a person, in a log; ``server``: stated by the server itself."""
    person: str
    """Who placed it; empty: nobody but the server."""
    placed_at: str
    """When, RFC 3339: of a record its station's wall time."""
    placed: int
    """Index of its leaf in the server's log."""
    lifted: int | None
    """Index of the leaf that ended it; None while it is in force."""
    downstream: bool
    reaches: int
    """How many lots downstream it holds now, those cleared left out; 0 where it reaches none."""
    cleared: int
    event: str
    """The event whose rule placed it; empty: a person, or the server itself."""
    about: str
    at: str
    """When its reach was stated; empty for a plain hold."""


class Holds:
    """Places, lifts and clears; keeps the rules."""

    def __init__(
        self, book: Book, quality: Quality, catalogue: Catalogue, holding: Holding
    ) -> None:
        """Over the office (by ``quality``) and what is known of lots and holds."""
        self._book, self._store = book, book.store
        self._quality, self._catalogue, self.holding = quality, catalogue, holding

    def place(
        self, item: str, lot: str, reason: str, acting: Acting, *, downstream: bool = False
    ) -> str:
        """Hold a lot, with everything made from it if asked; anybody may stop. Its ref."""
        scope = HoldScope(hold="", item=item, lot=lot, downstream=downstream)
        return self._place(scope, reason, acting)

    def lift(self, ref: str, reason: str, acting: Acting) -> str:
        """End a hold, and with it all that it reaches; quality only, with a reason."""
        return self._quality.lift(ref, reason, acting)

    def clear(self, ref: str, item: str, lot: str, reason: str, acting: Acting) -> None:
        """Let one lot go that a hold reaches; quality only. Refusal if it does not reach it."""
        acting.must(Action.LIFT)
        if not reason.strip():
            raise Refusal("reason-needed")
        if not any(one.ref == ref and one.inherited for one in self.holding.over(item, lot)):
            raise Refusal("not-found", what="hold", name=ref[:16])
        body = {"hold": ref, "item": item, "lot": lot, "reason": reason}
        self._book.state(CLEARED, body, (acting.sign(CLEARED, body),))

    def open(self) -> tuple[PlacedHold, ...]:
        """Every hold that is not lifted, newest first."""
        return tuple(map(self._told, self._rows(lifted=False)))

    def all(self) -> tuple[PlacedHold, ...]:
        """Every hold ever placed, newest first."""
        return tuple(map(self._told, self._rows(lifted=True)))

    def _rows(self, *, lifted: bool) -> list[Row]:
        """Newest first; with ``lifted`` those that ended too."""
        rows = [row for row in self._store.rows("holds") if lifted or row["lifted"] is None]
        return sorted(rows, key=_placed, reverse=True)

    def rules(self) -> HoldRules:
        """The rules in force; none as long as quality gave none."""
        return rules_of(self._store)

    def set_rules(self, rules: Iterable[HoldRule], acting: Acting) -> None:
        """The rules from here on; quality's decision."""
        acting.must(Action.SET_HOLD_RULES)
        body = msgspec.to_builtins(HoldRules(rules=tuple(rules)))
        self._book.state(RULES_KIND, body, (acting.sign(RULES_KIND, body),))

    def set_status(
        self, item: str, lot: str, status: LotStatus, acting: Acting, reason: str = ""
    ) -> None:
        """Quality's decision on a received lot; taking a release back may call for a hold."""
        before = self._catalogue.own_status(item, lot)
        self._catalogue.set_status(item, lot, status, acting, reason)
        rule = called_for(self.rules().rules, "lot-suspect")
        taken_back = before is LotStatus.RELEASED and status is not LotStatus.RELEASED
        if rule is not None and taken_back:
            why = f"release taken back: {reason} / 撤销放行：{reason}"
            self.by_rule("lot-suspect", "", why, acting, [(item, lot)], rule)

    def by_rule(
        self,
        event: HoldEvent,
        about: str,
        reason: str,
        acting: Acting,
        lots: Iterable[tuple[str, str]],
        rule: HoldRule | None = None,
    ) -> tuple[str, ...]:
        """Hold what an event touched, as the rule for it says; their refs, none without a rule."""
        rule = rule or called_for(self.rules().rules, event)
        if rule is None:
            return ()
        return tuple(
            self._place(
                HoldScope(
                    hold="",
                    item=item,
                    lot=lot,
                    downstream=rule.downstream,
                    event=event,
                    about=about,
                ),
                reason,
                acting,
            )
            for item, lot in lots
            if not self.holding.itself(item, lot, downstream=rule.downstream)
        )

    def _place(self, scope: HoldScope, reason: str, acting: Acting) -> str:
        ref = self._quality.hold(scope.item, scope.lot, reason, acting)
        if scope.downstream or scope.event:
            body = stated(msgspec.structs.replace(scope, hold=ref))
            self._book.state(SCOPED, body, (acting.sign(SCOPED, body),))
        return ref

    def by_server(self, item: str, lot: str, reason: str, ref: str = "") -> str:
        """Hold a lot and everything made from it, stated by the server itself; the hold's ref.

        ``ref``: a hold in force on it, which is made to reach downstream.
        """
        if not ref:
            index = self._book.state("lot.frozen", {"item": item, "lot": lot, "reason": reason})
            ref = f"log:{index}"
        scope = HoldScope(hold=ref, item=item, lot=lot, downstream=True)
        self._book.state(SCOPED, stated(scope))
        return ref

    def _told(self, row: Row) -> PlacedHold:
        known = self._store.one("hold_scopes", ref=row["ref"])
        scope = scope_of(known) if known else HoldScope(
            hold=row["ref"], item=row["item"], lot=row["lot"], downstream=False
        )  # fmt: skip
        cleared = {
            (one["item"], one["lot"]) for one in self._store.rows("hold_clearings", ref=row["ref"])
        }
        person, at = self._by(row)
        far = scope.downstream and row["lifted"] is None
        reached = self.holding.reach(scope) if far else ()
        return PlacedHold(
            ref=row["ref"],
            item=row["item"],
            lot=row["lot"],
            reason=row["reason"],
            source=row["source"],
            person=person,
            placed_at=at,
            placed=row["placed"],
            lifted=row["lifted"],
            downstream=scope.downstream,
            reaches=len(reached) - sum(one in reached for one in cleared),
            cleared=len(cleared),
            event=scope.event,
            about=scope.about,
            at=scope.at,
        )

    def _by(self, row: Row) -> tuple[str, str]:
        """Who placed a hold, and when."""
        record = self._store.one("records", ref=row["ref"])
        if record is not None:
            return str(record["person"]), str(record["wall"])
        leaf = leaf_at(self._store, row["placed"])
        if not isinstance(leaf, Statement):
            return "", ""
        return leaf.by[0].person if leaf.by else "", leaf.at.isoformat()


RULES_KIND = "hold.rules"


def rules_of(store: Store) -> HoldRules:
    """The rules in force; none as long as quality gave none."""
    row = store.one("places", id=RULES)
    return HoldRules() if row is None else msgspec.convert(
        canonical.loads(row["data"]), HoldRules
    )  # fmt: skip


def stated(scope: HoldScope) -> dict[str, object]:
    """The body of the statement that a hold reaches so far."""
    body: dict[str, object] = msgspec.to_builtins(scope)
    del body["at"]
    return body


def _placed(row: Row) -> int:
    return int(row["placed"])
