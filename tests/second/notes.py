"""Keys, signatures, signed notes and trees: `cryptography`, `pymerkle`, the standard library.

Nothing of `sync` is imported here: that is the point.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pymerkle import InmemoryTree
from pymerkle.proof import InclusionProof, InvalidProof, verify_inclusion

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
SMALL = frozenset(
    bytes.fromhex(one)
    for one in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
)
"""Encodings of the points of small order, which nobody may have as a key."""


class Wrong(Exception):
    """Something does not hold."""


@dataclass
class Keys:
    """The keys file: purpose and id to the keys, each with the name it signs under."""

    held: dict[tuple[str, str], list[tuple[str, bytes]]] = field(default_factory=dict)

    def all(self, purpose: str) -> list[tuple[str, bytes]]:
        return [key for (what, _), keys in self.held.items() if what == purpose for key in keys]


def read_keys(text: str) -> Keys:
    keys = Keys()
    for line in text.splitlines():
        if line.split("#", 1)[0].strip():
            purpose, name, vkey = line.split()
            signs_as, check, blob = vkey.split("+", 2)
            raw = base64.b64decode(blob)
            assert raw[0] == 1
            assert key_id(signs_as, raw[1:], 1).hex() == check
            assert raw[1:] not in SMALL
            keys.held.setdefault((purpose, name), []).append((signs_as, raw[1:]))
    return keys


def key_id(name: str, key: bytes, algorithm: int) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([algorithm]) + key).digest()[:4]


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    if signature[:32] in SMALL or int.from_bytes(signature[:32], "little") % 2**255 >= PRIME:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def pae(*parts: str | bytes) -> bytes:
    raw = [part.encode() if isinstance(part, str) else part for part in parts]
    out = len(raw).to_bytes(8, "little")
    return out + b"".join(len(one).to_bytes(8, "little") + one for one in raw)


def b64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Wrong("base64") from error
    if base64.b64encode(data).decode() != text:
        raise Wrong("base64 in a second spelling")
    return data


LINE = re.compile(r"— ([^\s+\x00-\x1f\x7f]{1,255}) ([A-Za-z0-9+/]+={0,2})")


def lines_of(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """A note's text, and its signature lines as (name, key id and signature)."""
    text, blank, below = note.rpartition("\n\n")
    if not blank or not below.endswith("\n") or len(note.encode()) > 16_384:
        raise Wrong("no note")
    if any(ord(char) < 32 and char != "\n" for char in note):
        raise Wrong("control characters")
    found = []
    for line in below[:-1].split("\n"):
        match = LINE.fullmatch(line)
        if match is None or len(b64(match[2])) < 5:
            raise Wrong("signature line")
        found.append((match[1], b64(match[2])))
    if len(found) > 16 or len({(name, blob[:4]) for name, blob in found}) != len(found):
        raise Wrong("signature lines")
    return f"{text}\n", found


def opened(note: str, keys: list[tuple[str, bytes]]) -> str:
    """The text of a note that one of the keys signed."""
    text, lines = lines_of(note)
    for name, key in keys:
        for signer, blob in lines:
            if (signer, blob[:4]) == (name, key_id(name, key, 1)) and signed(
                key, text.encode(), blob[4:]
            ):
                return text
    raise Wrong("not signed")


def checkpoint(note: str, keys: list[tuple[str, bytes]], origin: str = "") -> tuple[int, bytes]:
    """Size and root of a checkpoint that one of the keys signed."""
    lines = opened(note, keys)[:-1].split("\n")
    if len(lines) < 3 or not all(lines) or (origin and lines[0] != origin):
        raise Wrong("no checkpoint of this log")
    return number(lines[1]), root_in(lines[2])


def number(text: str) -> int:
    if not re.fullmatch("0|[1-9][0-9]{0,15}", text) or int(text) >= 2**53:
        raise Wrong("number")
    return int(text)


def root_in(text: str) -> bytes:
    root = b64(text)
    if len(root) != 32:
        raise Wrong("root")
    return root


