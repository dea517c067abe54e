"""Who may decide that the server's log goes on after a loss, by the documents in force here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.rights import PAIR
from forms.two_persons import two_persons
from sync.keys import Verifier
from sync.succession import signers

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.writer import OnWriter
    from terminal.packs import Packs


def approved(packs: Packs, on_writer: OnWriter) -> Callable[[bytes], bool]:
    """Whether a statement is signed by two persons, of administration and of quality.

    Their keys and classes are those of the work pack in force, from before the loss. A station
    that never had one has nothing to hold against the server.
    """

    def judged(leaf: bytes) -> bool:
        latest = on_writer(packs.latest)
        if latest is None:
            return True
        people = {one.id: one for one in latest[1].people if one.active}

        def key_of(person: str) -> Verifier | None:
            known = people.get(person)
            return Verifier(person, bytes.fromhex(known.public_key)) if known else None

        who = [people[one] for one in set(signers(leaf, key_of))]
        return two_persons(who, *PAIR)

    return judged
