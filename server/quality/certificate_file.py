"""A certificate as a file, from the office: kept by its digest, which a signed record names."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from server.words import Refusal

if TYPE_CHECKING:
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


def keep(attachments: Attachments, data: bytes) -> str:
    """Keep the file; its digest. Raises Refusal as :func:`digest_of`, Fault as the disk does."""
    digest = digest_of(data)
    attachments.put(digest, data, OFFICE)
    return digest
