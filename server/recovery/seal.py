"""Tails sealed for the server alone: stations keep them and cannot look inside.

The secret is the server's signature over one fixed text that is signed for nothing else. Ed25519
signatures are the same each time, so that whoever holds the signing key, in a file or a token, can
open what was sealed before, and nothing has to be kept beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import nacl.encoding
import nacl.exceptions
import nacl.hash
import nacl.secret
import zstandard

from server.words import Refusal
from sync.pae import pae

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.keys import Signer

LABEL = "lotbook/tail-seal/1"
MOST_BYTES = 64 * 1024 * 1024
"""Of an opened tail."""


class Content(msgspec.Struct, frozen=True):
    """What a tail holds: the leaves from ``start`` on, and rows that they name by digest."""

    start: int
    leaves: tuple[bytes, ...]
    rows: tuple[tuple[str, dict[str, Any]], ...]
    """Table and row."""
    office: tuple[tuple[int, bytes], ...]
    """Entries of the office's journal, which lives beside the server: index and bytes."""


class Seal:
    """Seals and opens tails."""

    def __init__(self, signer: Signer, random: Callable[[int], bytes]) -> None:
        """With the secret of ``signer``, the server's key."""
        self._signer, self._random = signer, random
        self._made: nacl.secret.SecretBox | None = None

    def close(self, content: Content) -> bytes:
        """A sealed tail."""
        packed = zstandard.ZstdCompressor(level=3).compress(msgspec.msgpack.encode(content))
        nonce = self._random(nacl.secret.SecretBox.NONCE_SIZE)
        return bytes(self._box.encrypt(packed, nonce))

    def open(self, box: bytes) -> Content:
        """What was sealed. Refusal ``bad-request`` for anything else."""
        try:
            packed = self._box.decrypt(box)
            plain = zstandard.ZstdDecompressor().decompress(packed, max_output_size=MOST_BYTES)
            return msgspec.msgpack.decode(plain, type=Content)
        except (nacl.exceptions.CryptoError, ValueError, zstandard.ZstdError) as error:
            raise Refusal("bad-request", why="not a tail sealed by this server") from error

    @property
    def _box(self) -> nacl.secret.SecretBox:
        """Made when first needed: a token may have to be asked."""
        if self._made is None:
            secret = self._signer.sign(pae(LABEL, self._signer.name))
            key = nacl.hash.blake2b(secret, encoder=nacl.encoding.RawEncoder)
            self._made = nacl.secret.SecretBox(key)
        return self._made
