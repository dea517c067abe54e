"""Second factors of people: what each has, and whether a code shown at the door is good.

The seed and what is kept of the recovery codes are documents beside the log, closed by the
:class:`~server.people.vault.Vault`; the log says by whom, when, and under which digest. Which
time-step was taken last stands in a table of the desk, which restarts keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from server.people import recovery_codes, totp
from server.words import Refusal

if TYPE_CHECKING:
    from server.log.book import Book
    from server.people.vault import Vault
    from server.store.protocol import Row, Store
    from sync.keys import Cost

How = Literal["secret", "code", "recovery", "oidc", "oidc_alone"]
"""By what a person proved to be the one: badge and secret alone, with a phone's code, with a
recovery code, or by the plant's identity provider, which asked a second factor or none."""
ALONE: frozenset[str] = frozenset({"secret", "oidc_alone"})
"""Without a second factor."""
SEED, CODES = "factor", "recovery-codes"
"""What is closed, and the kinds of the documents."""
USED = "factor.code-used"
MOST_CODE = 40
"""Characters of a code as people may type it."""


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A recovery code was used."""

    index: int
    """Of its leaf."""
    at: str
    left: int
    """Codes not used after it."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a person has a second factor, since when, and what is left of the recovery codes."""

    on: bool = False
    since: str = ""
    left: int = 0
    uses: tuple[Use, ...] = ()
    """Of the present set, the oldest first."""


@dataclass(frozen=True, repr=False)
class Trial:
    """A code as presented, with all that is needed to try it; no store in it."""

    person: str
    code: str
    cost: Cost
    sealed: str = ""
    """Digest of the closed seed that it is tried against; empty where the person has none."""
    seed: str = ""
    codes: str = ""
    kept: str = ""

    def number(self) -> int | None:
        """Which recovery code it is; None for none of them. Slow where it looks like one; pure."""
        if not recovery_codes.is_code(self.code):
            return None
        return recovery_codes.number_of(self.kept, self.code, self.cost)


class Factors:
    """Reads and tries them."""

    def __init__(self, book: Book, vault: Vault, cost: Cost) -> None:
        """Over the book; ``cost``: what deriving from a recovery code costs."""
        self._book, self._store, self._vault, self.cost = book, book.store, vault, cost

    def standing(self, person: str) -> Standing:
        """What the person has."""
        row = self._store.one("factors", person=person)
        if row is None:
            return Standing()
        used = sorted(self._store.rows("factor_uses", codes=row["codes"]), key=_place)
        uses = tuple(
            Use(index=one["idx"], at=one["at"], left=recovery_codes.COUNT - turn)
            for turn, one in enumerate(used, 1)
        )
        left = recovery_codes.COUNT - len(uses)
        return Standing(on=True, since=row["since"], left=left, uses=uses)

    def trial(self, person: str, code: str) -> Trial:
        """What is needed to try a code, in any thread. Refusal ``factor-unreadable``."""
        code = code[:MOST_CODE].replace(" ", "")
        row = self._store.one("factors", person=person)
        if row is None:
            return Trial(person, code, self.cost)
        seed, kept = self._opened(SEED, row["sealed"], row), self._opened(CODES, row["codes"], row)
        return Trial(person, code, self.cost, row["sealed"], seed, row["codes"], kept)

    def accept(self, trial: Trial, number: int | None) -> How:
        """By what the person came in, once the secret was right. Refusal ``sign-in-failed``.

        A code is taken here: it is good once. ``number``: what :meth:`Trial.number` found.
        """
        row = self._store.one("factors", person=trial.person)
        if row is None:
            return "secret"
        with self._book.unit():
            if (row["sealed"], row["codes"]) != (trial.sealed, trial.codes):
                raise Refusal("sign-in-failed")  # it was changed while the secret was tried
            if number is not None:
                self._use(row, number)
                return "recovery"
            if totp.is_code(trial.code) and self._take(trial):
                return "code"
        raise Refusal("sign-in-failed")

    def news(self, person: str, how: How) -> tuple[Use, ...]:
        """Recovery codes used since the sign-in before, to tell the person now; not this very one.

        They are told once.
        """
        uses = self.standing(person).uses
        before = uses[:-1] if how == "recovery" else uses
        marks = self.marks(person)
        fresh = tuple(one for one in before if one.index > marks["told"])
        if fresh:
            with self._store.transaction():
                self._store.put("factor_marks", marks | {"told": fresh[-1].index})
        return fresh

    def marks(self, person: str) -> Row:
        """The last time-step taken of the person, and the last use told."""
        empty = {"person": person, "step": -1, "told": -1}
        return self._store.one("factor_marks", person=person) or empty

    def _take(self, trial: Trial) -> bool:
        marks = self.marks(trial.person)
        step = totp.step_of(trial.seed, trial.code, self._book.clock(), marks["step"])
        if step is not None:
            self._store.put("factor_marks", marks | {"step": step})
        return step is not None

    def _use(self, row: Row, number: int) -> None:
        if self._store.one("factor_uses", codes=row["codes"], number=number) is not None:
            raise Refusal("sign-in-failed")
        body = {"id": row["person"], "codes_sha256": row["codes"], "number": number}
        self._book.state(USED, body)

    def _opened(self, what: str, digest: str, row: Row) -> str:
        return _opened(self._store, self._vault, row["person"], (what, digest))


def unreadable(store: Store, vault: Vault) -> list[str]:
    """Whose seed or recovery codes do not open with that secret: those persons cannot get in."""
    return [row["person"] for row in store.rows("factors") if not _opens(store, vault, row)]


def _opens(store: Store, vault: Vault, row: Row) -> bool:
    try:
        for named in ((SEED, row["sealed"]), (CODES, row["codes"])):
            _opened(store, vault, row["person"], named)
    except Refusal:
        return False
    return True


def _opened(store: Store, vault: Vault, person: str, named: tuple[str, str]) -> str:
    """What is closed, by kind and digest, in the clear. Refusal ``factor-unreadable``."""
    document = store.one("documents", sha256=named[1], kind=named[0])
    return vault.open(named[0], person, b"" if document is None else bytes(document["data"]))


def _place(row: Row) -> int:
    return int(row["idx"])
