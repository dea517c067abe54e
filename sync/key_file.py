"""A signing key in a file: mode 0600, its seed closed with a secret of the machine.

Four lines: ``lotbook-station-key/2``, the key's name, base64 of the seed in a NaCl secret box
(nonce first; key: BLAKE2b-256 over PAE("lotbook/station-key/1", name, machine secret)), and the
machine's mark in hex (BLAKE2b-64 over PAE("lotbook/machine-mark/1", machine secret)). It never
leaves the machine; nothing signed depends on it.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from pathlib import Path

import nacl.encoding
import nacl.exceptions
import nacl.hash
import nacl.secret
import nacl.utils

from sync import files
from sync.ed25519 import SEED_SIZE, SeedSigner
from sync.faults import Fault
from sync.pae import pae

_HEAD = "lotbook-station-key/2"
"""Layout 2 has the machine's mark as its last line; 1 had none, and is not read any more."""
_LINES = 4
_MOST_BYTES = 4_096


class FileSigner(SeedSigner):
    """A key in a file. The file alone, on another machine, signs nothing."""

    @classmethod
    def create(
        cls,
        path: Path,
        name: str,
        machine_secret: bytes,
        random: Callable[[int], bytes] = nacl.utils.random,
    ) -> FileSigner:
        """Make a key and its file, durably. Raises FileExistsError: a key is never replaced."""
        seed = random(SEED_SIZE)
        box = nacl.secret.SecretBox(_machine_key(machine_secret, name))
        closed = base64.b64encode(bytes(box.encrypt(seed, random(box.NONCE_SIZE)))).decode()
        mark = _machine_mark(machine_secret)
        files.create(path, f"{_HEAD}\n{name}\n{closed}\n{mark}\n".encode())
        return cls(name, seed)

    @classmethod
    def load(cls, path: Path, machine_secret: bytes) -> FileSigner:
        """Read a key.

        Raises Fault ``key-unreadable``, ``key-file-unsafe`` or ``key-of-another-machine``.
        """
        name, closed, mark = _read(path)
        if mark != _machine_mark(machine_secret):
            raise Fault("key-of-another-machine", str(path))
        try:
            box = nacl.secret.SecretBox(_machine_key(machine_secret, name))
            return cls(name, box.decrypt(base64.b64decode(closed, validate=True)))
        except (ValueError, nacl.exceptions.CryptoError) as error:
            raise Fault("key-unreadable", f"{path} is damaged") from error


def _read(path: Path) -> tuple[str, str, str]:
    """Name, closed seed and machine's mark. Raises Fault ``key-unreadable``, ``key-file-unsafe``"""
    try:
        if sys.platform != "win32" and path.stat().st_mode & 0o077:
            raise Fault("key-file-unsafe", str(path))
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Fault("key-unreadable", str(error)) from error
    head, _, rest = text.partition("\n")
    lines = rest.split("\n")
    if head != _HEAD or len(lines) != _LINES or lines[-1]:
        what = f"is no key file of the layout {_HEAD}" if text else "is empty"
        raise Fault("key-unreadable", f"{path} {what}")
    return lines[0], lines[1], lines[2]


def _machine_key(machine_secret: bytes, name: str) -> bytes:
    message = pae("lotbook/station-key/1", name, machine_secret)
    return nacl.hash.blake2b(message, encoder=nacl.encoding.RawEncoder)


def _machine_mark(machine_secret: bytes) -> str:
    """Tells a key of another machine from a damaged one; says nothing about the secret."""
    message = pae("lotbook/machine-mark/1", machine_secret)
    return nacl.hash.blake2b(message, digest_size=8).decode()
