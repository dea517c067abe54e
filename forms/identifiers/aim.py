"""AIM symbology identifiers (ISO/IEC 15424): what a reader says about the symbol it read."""

from __future__ import annotations

import re

GS1_AIMS = frozenset({"]C1", "]e0", "]d2", "]Q3", "]J1"})
"""AIM identifiers of symbols that carry GS1 element strings."""
EAN_AIMS = {"]E0": (12, 13), "]E4": (8,)}
"""Those that carry a bare GTIN, and its digits."""
ITF_AIMS = frozenset({"]I0", "]I1"})
AIM_OF = {
    "gs1-datamatrix": "]d2", "gs1-128": "]C1", "gs1-qr": "]Q3",
    "hibc-datamatrix": "]d1", "hibc-128": "]C0",
}  # fmt: skip
"""The AIM identifier of each symbology a label step may name."""

_NAMES = {
    "]A": "Code 39", "]C0": "Code 128", "]C1": "GS1-128", "]C2": "Code 128", "]C4": "ISBT 128",
    "]C": "Code 128", "]d2": "GS1 DataMatrix", "]d": "DataMatrix", "]E0": "EAN-13", "]E4": "EAN-8",
    "]E": "EAN/UPC", "]e0": "GS1 DataBar", "]e": "GS1 Composite", "]F": "Codabar", "]G": "Code 93",
    "]I": "ITF", "]J1": "GS1 DotCode", "]J": "DotCode", "]L": "PDF417", "]M": "MSI",
    "]Q3": "GS1 QR", "]Q": "QR", "]U": "MaxiCode", "]z": "Aztec",
}  # fmt: skip
_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")


def stripped(raw: bytes, aim: str = "") -> tuple[bytes, str]:
    """The message's bytes and its AIM identifier, whichever way the AIM identifier came.

    Takes off an AIM prefix inside the bytes and one line end (CR, LF or CR LF). If the prefix
    contradicts ``aim``, nothing is taken off: the code then fails as what it is.
    """
    message = raw.removesuffix(b"\n").removesuffix(b"\r")
    prefix = _AIM.match(message)
    if prefix and aim in ("", prefix.group().decode("ascii")):
        return message[3:], prefix.group().decode("ascii")
    return message, aim


def symbology(aim: str) -> str:
    """The symbology's usual name; empty if the AIM identifier is not known."""
    return _NAMES.get(aim) or _NAMES.get(aim[:2], "")
