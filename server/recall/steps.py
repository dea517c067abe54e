"""Where the steps of recall cases are kept: a projection of the log, read back as cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.log.leaves import Statement, leaf_at
from server.recall.case import KINDS, RecallCase, Step, fold
from server.words import Refusal
from sync import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.log.book import Book
    from server.people.directory import Acting


class Steps:
    """Adds and reads the steps of cases."""

    def __init__(self, book: Book) -> None:
        """Over the book; a case is folded again only when it has another step."""
        self._book, self._store = book, book.store
        self._cases: dict[str, tuple[int, RecallCase]] = {}

    def add(self, kind: str, case: str, body: Mapping[str, object], acting: Acting | None) -> None:
        """State a step, signed by the person; by the server alone where it found it itself.

        Each says which it is of the case: one that is left out somewhere is missed.
        """
        said = {"case": case, "step": self._store.count("recall_steps", recall=case) + 1, **body}
        self._book.state(kind, said, (acting.sign(kind, said),) if acting else ())

    def of(self, case: str) -> RecallCase:
        """The case; Refusal if there is none."""
        count = self._store.count("recall_steps", recall=case)
        known = self._cases.get(case)
        if known is None or known[0] != count:
            found = fold(self.all_of(case))
            if found is None:
                raise Refusal("not-found", what="recall", name=case)
            known = count, found
            self._cases[case] = known
        return known[1]

    def all_of(self, case: str) -> list[Step]:
        """Its steps, in the log's order."""
        found = []
        for row in self._store.rows("recall_steps", recall=case):
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
