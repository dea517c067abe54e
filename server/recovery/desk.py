"""Everything about being put back from a backup, in one place for the interfaces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from server.recovery.decision import GoingOn
from server.recovery.keepers import Keepers
from server.recovery.refill import Refill
from server.recovery.seal import Seal
from server.recovery.tails import Tails
from server.recovery.target import MARK, Target
from sync.keys import Verifier

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from server.log.book import Book
    from server.quality.office import Office
    from sync.keys import Signer
    from sync.protocol import Head


@dataclass(frozen=True, slots=True)
class Rescue:
    """What was signed, who keeps the log, and the way back."""

    book: Book
    target: Target
    keepers: Keepers
    tails: Tails
    refill: Refill
    going_on: GoingOn

    def of_head(self, head: Head, origin: str) -> Head:
        """The head with what a station is asked to do for the server."""
        if self.book.recovery:
            self.refill.called(origin)
        signed = self.target.checkpoint()
        held = self.refill.held
        return msgspec.structs.replace(
            head,
            log=held,
            signed=self.book.size if signed is None else signed.size,
            recovery=self.book.recovery,
            keep=self.keepers.keeps(origin),
            named=self.book.origin,
        )


def make_rescue(
    book: Book, signer: Signer, office: Office, random: Callable[[int], bytes], folder: Path
) -> Rescue:
    """The parts over a book; tails are sealed with the secret of ``signer``, the server's key."""
    target, seal = Target(book, Verifier.of(signer), folder / MARK), Seal(signer, random)
    refill = Refill(book, target, seal, office)
    return Rescue(
        book,
        target,
        Keepers(book, office.origin),
        Tails(book.store, seal, office.origin),
        refill,
        GoingOn(book, target, refill, office.origin),
    )
