"""A certificate as a file, from the office: kept by its digest, which a signed record names."""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from server.store.attachments import Attachments

OFFICE: Final = "office"
"""Who handed the file over: no station, so none is asked for it again."""
MOST_BYTES: Final = 8 * 1024 * 1024
HEADS: Final = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How a file begins that a certificate may be: PDF, PNG, JPEG. It is never opened here."""


def digest_of(data: bytes) -> str:
    """The digest under which such a file is kept; Refusal for another kind, or one too large."""
    if len(data) > MOST_BYTES:
        raise Refusal("file-too-large", most=MOST_BYTES // (1024 * 1024))
    if not data.startswith(HEADS):
        raise Refusal("file-kind")
    return sha256(data).hexdigest()


class Handed(NamedTuple):
    """A file handed in with an act."""

    digest: str
    """By which the act names it; empty if none was handed in."""
    keep: Callable[[], None]
    """Keeps it: to be called within the act's own transaction, so that both stand or neither."""


@contextmanager
def handed(attachments: Attachments, data: bytes | None) -> Iterator[Handed]:
    """The file for the act that is done inside; of an act that is refused nothing stays.

    The bytes are on the disk before the act is: none ever names a file that is not there. Raises
    Refusal as :func:`digest_of`; Fault, where it is kept, as the disk does.
    """
    if data is None:
        yield Handed("", lambda: None)
        return
    digest = digest_of(data)
    try:
        yield Handed(digest, lambda: attachments.put(digest, data, OFFICE))
    finally:
        attachments.forget(digest)
