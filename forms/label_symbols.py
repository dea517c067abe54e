"""How large a symbol may become: modules for content of a length, and the smallest module allowed.

Bounds from above, so that what an author is told fits does fit: the encoder may need fewer.
Sources:
ISO/IEC 16022 table 7 (DataMatrix), ISO/IEC 18004 table 7 (QR, level M), ISO/IEC 15417 (Code 128);
smallest modules and bar height: GS1 General Specifications 5.12.3, table for regulated healthcare.
"""

from __future__ import annotations

import re
from decimal import Decimal

LINEAR = frozenset({"gs1-128", "hibc-128"})
HIBC = frozenset({"hibc-128", "hibc-datamatrix"})
SMALLEST_MODULE = {True: Decimal("0.169"), False: Decimal("0.254")}
"""Millimetres, by whether the symbol is linear."""
SHORTEST_BARS = Decimal("12.7")
"""Millimetres."""
QUIET = {"gs1-datamatrix": 1, "hibc-datamatrix": 1, "gs1-qr": 4, "gs1-128": 10, "hibc-128": 10}
"""Modules that stay white on each side."""

_MATRIX = {
    3: 10, 5: 12, 8: 14, 12: 16, 18: 18, 22: 20, 30: 22, 36: 24, 44: 26, 62: 32, 86: 36, 114: 40,
    144: 44, 174: 48, 204: 52, 280: 64, 368: 72, 456: 80, 576: 88, 696: 96, 816: 104, 1050: 120,
    1304: 132, 1558: 144,
}  # fmt: skip
"""Codewords a square DataMatrix holds: its side."""
_QR = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213)
"""Bytes of QR versions 1 to 10 at level M."""
_PAIRS = re.compile(r"[0-9]{2}")
_RUNS = re.compile(r"([0-9]{4,})|([^0-9]|[0-9]{1,3}(?![0-9]))")


def most_modules(content: str, symbology: str) -> int:
    """The most modules it is wide without its quiet zone; ``content`` as a scanner sends it.

    ValueError if no symbol of this kind holds it.
    """
    if symbology in LINEAR:
        return _code_128(content)
    if symbology == "gs1-qr":
        return _qr(content)
    words = 1 + len(_PAIRS.sub(".", content))
    for holds, side in _MATRIX.items():
        if words <= holds:
            return side
    raise ValueError(_full(symbology, content))


def _qr(content: str) -> int:
    needed = len(content) + 2  # the FNC1 indicator
    for version, holds in enumerate(_QR, 1):
        if needed <= holds:
            return 17 + 4 * version
    raise ValueError(_full("gs1-qr", content))


def _code_128(content: str) -> int:
    """Start, FNC1, characters, check (11 modules each) and stop (13); digits in pairs."""
    signs = 0
    for digits, other in _RUNS.findall(content):
        signs += len(digits) // 2 + len(digits) % 2 + 2 if digits else len(other)
    return 11 * (3 + signs) + 13


def _full(symbology: str, content: str) -> str:
    return f"{symbology} cannot hold {len(content)} characters"
