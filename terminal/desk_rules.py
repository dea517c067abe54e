"""Small rules shared by the desk and the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.signing import for_accountability

if TYPE_CHECKING:
    from terminal.signing import ToSign
    from terminal.ui import Signer


def wanted_now(
    asked: ToSign | None, signer: Signer | None, accepted: frozenset[str]
) -> ToSign | None:
    """What is signed next: accountability comes before a person's first signature."""
    if asked is not None and signer is not None and signer.person.id not in accepted:
        return for_accountability(asked.at)
    return asked
