"""Keys kept: a station's in a file, a person's wrapped by badge and secret."""

from __future__ import annotations

import base64
import binascii
import os
import re
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nacl.encoding
import nacl.exceptions
import nacl.hash
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
from sync.faults import Fault
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
    "unwrap_person_key",
    "wrap_person_key",
]

Random = Callable[[int], bytes]
"""Gives that many random bytes."""

SECRET_LENGTH = 6
"""Fewest characters of a person's secret."""
_FILE_HEAD = "lotbook-station-key/1"
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
    return SeedSigner(name, _open_box(key, closed))


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


class FileSigner(SeedSigner):
    """A key in a file of mode 0600, its seed closed with a secret of the machine."""

    @classmethod
    def create(
        cls, path: Path, name: str, machine_secret: bytes, random: Random = nacl.utils.random
    ) -> FileSigner:
        """Make a key and its file, durably. Raises FileExistsError: a key is never replaced."""
        seed = random(SEED_SIZE)
        box = nacl.secret.SecretBox(_machine_key(machine_secret, name))
        closed = bytes(box.encrypt(seed, random(nacl.secret.SecretBox.NONCE_SIZE)))
        text = f"{_FILE_HEAD}\n{name}\n{base64.b64encode(closed).decode()}\n"
        _write_new(path, text.encode())
        return cls(name, seed)

    @classmethod
    def load(cls, path: Path, machine_secret: bytes) -> FileSigner:
        """Read a key. Raises Fault ``key-unreadable`` or ``key-file-unsafe``."""
        try:
            if sys.platform != "win32" and path.stat().st_mode & 0o077:
                raise Fault("key-file-unsafe", str(path))
            lines = path.read_text(encoding="utf-8").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise Fault("key-unreadable", str(error)) from error
        if len(lines) != 4 or lines[0] != _FILE_HEAD or lines[3]:  # noqa: PLR2004  three lines
            raise Fault("key-unreadable", "not a station key file")
        try:
            box = nacl.secret.SecretBox(_machine_key(machine_secret, lines[1]))
            return cls(lines[1], box.decrypt(base64.b64decode(lines[2], validate=True)))
        except (ValueError, nacl.exceptions.CryptoError) as error:
            raise Fault("key-unreadable", "damaged, or of another machine") from error


def _machine_key(machine_secret: bytes, name: str) -> bytes:
    message = pae("lotbook/station-key/1", name, machine_secret)
    return nacl.hash.blake2b(message, encoder=nacl.encoding.RawEncoder)


def _write_new(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    if sys.platform != "win32":  # the name in the folder must survive a power cut too
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
