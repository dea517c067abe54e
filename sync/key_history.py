"""Which key of a station holds for which part of its log: rotation by index, never by the clock.

A rotation is an entry, ``sync/rotated``, at some index i, signed by the old key and the new one
over the same words. Heads of up to i + 1 entries are the old key's, all greater ones the new one's.
So the old key's last head covers the entry that ends it: cross-signed, inside the same log.
"""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from sync.checkpoint import BadNote, Checkpoint, open_note
from sync.envelope import BadEnvelope, Envelope, check
from sync.keys import BadKey, Signer, Verifier
from sync.pae import pae

ROTATED = "sync/rotated"
CONTEXT = "lotbook/rotate/1"
_MARK = f'"kind":"{ROTATED}"'.encode()


class BadRotation(ValueError):
    """The entry is no rotation that both keys signed for this place in this log."""


def rotation(old: Signer, new: Signer, index: int) -> dict[str, object]:
    """The body of the entry ``index`` by which ``new`` follows ``old``; both are of one origin."""
    message = _message(old.name, index, old.public_key, new.public_key)
    return {
        "old_key": _text(old.public_key),
        "new_key": _text(new.public_key),
        "old_signature": _text(old.sign(message)),
        "new_signature": _text(new.sign(message)),
    }


def station_of(origin: str) -> str:
    """Station and epoch of a log, as revocations name them: ``ST-01/1``."""
    return "/".join(origin.split("/")[-2:])


def rotations_in(entries: Iterable[bytes]) -> Iterator[tuple[int, Envelope]]:
    """The rotation entries among these, with their place; what cannot be read is none."""
    for at, data in enumerate(entries):
        if _MARK not in data:
            continue
        try:
            envelope = check(data)
        except BadEnvelope:
            continue
        if envelope.kind == ROTATED:
            yield at, envelope


def _message(origin: str, index: int, old: bytes, new: bytes) -> bytes:
    return pae(CONTEXT, origin, str(index), old, new)


def read_rotation(envelope: Envelope, old: Verifier) -> Verifier:
    """The new key of a rotation entry by the key ``old``. Raises BadRotation."""
    body = envelope.body
    if envelope.kind != ROTATED or envelope.origin != old.name:
        raise BadRotation("not a rotation in this log")
    try:
        old_key, new_key, by_old, by_new = (
            _bytes(body.get(name))
            for name in ("old_key", "new_key", "old_signature", "new_signature")
        )
        new = Verifier(old.name, new_key)
    except (BadKey, binascii.Error, ValueError) as error:
        raise BadRotation(f"not two keys and two signatures: {error}") from error
    message = _message(old.name, envelope.index, old_key, new_key)
    if old_key != old.public_key or new_key == old_key:
        raise BadRotation("not from the key in force to another")
    if not (old.verify(message, by_old) and new.verify(message, by_new)):
        raise BadRotation("not signed by both keys")
    return new


class KeyHistory:
    """The keys of one log, each from the size on above which it signs heads."""

    def __init__(self, first: Verifier, later: Iterable[tuple[int, Verifier]] = ()) -> None:
        """``later``: index of each rotation entry and the key that holds above it."""
        changes = sorted(later, key=lambda change: change[0])
        self._starts = [index + 1 for index, _ in changes]
        self._keys = [first, *(key for _, key in changes)]

    @property
    def newest(self) -> Verifier:
        """The key in force."""
        return self._keys[-1]

    @property
    def all(self) -> tuple[Verifier, ...]:
        """Every key there was, oldest first."""
        return tuple(self._keys)

    def of_head(self, size: int) -> Verifier:
        """The key that signs a head over ``size`` entries."""
        return self._keys[bisect_left(self._starts, size)]

    def follow(self, envelope: Envelope) -> KeyHistory:
        """The history after a rotation entry. Raises BadRotation."""
        new = read_rotation(envelope, self.newest)
        if self._starts and envelope.index < self._starts[-1]:
            raise BadRotation("before the rotation in force")
        later = [(start - 1, key) for start, key in zip(self._starts, self._keys[1:], strict=True)]
        return KeyHistory(self._keys[0], [*later, (envelope.index, new)])

    def follows(self, envelope: Envelope) -> bool:
        """Whether the entry is a rotation from the key in force."""
        try:
            self.follow(envelope)
        except BadRotation:
            return False
        return True

    def open_head(self, note: str, size: int, origin: str) -> Checkpoint:
        """The checkpoint in the station's head over ``size`` entries. Raises BadNote."""
        checkpoint = open_note(note, self.of_head(size), origin)
        if checkpoint.size != size:
            raise BadNote("the head is of another size")
        return checkpoint


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(value: object) -> bytes:
    if not isinstance(value, str):
        raise BadRotation("a member is missing")
    return base64.b64decode(value, validate=True)
