"""Recovery codes: ten that are good once each, for the day the phone is gone. Pure.

A code has 50 bits of chance, in Crockford's base32 without what is easily misread. Kept of a set
is one text: ``lotbook-recovery-codes/1$passes$MiB$salt$digest,digest,…``, each digest by Argon2id.
One salt serves the set, so that trying a code costs one derivation, however many are left.
"""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING, NamedTuple

import nacl.pwhash

from sync.keys import Cost

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT, LENGTH = 10, 10
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011", "- ")
_HEAD = "lotbook-recovery-codes/1"
_DIGEST = 32


class Made(NamedTuple):
    """A fresh set: the codes to show once, and what is kept of them."""

    codes: tuple[str, ...]
    kept: str


def make(random: Callable[[int], bytes], cost: Cost) -> Made:
    """Ten fresh codes; slow by design."""
    codes = tuple(_code(random(LENGTH)) for _ in range(COUNT))
    salt = random(nacl.pwhash.argon2id.SALTBYTES)
    digests = [_base64(_derived(_plain(one), salt, cost)) for one in codes]
    kept = "$".join((_HEAD, str(cost.passes), str(cost.memory_mib), _base64(salt)))
    return Made(codes, f"{kept}${','.join(digests)}")


def is_code(text: str) -> bool:
    """Whether a text looks like a recovery code, as people may type it."""
    plain = _plain(text)
    return len(plain) == LENGTH and set(plain) <= set(_LETTERS)


def number_of(kept: str, code: str, cost: Cost) -> int | None:
    """Which of the kept set the code is, from 0; None for none. Slow by design.

    An empty ``kept`` costs the same work (at ``cost``), so that time tells nothing.
    """
    if not kept:
        _derived(_plain(code), bytes(nacl.pwhash.argon2id.SALTBYTES), cost)
        return None
    _, passes, memory, salt, digests = kept.split("$")
    paid = Cost(int(passes), int(memory))
    derived = _base64(_derived(_plain(code), base64.b64decode(salt), paid)).encode()
    same = [hmac.compare_digest(derived, one.encode()) for one in digests.split(",")]
    return same.index(True) if True in same else None


def _code(chance: bytes) -> str:
    letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in chance)
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def _plain(text: str) -> str:
    return text.upper().translate(_MISREAD)


def _derived(code: str, salt: bytes, cost: Cost) -> bytes:
    return nacl.pwhash.argon2id.kdf(
        _DIGEST,
        code.encode(),
        salt,
        opslimit=cost.passes,
        memlimit=cost.memory_mib * 1024 * 1024,
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