def cosigned(note: str, line: tuple[str, bytes], keys: list[tuple[str, bytes]]) -> bool | None:
    """Whether a witness's line holds; None if it is by none of these keys."""
    text, _ = lines_of(note)
    name, blob = line
    for signer, key in keys:
        if (name, blob[:4]) == (signer, key_id(signer, key, 4)):
            seconds = int.from_bytes(blob[4:12], "big")
            message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
            return signed(key, message, blob[12:])
    return None


def parsed(data: bytes, limit: int = 65_535) -> dict[str, Any]:
    """An object of the profile: no floats, no duplicates, NFC, ASCII names, small integers."""

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise Wrong("a name twice")
        return dict(pairs)

    def refused(_: str) -> None:
        raise Wrong("a float")

    if len(data) > limit:
        raise Wrong("too long")
    try:
        value = json.loads(data.decode(), object_pairs_hook=distinct, parse_float=refused,
                           parse_constant=refused)  # fmt: skip
    except (ValueError, RecursionError) as error:
        raise Wrong("no JSON") from error
    walk(value, 0)
    if not isinstance(value, dict):
        raise Wrong("no object")
    return value


def walk(value: Any, depth: int) -> None:  # noqa: ANN401, C901 - anything parsed
    if depth > 32:
        raise Wrong("too deep")
    if isinstance(value, dict):
        for name, item in value.items():
            if not name.isascii():
                raise Wrong("a name")
            walk(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            walk(item, depth + 1)
    elif isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value) or re.search("[\ud800-\udfff]", value):
            raise Wrong("text")
    elif isinstance(value, int) and not -(2**53) < value < 2**53:
        raise Wrong("a number")


FIELDS = {"v": int, "kind": str, "origin": str, "index": int, "at": dict, "body": dict}


def entry(data: bytes, origin: str, index: int) -> dict[str, Any]:
    """An entry's envelope, if it is this one."""
    found = parsed(data)
    if set(found) != set(FIELDS) or any(type(found[k]) is not t for k, t in FIELDS.items()):
        raise Wrong("no entry")
    if (found["v"], found["origin"], found["index"]) != (1, origin, index):
        raise Wrong("another entry")
    if not re.fullmatch("[a-z][a-z0-9._/-]{0,63}", found["kind"]):
        raise Wrong("kind")
    return found


def tree(leaves: list[bytes]) -> InmemoryTree:
    made = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        made.append_entry(leaf)
    return made


@lru_cache(maxsize=64)
def shape(index: int, size: int) -> list[int]:
    """How a path of that place is to be put together, as pymerkle says it."""
    return list(tree([b""] * size).prove_inclusion(index + 1, size).rule)


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    if not 0 <= index < size:
        return False
    proof = InclusionProof("sha256", True, size, index + 1, shape(index, size), [leaf, *path])
    try:
        verify_inclusion(leaf, root, proof, index=index + 1, size=size, algorithm="sha256")
    except InvalidProof:
        return False
    return True


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def root_of_hashes(hashes: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word, over leaf hashes."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    left, right = root_of_hashes(hashes[:k]), root_of_hashes(hashes[k:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def rotation(
    data: bytes, origin: str, index: int, old: bytes, held: list[bytes]
) -> list[tuple[int, bytes]]:
    """The key that an entry puts in force, and above which size; none if it is no rotation."""
    try:
        found = entry(data, origin, index)
        body, kind = found["body"], found["kind"]
        before, after, first, second = (
            base64.b64decode(body[name], validate=True)
            for name in ("old_key", "new_key", "old_signature", "new_signature")
        )
    except (Wrong, KeyError, TypeError, ValueError):
        return []
    message = pae("lotbook/rotate/1", origin, str(index), before, after)
    good = kind == "sync/rotated" and before == old != after and after in held
    both = good and signed(old, message, first) and signed(after, message, second)
    return [(index + 1, after)] if both else []
