"""Hostile bytes made from good ones: flips, cuts, splices, words of the trade, odd numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

LONGEST = 70_000
"""Inputs are cut here; bombs are made of few bytes, not of many."""

ODD_BYTES = b"\x00\x01\t\n\r\x1b\x1d \"'+-./09:[\\]{}\x7f\x80\xc0\xed\xf0\xfe\xff"
ODD_NUMBERS = (
    b"0", b"-0", b"-1", b"1", b"127", b"128", b"255", b"256", b"65535", b"65536", b"2147483648",
    b"4294967296", b"9007199254740991", b"9007199254740992", b"18446744073709551616", b"1.0",
    b"1e9", b"1E400", b"-0.0", b"00", b"+1", b"1_0", b"NaN", b"Infinity", b"0x10", b"9" * 40,
)  # fmt: skip
ODD_WORDS = (
    b"\xef\xbb\xbf", b"\r\n", b"\n\n", b"\x00", b"\xff\xfe", "e\u0301".encode(), "\u202e".encode(),
    "\u2028".encode(), "\U0001f600".encode(), "\uff11".encode(), "\u0661".encode(), b"\xed\xa0\x80",
    b"\\ud800", b"\\u0000", b"null", b"true", b"{}", b"[]", b'""', b"../", b"%00", b"{{7*7}}",
    b"' OR 1=1--", b"<b>", b"__proto__",
)  # fmt: skip


class Mutator:
    """Gives inputs from a corpus; one source of chance, so that a seed replays them."""

    def __init__(
        self, chance: Random, corpus: Sequence[bytes], words: Sequence[bytes] = ()
    ) -> None:
        """``corpus``: good and bad examples; ``words``: tokens of the format to put in."""
        self._chance = chance
        self._corpus = tuple(corpus)
        self._words = (*ODD_WORDS, *words, *words)
        self._ways: tuple[Callable[[bytes], bytes], ...] = (
            self._flip, self._replace, self._insert, self._remove, self._double, self._splice,
            self._cut, self._swap, self._number, self._replace, self._insert,
        )  # fmt: skip

    def next(self) -> bytes:
        """The next input: an example hurt in one to four ways."""
        choice = self._chance.random
        data = self._corpus[int(choice() * len(self._corpus))]
        for _ in range(1 + int(choice() * choice() * 5)):
            data = self._ways[int(choice() * len(self._ways))](data)
        return data[:LONGEST]

    def _at(self, length: int) -> int:
        return int(self._chance.random() * length)

    def _flip(self, data: bytes) -> bytes:
        if not data:
            return b"\x00"
        at = self._at(len(data))
        return data[:at] + bytes((data[at] ^ 1 << self._at(8),)) + data[at + 1 :]

    def _replace(self, data: bytes) -> bytes:
        at = self._at(len(data) + 1)
        odd = ODD_BYTES[self._at(len(ODD_BYTES))]
        return data[:at] + bytes((odd,)) + data[at + 1 :]

    def _insert(self, data: bytes) -> bytes:
        at = self._at(len(data) + 1)
        return data[:at] + self._words[self._at(len(self._words))] + data[at:]

    def _remove(self, data: bytes) -> bytes:
        at = self._at(len(data) + 1)
        return data[:at] + data[at + 1 + self._at(16) :]

    def _double(self, data: bytes) -> bytes:
        at = self._at(len(data) + 1)
        piece = data[at : at + 1 + self._at(32)]
        times = (2, 3, 40, 600)[self._at(4)]
        return data[:at] + piece * times + data[at:]

    def _splice(self, data: bytes) -> bytes:
        other = self._corpus[self._at(len(self._corpus))]
        return data[: self._at(len(data) + 1)] + other[self._at(len(other) + 1) :]

    def _cut(self, data: bytes) -> bytes:
        at = self._at(len(data) + 1)
        return data[:at] if self._at(2) else data[at:]

    def _swap(self, data: bytes) -> bytes:
        first, second = sorted((self._at(len(data) + 1), self._at(len(data) + 1)))
        return data[second:] + data[first:second] + data[:first]

    def _number(self, data: bytes) -> bytes:
        """The first run of digits from a chance place on becomes another number."""
        start = at = self._at(len(data) + 1)
        while at < len(data) and not 0x30 <= data[at] <= 0x39 and at - start < 400:
            at += 1
        end = at
        while end < len(data) and 0x30 <= data[end] <= 0x39:
            end += 1
        return data[:at] + ODD_NUMBERS[self._at(len(ODD_NUMBERS))] + data[end:]
