"""The messages of Open Protocol: header, numbered fields, results that agree with themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from devices.faults import DeviceFault

_HEADER = 20
_WIDTHS = (4, 2, 25, 25, 2, 3, 4, 4, 1, 1, 1, 6, 6, 6, 6, 5, 5, 5, 5, 19, 19, 1, 10)
"""Characters of the fields 01 to 23 of a result (MID 0061, revision 1)."""

_STATUS, _TORQUE_STATUS, _LOW, _HIGH, _TORQUE, _ID = 9, 10, 12, 13, 15, 23


class Result(NamedTuple):
    """A tightening."""

    id: str
    torque: Decimal
    good: bool
    """The controller's own verdict."""


def message(mid: bytes, text: bytes = b"") -> bytes:
    """A message with its length and NUL."""
    return f"{_HEADER + len(text):04d}".encode() + mid + b"001" + b" " * 9 + text + b"\0"


def mid(frame: bytes) -> bytes:
    """What kind of message this is; ``garbled`` if its length is not what it says."""
    head = frame[:8]
    if len(frame) < _HEADER or not head.isdigit() or int(frame[:4]) != len(frame):
        raise DeviceFault("garbled", "the length is wrong", frame)
    return frame[4:8]


def body(frame: bytes) -> bytes:
    """What follows the header."""
    return frame[_HEADER:]


def result(frame: bytes) -> Result:
    """A result of revision 1, every field in its place and the verdict on torque consistent."""
    fields = _fields(frame)
    numbers = (fields[each] for each in (_LOW, _HIGH, _TORQUE))
    low, high, torque = (Decimal(each.decode("ascii")).scaleb(-2) for each in numbers)
    status = b"0" if torque < low else b"2" if high and torque > high else b"1"
    if fields[_TORQUE_STATUS] != status or fields[_STATUS] not in (b"0", b"1"):
        raise DeviceFault("garbled", "torque and its verdict do not agree", frame)
    return Result(fields[_ID].decode("ascii"), torque, fields[_STATUS] == b"1")


def _fields(frame: bytes) -> dict[int, bytes]:
    if frame[8:11] not in (b"001", b"   "):
        raise DeviceFault("garbled", "another revision than was asked for", frame)
    found: dict[int, bytes] = {}
    at = _HEADER
    for number, width in enumerate(_WIDTHS, start=1):
        if frame[at : at + 2] != b"%02d" % number:
            raise DeviceFault("garbled", f"field {number} is not in its place", frame)
        found[number] = frame[at + 2 : at + 2 + width]
        at += 2 + width
    wanted = (_STATUS, _TORQUE_STATUS, _LOW, _HIGH, _TORQUE, _ID)
    if at != len(frame) or not all(found[each].isdigit() for each in wanted):
        raise DeviceFault("garbled", "a field is no number", frame)
    return found
