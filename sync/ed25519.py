"""Keys: who can sign (station, person, server) and how a public key is named and checked."""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from hashlib import sha256
from typing import Protocol

import nacl.bindings
import nacl.exceptions

SEED_SIZE = 32
KEY_SIZE = 32
SIGNATURE_SIZE = 64
_ED25519 = b"\x01"
_COSIGNATURE = b"\x04"
_VKEY = re.compile(r"([^\s+]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


class BadKey(ValueError):
    """The public key is malformed, of small order or not canonical, or its text is damaged."""


class Signer(Protocol):
    """Something that can sign: a file, a smartcard, a TPM, a test."""

    @property
    def name(self) -> str:
        """The key's name in notes; a station's is its origin. No spaces, no plus."""

    @property
    def public_key(self) -> bytes:
        """32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature, 64 bytes."""


class Named(Protocol):
    """A key's public half: what makes its id."""

    @property
    def name(self) -> str:
        """The key's name in notes."""

    @property
    def public_key(self) -> bytes:
        """32 bytes."""


@lru_cache(maxsize=4096)
def acceptable(public_key: bytes) -> bool:
    """False for keys that are not 32 bytes, not canonical, of small or mixed order."""
    if len(public_key) != KEY_SIZE:
        return False
    return bool(nacl.bindings.crypto_core_ed25519_is_valid_point(public_key))


def key_id(key: Named) -> bytes:
    """The 4 bytes that name a key in a signed note (C2SP)."""
    return _identity(key.name, key.public_key, _ED25519)


def cosignature_id(key: Named) -> bytes:
    """The 4 bytes that name a witness's key in a cosigned note (C2SP)."""
    return _identity(key.name, key.public_key, _COSIGNATURE)


@lru_cache(maxsize=1024)
def _identity(name: str, public_key: bytes, algorithm: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + algorithm + public_key).digest()[:4]


class SeedSigner:
    """Signs with a seed held in memory: a person's key while unlocked, or one from a file.

    What is held is overwritten as soon as nobody holds the signer any more. That is all Python
    allows: the seed it was made from, a copy for the time of each signature, and what the library
    makes meanwhile are freed, not overwritten; swap and core dumps are the system's to forbid.
    """

    def __init__(self, name: str, seed: bytes) -> None:
        """Take a 32-byte seed. Raises BadKey."""
        if len(seed) != SEED_SIZE:
            raise BadKey("a seed has 32 bytes")
        self._name = name
        self._public_key, secret = nacl.bindings.crypto_sign_seed_keypair(seed)
        self._secret = bytearray(secret)

    def __del__(self) -> None:
        """Overwrite the key."""
        held = getattr(self, "_secret", bytearray())  # a signer refused at its making has none
        held[:] = bytes(len(held))

    @property
    def name(self) -> str:
        """The key's name in notes."""
        return self._name

    @property
    def public_key(self) -> bytes:
        """32 bytes."""
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature, 64 bytes."""
        return nacl.bindings.crypto_sign(message, bytes(self._secret))[:SIGNATURE_SIZE]


class TestSigner(SeedSigner):
    """A key made from a word: for tests and frozen vectors, never for records that count."""

    __test__ = False  # pytest: not a test class

    def __init__(self, name: str, word: str | bytes = "test") -> None:
        """Make the seed from SHA-256 of ``word`` (text), or take 32 bytes as they are."""
        seed = word if isinstance(word, bytes) else sha256(word.encode()).digest()
        super().__init__(name, seed)


class Verifier:
    """A public key with its name; made only from keys that are acceptable."""

    def __init__(self, name: str, public_key: bytes) -> None:
        """Raise BadKey for a key that must not be enrolled."""
        if not acceptable(public_key):
            raise BadKey("the public key is not acceptable")
        self.name = name
        self.public_key = public_key

    @classmethod
    def of(cls, key: Named) -> Verifier:
        """The verifier of a signer."""
        return cls(key.name, key.public_key)

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read ``name+hash8+base64`` (C2SP vkey). Raises BadKey."""
        match = _VKEY.fullmatch(text)
        if match is None:
            raise BadKey("a verifier key is name+hash+base64")
        try:
            blob = base64.b64decode(match[3], validate=True)
        except ValueError as error:
            raise BadKey("the verifier key is not base64") from error
        if base64.b64encode(blob).decode() != match[3]:
            raise BadKey("the verifier key is in a second spelling")
        if blob[:1] != _ED25519:
            raise BadKey("the verifier key is of an unknown algorithm")
        verifier = cls(match[1], blob[1:])
        if key_id(verifier).hex() != match[2]:
            raise BadKey("the verifier key's hash does not match")
        return verifier

    @property
    def vkey(self) -> str:
        """``name+hash8+base64``."""
        body = base64.b64encode(_ED25519 + self.public_key).decode()
        return f"{self.name}+{key_id(self).hex()}+{body}"

    def verify(self, message: bytes, signature: bytes) -> bool:
        """True only for this key's signature over ``message``; never raises."""
        if len(signature) != SIGNATURE_SIZE:
            return False
        try:
            nacl.bindings.crypto_sign_open(signature + message, self.public_key)
        except nacl.exceptions.BadSignatureError:
            return False
        return True

    def __eq__(self, other: object) -> bool:
        """Equal by name and key."""
        return isinstance(other, Verifier) and self.vkey == other.vkey

    def __hash__(self) -> int:
        """Hash of the key."""
        return hash(self.public_key)
