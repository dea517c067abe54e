"""The server's receipt: a signed note that says which entries it keeps, since when, and where."""

from __future__ import annotations

import base64
from datetime import datetime

import msgspec

from sync.checkpoint import BadNote, Checkpoint, decode64, parse_size, sign_note, verified_text
from sync.keys import Signer, Verifier

CONTEXT = "lotbook/receipt/1"
"""First line: no receipt can be read as a checkpoint of any log, nor the other way round."""


class Receipt(msgspec.Struct, frozen=True):
    """The server keeps ``origin`` up to ``size`` (with this root).

    The newest ``global_stop - global_start`` of those entries are the leaves ``global_start`` to
    ``global_stop`` (not included) of the global log. ``time`` is the server's when it signed: also
    a time beacon, as every later entry that holds the receipt is not before it.
    """

    origin: str
    size: int
    root: bytes
    time: str
    """RFC 3339 with offset."""
    global_start: int
    global_stop: int
    note: str = ""
    """The signed note this was read from."""

    def text(self) -> str:
        """The lines that are signed."""
        root = base64.b64encode(self.root).decode()
        where = f"{self.global_start} {self.global_stop}"
        return f"{CONTEXT}\n{self.origin}\n{self.size}\n{root}\n{self.time}\n{where}\n"

    def sign(self, signer: Signer) -> Receipt:
        """The same with its signed note."""
        return msgspec.structs.replace(self, note=sign_note(self.text(), signer))

    @property
    def start(self) -> int:
        """First entry whose global leaf this receipt names."""
        return self.size - (self.global_stop - self.global_start)

    @property
    def checkpoint(self) -> Checkpoint:
        """The station log's state that was received."""
        return Checkpoint(self.origin, self.size, self.root)

    def when(self) -> datetime:
        """``time`` as a datetime."""
        return datetime.fromisoformat(self.time)


def open_receipt(note: str, verifier: Verifier) -> Receipt:
    """The receipt of a note signed by the server. Raises BadNote."""
    lines = verified_text(note, verifier).split("\n")
    if len(lines) != 7 or lines[0] != CONTEXT or lines[6]:  # noqa: PLR2004  six lines
        raise BadNote("not a receipt")
    root = decode64(lines[3])
    start, space, stop = lines[5].partition(" ")
    receipt = Receipt(
        origin=lines[1],
        size=parse_size(lines[2]),
        root=root,
        time=lines[4],
        global_start=parse_size(start),
        global_stop=parse_size(stop),
        note=note,
    )
    _check(receipt, space)
    return receipt


def _check(receipt: Receipt, space: str) -> None:
    try:
        aware = receipt.when().tzinfo is not None
    except ValueError as error:
        raise BadNote("the receipt's time is not a time") from error
    length = receipt.global_stop - receipt.global_start
    if not (aware and space and len(receipt.root) == 32 and 0 <= length <= receipt.size):  # noqa: PLR2004
        raise BadNote("the receipt does not add up")
