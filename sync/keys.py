"""A person's key wrapped by badge and secret; and the names of all there is about keys."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

import nacl.exceptions
import nacl.pwhash
import nacl.secret
import nacl.utils

from sync.ed25519 import (
    SEED_SIZE,
    BadKey,
    Named,
    SeedSigner,
    Signer,
    TestSigner,
    Verifier,
    acceptable,
    cosignature_id,
    key_id,
)
from sync.key_file import FileSigner
from sync.pae import pae

__all__ = [
    "PERSON_COST",
    "SECRET_LENGTH",
    "TEST_COST",
    "BadKey",
    "Cost",
    "FileSigner",
    "Named",
    "SeedSigner",
    "Signer",
    "TestSigner",
    "Verifier",
    "WrongSecret",
    "acceptable",
    "cosignature_id",
    "key_id",
    "rewrap_person_key",
    "unwrap_person_key",
    "wrap_person_key",
]

Random = Callable[[int], bytes]
"""Gives that many random bytes."""

SECRET_LENGTH = 6
"""Fewest characters of a person's secret."""
_PERSON_CONTEXT = "lotbook/person-key/1"
_WRAPPED = re.compile(r"lotbook-person-key/1\$(\d{1,2})\$(\d{1,4})\$([\w+/=]+)\$([\w+/=]+)")


class Cost(NamedTuple):
    """How much work Argon2id does."""

    passes: int
    memory_mib: int


PERSON_COST = Cost(3, 64)
"""Some 0.2 s on a panel PC; dear enough for who stole the table and guesses secrets."""
TEST_COST = Cost(1, 1)
"""For tests only."""
_COST_LIMIT = Cost(10, 512)


class WrongSecret(ValueError):
    """Badge and secret do not open this key."""


def wrap_person_key(
    seed: bytes,
    badge: str,
    secret: str,
    *,
    cost: Cost = PERSON_COST,
    random: Random = nacl.utils.random,
) -> str:
    """A person's 32-byte seed as text that only badge and secret together open.

    Raises ValueError if the secret is shorter than 6 characters.
    """
    if len(secret) < SECRET_LENGTH:
        raise ValueError(f"a secret has at least {SECRET_LENGTH} characters")
    if len(seed) != SEED_SIZE:
        raise BadKey("a seed has 32 bytes")
    salt = random(nacl.pwhash.argon2id.SALTBYTES)
    box = nacl.secret.SecretBox(_derive(badge, secret, salt, cost))
    closed = bytes(box.encrypt(seed, random(nacl.secret.SecretBox.NONCE_SIZE)))
    salt_text, closed_text = (base64.b64encode(part).decode() for part in (salt, closed))
    return f"lotbook-person-key/1${cost.passes}${cost.memory_mib}${salt_text}${closed_text}"


def unwrap_person_key(wrapped: str, badge: str, secret: str, name: str = "person") -> Signer:
    """The signer in ``wrapped``. Raises WrongSecret, or BadKey if the text is damaged."""
    return SeedSigner(name, _seed_in(wrapped, badge, secret))


def rewrap_person_key(
    wrapped: str,
    badge: str,
    secrets: tuple[str, str],
    *,
    cost: Cost = PERSON_COST,
    random: Random = nacl.utils.random,
) -> str:
    """The same key under the second of ``secrets``, (old, new).

    Raises WrongSecret, BadKey, or ValueError if the new one is shorter than 6 characters.
    """
    old, new = secrets
    return wrap_person_key(_seed_in(wrapped, badge, old), badge, new, cost=cost, random=random)


def _seed_in(wrapped: str, badge: str, secret: str) -> bytes:
    match = _WRAPPED.fullmatch(wrapped)
    if match is None:
        raise BadKey("not a wrapped person key")
    cost = Cost(int(match[1]), int(match[2]))
    if not (
        0 < cost.passes <= _COST_LIMIT.passes and 0 < cost.memory_mib <= _COST_LIMIT.memory_mib
    ):
        raise BadKey("a wrapped key that asks for too much work")
    try:
        salt, closed = (base64.b64decode(part, validate=True) for part in match.group(3, 4))
        key = _derive(badge, secret, salt, cost)
    except (binascii.Error, nacl.exceptions.ValueError) as error:
        raise BadKey("a damaged wrapped key") from error
    return _open_box(key, closed)


def _open_box(key: bytes, closed: bytes) -> bytes:
    try:
        return nacl.secret.SecretBox(key).decrypt(closed)
    except nacl.exceptions.CryptoError as error:
        raise WrongSecret("badge and secret do not open this key") from error


def _derive(badge: str, secret: str, salt: bytes, cost: Cost) -> bytes:
    # NFC: the same secret typed on two keyboards has the same bytes.
    password = pae(_PERSON_CONTEXT, badge, unicodedata.normalize("NFC", secret))
    return nacl.pwhash.argon2id.kdf(
        nacl.secret.SecretBox.KEY_SIZE,
        password,
        salt,
        opslimit=cost.passes,
        memlimit=cost.memory_mib * 1024 * 1024,
    )
