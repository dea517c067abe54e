"""Going on without what nobody gave back: two persons decide, and everybody is told.

The server never signs under one name what contradicts a checkpoint it signed before. So the log
goes on under the next epoch of its name, and the first statement it makes there is the decision:
what it had signed, what it kept, whose records are awaited, why, signed by two different persons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from forms.rights import PAIR, Action
from forms.two_persons import two_persons
from server.ingest.claims import claimed, kept
from server.ingest.statements_breaks import CONTINUED
from server.log.leaves import By
from server.words import Refusal
from sync import canonical
from sync.succession import KIND, after, epoch_of

if TYPE_CHECKING:
    from server.log.book import Book
    from server.people.directory import Acting, Directory
    from server.recovery.refill import Refill
    from server.recovery.target import Target

MOST_AWAITED = 600
"""Stations named in the statement; a leaf is 64 KB at most."""
_FACTS = ("origin", "before", "signed", "kept")
"""What must still be so when the second person signs."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """How far the decision to go on is."""

    recovery: bool
    asked: bool
    """Every enrolled station was asked, or did not call for five minutes."""
    facts: dict[str, Any]
    """What would be signed, without the reason."""
    first: str = ""
    """Who signed already."""
    reason: str = ""
    at: str = ""


class GoingOn:
    """The decision. All calls from one thread."""

    def __init__(self, book: Book, target: Target, refill: Refill, office: str) -> None:
        """``office``: the origin that is no station."""
        self._book, self._store, self._office = book, book.store, office
        self._target, self._refill = target, refill

    def look(self) -> Decision:
        """What there is to decide on now."""
        if not self._book.recovery:
            return Decision(recovery=False, asked=False, facts={})
        facts = self._facts()
        first = self._first(facts)
        return Decision(
            recovery=True,
            asked=self._refill.asked,
            facts=first["body"] if first else facts,
            first=first["person"] if first else "",
            reason=first["body"]["reason"] if first else "",
            at=first["at"] if first else "",
        )

    def stated_at(self) -> int | None:
        """Place of the newest such decision in the log; None if it never went on so."""
        row = self._store.one("places", id=CONTINUED)
        return None if row is None else int(str(canonical.loads(row["data"])["index"]))

    def decide(self, reason: str, acting: Acting, directory: Directory) -> Decision:
        """One person's signature; with the second, different one the log goes on. Refusal."""
        acting.must(Action.GO_ON)
        if not self._book.recovery:
            raise Refusal("not-in-recovery")
        if not self._refill.asked:
            raise Refusal("stations-not-asked", names=", ".join(self._refill.missing()))
        facts = self._facts()
        first = self._first(facts)
        if first is None or first["person"] == acting.person.id:
            self._keep(facts, reason, acting)
        else:
            self._second(first, acting, directory)
        return self.look()

    def _keep(self, facts: dict[str, Any], reason: str, acting: Acting) -> None:
        if not reason.strip():
            raise Refusal("reason-needed")
        body = facts | {"reason": reason.strip()}
        by = msgspec.to_builtins(acting.sign(KIND, body))
        said = {"person": acting.person.id, "body": body, "by": by}
        said["at"] = self._book.clock().isoformat()
        with self._store.transaction():
            self._store.put("going_on", {"id": 1, "data": canonical.dumps(said)})

    def _second(self, first: dict[str, Any], acting: Acting, directory: Directory) -> None:
        both = [one for one in (directory.person(first["person"]), acting.person) if one.active]
        if not two_persons(both, *PAIR):
            raise Refusal("two-persons", classes=", ".join(PAIR))
        from_first = msgspec.convert(first["by"], By)
        self._book.go_on(first["body"], (from_first, acting.sign(KIND, first["body"])))
        self._refill.over()
        self._target.reached()
        with self._store.transaction():
            self._store.remove("going_on", id=1)

    def _first(self, facts: dict[str, Any]) -> dict[str, Any] | None:
        """The first person's decision, while what it was about is still so."""
        row = self._store.one("going_on", id=1)
        if row is None:
            return None
        said: dict[str, Any] = canonical.loads(row["data"])
        same = all(said["body"][name] == facts[name] for name in _FACTS)
        return said if same else None

    def _facts(self) -> dict[str, Any]:
        book, signed = self._book, self._target.signed()
        newest = max(book.origin, signed.origin, key=self._epoch)
        size = book.size
        return {
            "origin": after(newest, book.name),
            "before": newest,
            "signed": {"size": signed.size, "root": signed.root.hex()},
            "kept": {"size": size, "root": book.tree.root(size).hex()},
            "parted": self._refill.parted,
            "not_called": self._refill.missing()[:MOST_AWAITED],
            "awaited": self._awaited(),
        }

    def _epoch(self, origin: str) -> int:
        return epoch_of(origin, self._book.name)

    def _awaited(self) -> dict[str, dict[str, int]]:
        """Stations that said to have saved more than is here: how much is, how much they said."""
        rows = self._store.rows("stations")
        origins = [str(row["origin"]) for row in rows if row["origin"] != self._office]
        counts = {one: (kept(self._store, one), claimed(self._store, one)) for one in origins}
        behind = {one: pair for one, pair in counts.items() if pair[0] < pair[1]}
        return {
            one: {"kept": have, "said": said}
            for one, (have, said) in sorted(behind.items())[:MOST_AWAITED]
        }
