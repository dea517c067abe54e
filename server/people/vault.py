"""What the server must be able to read of a person's second factor, closed with its own secret.

The key is derived from ``machine.secret`` of the data folder, which is in no database and no
backup: who has one of those has no seed. NaCl secret box, nonce first; key: BLAKE2b-256 over
PAE("lotbook/factor/1", what, person, machine secret).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import nacl.encoding
import nacl.exceptions
import nacl.hash
import nacl.secret

from server.words import Refusal
from sync.pae import pae

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTEXT = "lotbook/factor/1"


class Vault:
    """Closes and opens."""

    def __init__(self, machine_secret: bytes, random: Callable[[int], bytes]) -> None:
        """With the secret of this server's folder."""
        self._secret, self._random = machine_secret, random

    def close(self, what: str, person: str, text: str) -> bytes:
        """The text closed; it opens only as the same thing of the same person."""
        box = nacl.secret.SecretBox(self._key(what, person))
        return bytes(box.encrypt(text.encode(), self._random(box.NONCE_SIZE)))

    def open(self, what: str, person: str, closed: bytes) -> str:
        """The text; Refusal ``factor-unreadable`` if it is of another server, or damaged."""
        try:
            return nacl.secret.SecretBox(self._key(what, person)).decrypt(closed).decode()
        except (ValueError, nacl.exceptions.CryptoError) as error:
            raise Refusal("factor-unreadable") from error

    def _key(self, what: str, person: str) -> bytes:
        message = pae(_CONTEXT, what, person, self._secret)
        return nacl.hash.blake2b(message, encoder=nacl.encoding.RawEncoder)
