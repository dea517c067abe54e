"""Which reads count: one read of a strong symbology, two that agree of a weak one. Pure.

Reed-Solomon and modulo-103 codes were never read wrong. EAN/UPC, ITF, Code 39 and Codabar were, and
readers that look at the same pixels in the same way are wrong together: so a vote is a *reader*
(:attr:`devices.looks.Seen.reader`) in a *scene*, and repeating it on the same picture adds none.
Where two weak reads at one place contradict each other, one needs twice the other's votes.
That a code was read is not that it counts for the work: see :mod:`forms.sighting`.
"""

from __future__ import annotations

import msgspec

from devices.looks import Seen

_ENOUGH = 2


class Accepted(msgspec.Struct, frozen=True):
    """A code that counts as read, and the step of the ladder at which it did."""

    seen: Seen
    step: str


class _Candidate:
    """All reads of one content."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.votes: set[tuple[int, str]] = set()


class Votes:
    """The reads of one request, over all its frames."""

    def __init__(self) -> None:
        """Nobody has voted."""
        self._candidates: dict[tuple[str, bytes], _Candidate] = {}
        self._accepted: dict[tuple[str, bytes], Accepted] = {}

    @property
    def accepted(self) -> tuple[Accepted, ...]:
        """The codes that count as read, in the order they came to."""
        return tuple(self._accepted.values())

    @property
    def unsure(self) -> tuple[Seen, ...]:
        """Weak codes that were read but not agreed on; shown, never used."""
        return tuple(
            each.seen for key, each in self._candidates.items() if key not in self._accepted
        )

    def add(self, codes: tuple[Seen, ...], step: str, scene: int) -> tuple[Accepted, ...]:
        """Count a look's reads; what is accepted by them."""
        for seen in codes:
            candidate = self._candidates.setdefault(_key(seen), _Candidate(seen))
            candidate.votes.add((scene, seen.reader))
        new = {}
        for key, candidate in self._candidates.items():
            if self._holds(candidate):
                if key not in self._accepted:
                    new[key] = Accepted(candidate.seen, step)
            else:
                self._accepted.pop(key, None)  # contradicted since
        self._accepted |= new
        return tuple(new.values())

    def _holds(self, candidate: _Candidate) -> bool:
        seen = candidate.seen
        if not seen.is_weak:
            return True
        against = [len(each.votes) for each in self._candidates.values() if _rival(seen, each.seen)]
        return len(candidate.votes) >= max(_ENOUGH, 2 * max(against, default=0))


def _key(seen: Seen) -> tuple[str, bytes]:
    """Same content: engines differ in modifiers and in the leading zeros of a GTIN."""
    ean = seen.symbology.startswith("]E")
    return (seen.symbology[:2], seen.raw.lstrip(b"0") if ean else seen.raw)


def _rival(one: Seen, other: Seen) -> bool:
    """Two weak codes of one symbology and length at one place: at most one of them is right."""
    if not other.is_weak or _key(one) == _key(other) or one.symbology[:2] != other.symbology[:2]:
        return False
    apart = max(abs(one.at[0] - other.at[0]), abs(one.at[1] - other.at[1]))
    return len(one.raw) == len(other.raw) and apart < max(one.size, other.size) / 2
