"""Which key of a station holds where: from keys got outside and the rotations in its own log.

The keys file says which keys are the station's, not from which record on. That the log says
itself: a rotation is signed by the key that ends and the key that begins (:mod:`sync.key_history`).
A rotation to a key that the keys file does not know is not followed, so nothing above it holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.key_history import BadRotation, KeyHistory

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sync.envelope import Envelope
    from sync.keys import Verifier


class NotInForce(BadNote):
    """A key of the station signed it, but not one that holds for a head of that size."""


class StationKeys:
    """The keys of one station's log that are trusted, each where it holds."""

    def __init__(
        self, keys: Sequence[Verifier], rotations: Iterable[Envelope], first: str = ""
    ) -> None:
        """``keys`` are not empty; ``rotations``: entries of the log, as they stand in it.

        ``first``: the key (hex) that the server's log names at enrolment, where that is known.
        """
        self._keys, entries = keys, list(rotations)
        enrolled = [key for key in keys if key.public_key.hex() == first] or keys
        told = [_followed(key, keys, entries) for key in enrolled]
        self.history = max(told, key=lambda one: len(one.all))
        """Where several keys could be the first, the one most others follow."""

    @property
    def unplaced(self) -> int:
        """How many trusted keys no rotation here tells the place of."""
        return len({key.public_key for key in self._keys}) - len(self.history.all)

    def open_head(self, note: str, origin: str) -> Checkpoint:
        """The station's head. Raises BadNote, and of that NotInForce."""
        signed, why = None, "no key"
        for key in self._keys:
            try:
                signed = open_note(note, key, origin)
            except BadNote as error:
                why = str(error)
                continue
            if self.history.of_head(signed.size).public_key == key.public_key:
                return signed
        if signed is None:
            raise BadNote(why)
        raise NotInForce(str(signed.size))


def _followed(first: Verifier, keys: Sequence[Verifier], entries: list[Envelope]) -> KeyHistory:
    """The history from ``first`` on; what no key in force signed changes nothing."""
    trusted, history = {key.public_key for key in keys}, KeyHistory(first)
    for entry in entries:
        try:
            after = history.follow(entry)
        except BadRotation:
            continue
        if after.newest.public_key in trusted:
            history = after
    return history
