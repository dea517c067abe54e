"""Where the steps of recall cases are kept: a projection of the log, read back as cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.log.leaves import Statement, leaf_at
from server.recall.case import KINDS, RecallCase, Step, fold
from server.words import Refusal
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.log.book import Book
    from server.people.directory import Acting


class _Mark(NamedTuple):
    """Up to which step a case was folded: its leaf, and what that was."""

    last: int
    leaf: bytes


class Steps:
    """Adds and reads the steps of cases."""

    def __init__(self, book: Book) -> None:
        """Over the book; a case is folded on from where it was when it has another step."""
        self._book, self._store = book, book.store
        self._cases: dict[str, tuple[_Mark, RecallCase]] = {}

    def add(self, kind: str, case: str, body: Mapping[str, object], acting: Acting | None) -> None:
        """State a step, signed by the person; by the server alone where it found it itself.

        Each says which it is of the case: one that is left out somewhere is missed.
        """
        said = {"case": case, "step": self._store.count("recall_steps", recall=case) + 1, **body}
        self._book.state(kind, said, (acting.sign(kind, said),) if acting else ())

    def of(self, case: str) -> RecallCase:
        """The case; Refusal if there is none."""
        last = self._store.newest("recall_steps", recall=case)
        if last is None:
            raise Refusal("not-found", what="recall", name=case)
        mark, known = self._mark(last["idx"]), self._cases.get(case)
        if known is not None and known[0] == mark:
            return known[1]
        if known is not None and self._mark(known[0].last) != known[0]:
            known = None  # what was folded then was undone
        start, before = (known[0].last + 1, known[1]) if known else (0, None)
        found = fold(self.all_of(case, start), before)
        if found is None:
            raise Refusal("not-found", what="recall", name=case)
        self._cases[case] = mark, found
        return found

    def _mark(self, index: int) -> _Mark:
        there = index < self._book.size
        return _Mark(index, self._book.tree.leaf(index) if there else b"")

    def all_of(self, case: str, start: int = 0) -> list[Step]:
        """Its steps, in the log's order, of those from leaf ``start`` on."""
        found = []
        for row in self._store.rows("recall_steps", recall=case, start=start):
            said = leaf_at(self._store, row["idx"])
            if isinstance(said, Statement) and said.kind in KINDS:
                found.append(
                    Step(
                        index=row["idx"],
                        kind=said.kind,
                        at=said.at.isoformat(),
                        person=said.by[0].person if said.by else "",
                        body=said.body,
                    )
                )
        return found

    def cases(self) -> tuple[RecallCase, ...]:
        """Every case, newest first."""
        ids = dict.fromkeys(
            str(row["recall"]) for row in self._store.rows("recall_steps", kind="recall.opened")
        )
        found = [self.of(one) for one in ids]
        return tuple(sorted(found, key=lambda one: one.opened_at, reverse=True))

    def next_id(self, *, drill: bool) -> str:
        """The id of the next case: R-0001, or D-0001 for a drill."""
        letter = "D" if drill else "R"
        rows = self._store.rows("recall_steps", kind="recall.opened")
        taken = sum(str(row["recall"]).startswith(letter) for row in rows)
        return f"{letter}-{taken + 1:04d}"


def shown(step: Step) -> str:
    """What a step says, for a table: its body but for which it is, cut."""
    return canonical.dumps(step.said).decode()[:300]
