"""A stream of bytes that only the holder of one secret key can read, in pieces of 1 MiB.

``lotbook-backup/1`` and a newline; a fresh stream key, sealed to the recipient's X25519 key; then
libsodium's secretstream (XChaCha20-Poly1305): header, and pieces each with its length in 4 bytes.
A piece that was changed, moved or cut off does not open; the last one says that it is the last.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Protocol

import nacl.exceptions
import nacl.public
from nacl import bindings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAGIC = b"lotbook-backup/1\n"
PIECE = 1024 * 1024
_OVERHEAD = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_KEY = bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_SEALED = _KEY + bindings.crypto_box_SEALBYTES
_PUBLIC, _SECRET = "lotbook-backup-to/1:", "lotbook-backup-key/1:"


class BadSeal(ValueError):
    """Not such a stream, of another recipient, changed, or cut off."""


class Sink(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """Take all of it."""


class Source(Protocol):
    """Where bytes come from."""

    def read(self, size: int = ..., /) -> bytes:
        """At most ``size``; empty at the end."""


def make_key(random: Callable[[int], bytes]) -> tuple[str, str]:
    """A recipient's (secret, public) key as text."""
    secret = nacl.public.PrivateKey(random(nacl.public.PrivateKey.SIZE))
    parts = ((_SECRET, bytes(secret)), (_PUBLIC, bytes(secret.public_key)))
    first, second = (head + base64.b64encode(key).decode() for head, key in parts)
    return first, second


def _key_in(text: str, head: str) -> bytes:
    try:
        key = base64.b64decode(text.strip().removeprefix(head), validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadSeal("the key is not base64") from error
    if not text.strip().startswith(head) or len(key) != nacl.public.PrivateKey.SIZE:
        raise BadSeal(f"a key that begins with {head} is expected")
    return key


class SealingWriter:
    """Takes bytes, writes them sealed; ``close`` writes the last piece."""

    def __init__(self, sink: Sink, public: str, random: Callable[[int], bytes]) -> None:
        """To the recipient whose ``public`` key is given. Raises BadSeal."""
        recipient = nacl.public.PublicKey(_key_in(public, _PUBLIC))
        key = self.key = random(_KEY)
        self._sink, self._left = sink, bytearray()
        self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
        header = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
        sink.write(MAGIC + bytes(nacl.public.SealedBox(recipient).encrypt(key)) + header)

    def write(self, data: bytes, /) -> int:
        """Take bytes."""
        self._left += data
        while len(self._left) > PIECE:
            self._piece(bytes(self._left[:PIECE]), _MESSAGE)
            del self._left[:PIECE]
        return len(data)

    def close(self) -> None:
        """Write the end; without it the whole is refused."""
        self._piece(bytes(self._left), _FINAL)

    def _piece(self, data: bytes, tag: int) -> None:
        push = bindings.crypto_secretstream_xchacha20poly1305_push
        sealed = push(self._state, data, tag=tag)
        self._sink.write(len(sealed).to_bytes(4, "big") + sealed)


class OpeningReader:
    """Reads what :class:`SealingWriter` wrote. Every read may raise BadSeal."""

    def __init__(self, source: Source, secret: str = "", *, key: bytes = b"") -> None:
        """With the recipient's ``secret`` key, or the stream's own ``key``. Raises BadSeal.

        Who wrote a stream knows its key, and can read back what is on the disk.
        """
        secret_key = None if key else nacl.public.PrivateKey(_key_in(secret, _SECRET))
        self._pieces = _pieces(source, secret_key, key)
        self._left = b""

    def read(self, size: int = PIECE, /) -> bytes:
        """At most ``size`` bytes; empty at the true end."""
        while len(self._left) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._left += piece
        found, self._left = self._left[:size], self._left[size:]
        return found


def _pieces(source: Source, secret: nacl.public.PrivateKey | None, key: bytes) -> Iterator[bytes]:
    head = source.read(len(MAGIC) + _SEALED + _HEADER)
    if not head.startswith(MAGIC) or len(head) != len(MAGIC) + _SEALED + _HEADER:
        raise BadSeal("not a backup of Lotbook")
    sealed, header = head[len(MAGIC) : -_HEADER], head[-_HEADER:]
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    try:
        key = key if secret is None else nacl.public.SealedBox(secret).decrypt(sealed)
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    except nacl.exceptions.CryptoError as error:
        raise BadSeal("sealed for another key") from error
    tag = _MESSAGE
    while tag != _FINAL:
        size = int.from_bytes(source.read(4), "big")
        data = source.read(size) if _OVERHEAD <= size <= PIECE + _OVERHEAD else b""
        if not data or len(data) != size:
            raise BadSeal("cut off, or changed")
        try:
            piece, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, data)
        except (nacl.exceptions.CryptoError, RuntimeError) as error:
            raise BadSeal("changed") from error
        yield piece
    if source.read(1):
        raise BadSeal("something follows the end")
