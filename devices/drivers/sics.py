"""The grammar of MT-SICS answers: strict, by bytes, without float() or int() guessing."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from devices.faults import DeviceFault
from devices.kinds import State
from forms.terms import Quantity

_NOISE = re.compile(rb"\A(?:\x1b\[[0-9;]{0,8}[A-Za-z]|[\x00-\x1f])*")
"""Control bytes and terminal sequences before an answer (power-on noise)."""

_WEIGHT = re.compile(rb"S ([SD]) {1,12}(-?[0-9]{1,10}(?:\.[0-9]{1,8})?) ([A-Za-z%]{1,6})")
_STATES: dict[bytes, State] = {b"S I": "error", b"S +": "overload", b"S -": "underload"}
_ERROR = re.compile(rb"S [SD] +Error ([0-9]{1,2}[bt])")
SERIAL = re.compile(rb'I4 A "?([0-9A-Za-z-]{1,32})"?')
FLAWS = {b"ES": "refused", b"ET": "garbled", b"EL": "refused"}


class Weight(NamedTuple):
    """What an answer to S or SI says."""

    quantity: Quantity | None
    state: State
    detail: str = ""


def meant(frame: bytes) -> bytes:
    """The frame without the control bytes before it."""
    return _NOISE.sub(b"", frame)


def weight(frame: bytes) -> Weight:
    """The weight in an answer to S or SI; ``DeviceFault`` for anything else, never a guess."""
    text = meant(frame)
    if text in _STATES:
        return Weight(None, _STATES[text], "busy" if text == b"S I" else "")
    if error := _ERROR.fullmatch(text):
        return Weight(None, "error", f"Error {error[1].decode()}")
    match = _WEIGHT.fullmatch(text)
    if match is None:
        raise DeviceFault(FLAWS.get(text, "garbled"), raw=frame)
    value = Decimal(match[2].decode())
    if value.is_zero():
        value = value.copy_abs()  # "-0.000" is a rounding of the display, not a negative weight
    state: State = "stable" if match[1] == b"S" else "unstable"
    return Weight(Quantity(value=value, unit=match[3].decode()), state)
