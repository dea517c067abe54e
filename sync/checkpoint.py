"""Signed heads: the C2SP checkpoint text, signed notes, and cosignatures of witnesses."""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

import msgspec

from sync.keys import Signer, Verifier, cosignature_id, key_id

NOTE_LIMIT = 16_384
"""Longest note in bytes."""
SIGNATURE_LIMIT = 16
"""Most signature lines of a note."""
SIZE_LIMIT = 2**53
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}")
_LINE = re.compile(r"— ([^\s+\x00-\x1f\x7f]{1,255}) ([A-Za-z0-9+/]+={0,2})")


class BadNote(ValueError):
    """The note is malformed, not signed by the key asked for, or of another origin."""


class SignatureLine(NamedTuple):
    """One line below a note's text."""

    name: str
    key_id: bytes
    signature: bytes


class Checkpoint(msgspec.Struct, frozen=True):
    """The state of a log: its origin, how many entries, and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def sign(self, signer: Signer) -> str:
        """A signed note of this checkpoint."""
        return sign_note(self.text(), signer)

    def mark(self) -> str:
        """``size:root-hex``, as entries name a head."""
        return f"{self.size}:{self.root.hex()}"

    def short_mark(self) -> str:
        """``size:first 8 hex of the root``, short enough for every label."""
        return f"{self.size}:{self.root.hex()[:8]}"


def sign_note(text: str, signer: Signer) -> str:
    """``text`` (which ends with a newline) as a note signed by one key."""
    signature = signer.sign(text.encode())
    return f"{text}\n{_signature_line(signer.name, key_id(signer), signature)}"


def _signature_line(name: str, identity: bytes, signature: bytes) -> str:
    return f"— {name} {base64.b64encode(identity + signature).decode()}\n"


def split_note(note: str) -> tuple[str, list[SignatureLine]]:
    """Text and signature lines of a note, strictly parsed, nothing verified. Raises BadNote."""
    try:
        size = len(note.encode())
    except UnicodeEncodeError as error:  # half a character, which no signature can be over
        raise BadNote("the note is not UTF-8") from error
    if size > NOTE_LIMIT:
        raise BadNote("the note is too long")
    if _CONTROL.search(note):
        raise BadNote("the note has control characters")
    text, found, below = note.rpartition("\n\n")
    if not found or not below.endswith("\n"):
        raise BadNote("the note has no signature")
    lines = below[:-1].split("\n")
    if len(lines) > SIGNATURE_LIMIT:
        raise BadNote("the note has too many signatures")
    parsed = [_parse_line(line) for line in lines]
    if len({(line.name, line.key_id) for line in parsed}) != len(parsed):
        raise BadNote("the note has two signatures of one key")
    return f"{text}\n", parsed


def _parse_line(line: str) -> SignatureLine:
    match = _LINE.fullmatch(line)
    if match is None:
        raise BadNote("a signature line is malformed")
    blob = decode64(match[2])
    if len(blob) < 5:  # noqa: PLR2004  key id and at least a byte
        raise BadNote("a signature line is too short")
    return SignatureLine(match[1], blob[:4], blob[4:])


def decode64(text: str) -> bytes:
    """Standard base64 in its one canonical spelling. Raises BadNote."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("not base64") from error
    if base64.b64encode(data).decode() != text:
        raise BadNote("base64 in a second spelling")
    return data


def verified_text(note: str, verifier: Verifier) -> str:
    """The text of a note that ``verifier`` signed. Raises BadNote."""
    text, lines = split_note(note)
    wanted = (verifier.name, key_id(verifier))
    for line in lines:
        if (line.name, line.key_id) == wanted:
            if verifier.verify(text.encode(), line.signature):
                return text
            raise BadNote("the signature is wrong")
    raise BadNote("not signed by the key expected")


def open_note(note: str, verifier: Verifier, origin: str | None = None) -> Checkpoint:
    """The checkpoint of a note signed by ``verifier`` (and of ``origin``). Raises BadNote."""
    checkpoint = parse_text(verified_text(note, verifier))
    if origin is not None and checkpoint.origin != origin:
        raise BadNote("the checkpoint is of another log")
    return checkpoint


def parse_text(text: str) -> Checkpoint:
    """Read checkpoint text; extension lines are left aside, as C2SP allows. Raises BadNote."""
    if not text.endswith("\n"):
        raise BadNote("the text does not end with a newline")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):  # noqa: PLR2004  origin, size, root
        raise BadNote("a checkpoint has origin, size and root")
    root = decode64(lines[2])
    if len(root) != 32:  # noqa: PLR2004  SHA-256
        raise BadNote("the root is not 32 bytes")
    return Checkpoint(lines[0], parse_size(lines[1]), root)


def parse_size(text: str) -> int:
    """A decimal without sign or leading zero, below 2^53. Raises BadNote."""
    if not _DECIMAL.fullmatch(text) or int(text) >= SIZE_LIMIT:
        raise BadNote("a size is a plain decimal number")
    return int(text)


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def cosign(note: str, signer: Signer, seconds: int) -> str:
    """The note with a witness's cosignature/v1 added; ``seconds`` since 1970 by the witness."""
    text, _ = split_note(note)
    signature = seconds.to_bytes(8, "big") + signer.sign(_cosigned(text, seconds))
    return note + _signature_line(signer.name, cosignature_id(signer), signature)


def cosigned_at(note: str, verifier: Verifier) -> int:
    """When (seconds since 1970) this witness cosigned the note. Raises BadNote."""
    text, lines = split_note(note)
    wanted = (verifier.name, cosignature_id(verifier))
    for line in lines:
        if (line.name, line.key_id) == wanted:
            seconds = int.from_bytes(line.signature[:8], "big")
            if verifier.verify(_cosigned(text, seconds), line.signature[8:]):
                return seconds
            raise BadNote("the cosignature is wrong")
    raise BadNote("not cosigned by the witness expected")
