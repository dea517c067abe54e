"""What a scan of the test card says about the scanner's settings. Pure.

Every way in which settings are known to be wrong is done to the known text, alone and with others;
what arrived is then looked for among the results, those with the fewest wrong settings first. What
is not found is *not-card*: it is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from devices.kinds import CodeRead, Faulted
from devices.layouts import LAYOUTS, retyped
from devices.scan_card import CODES, GS, CardCode

SETTINGS = ("read", "aim", "prefix", "gs", "suffix", "case", "layout", "bits", "once")
"""What is judged, in the order in which it is shown."""

FINDINGS = {
    "no-scan": "read",
    "not-card": "read",
    "cut-short": "read",
    "aim-missing": "aim",
    "aim-other": "aim",
    "prefix-added": "prefix",
    "gs-missing": "gs",
    "gs-spelled": "gs",
    "suffix-missing": "suffix",
    "suffix-other": "suffix",
    "case-swapped": "case",
    "case-upper": "case",
    "case-lower": "case",
    "layout-differs": "layout",
    "bits-lost": "bits",
    "doubled": "once",
}
"""Every finding, and the setting it is about; the words are in :mod:`devices.scan_words`."""

_SPELLINGS = (
    "<GS>", "{GS}", "[GS]", "^]", "\u241d", "]", "^", "~", "|", "#", "@", " ", "\t", "\r", "\n",
    "\x1a", "029", "0029", "29", "\\x1d", "\\u001d", "\\035", "\x00", "\x1e",
)  # fmt: skip
"""What scanners are known to send where a separator belongs; SUB is a key that means nothing."""

_SUFFIXES = frozenset({b"\r", b"\n", b"\r\n"})
_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_IN_FRONT = frozenset({"aim", "prefix"})
_SEVEN_BITS = 0x7F
_LEAST_OF_CUT = 8
"""A shorter piece of a code could be a piece of anything."""


class Finding(NamedTuple):
    """A setting that is wrong."""

    key: str
    """One of :data:`FINDINGS`."""
    detail: str = ""
    """What arrived in its place, or which layouts, as printable text."""

    @property
    def setting(self) -> str:
        """Which setting it is about."""
        return FINDINGS[self.key]


class Judged(NamedTuple):
    """What one scan of the card says."""

    code: str
    """Which code of the card it was; empty if none."""
    findings: tuple[Finding, ...]
    """At most one of each setting."""
    right: tuple[str, ...]
    """The settings that this scan shows to be right, in the order of :data:`SETTINGS`."""


class _Way(NamedTuple):
    """How a text came to arrive in another form than it has on the card."""

    code: CardCode
    findings: tuple[Finding, ...]
    aims: tuple[bytes, ...]
    """Its AIM identifiers after the same way."""


def judge(received: bytes) -> Judged:
    """Judge one scan: all its bytes, the suffix too; none is *no-scan*."""
    if not received:
        return Judged("", (Finding("no-scan"),), ())
    for core, way in _ways():
        if core in received:
            return _judged(received, core, way)
    cut = _cut(received)
    if cut:
        return Judged(cut, (Finding("cut-short", shown(received)),), ())
    return Judged("", (Finding("not-card", shown(received)),), ())


def received(event: CodeRead | Faulted) -> bytes:
    """The bytes of a scan that a driver reported, for :func:`judge`.

    A code's suffix was there and was taken off; a fault has what arrived as it came.
    """
    return event.frame + b"\r" if isinstance(event, CodeRead) else event.raw


def shown(data: bytes) -> str:
    """Bytes as printable text: controls as their Unicode pictures."""
    text = data.decode("utf-8", "backslashreplace")[:120]
    return "".join(chr(0x2400 + ord(each)) if each < " " else each for each in text)


def _judged(received: bytes, core: bytes, way: _Way) -> Judged:
    head, _, rest = received.partition(core)
    twice, _, tail = rest.rpartition(core)
    findings = [*_head(head, way), *way.findings, *_tail(tail)]
    if twice or rest != tail:
        findings.append(Finding("doubled"))
    tested = {"read", "aim", "prefix", "suffix", "case", "layout", "once"}
    tested |= {"gs"} if way.code.separated else set()
    tested |= set() if way.code.text.isascii() else {"bits"}
    wrong = {each.setting for each in findings}
    if "layout" in wrong and wrong & _IN_FRONT:
        findings = [each for each in findings if each.setting not in _IN_FRONT]
        tested -= _IN_FRONT  # they cannot be told before the layout is right
    right = tuple(each for each in SETTINGS if each in tested - wrong)
    order = sorted(findings, key=lambda each: SETTINGS.index(each.setting))
    return Judged(way.code.key, tuple(order), right)


def _head(head: bytes, way: _Way) -> Iterator[Finding]:
    """What stands before the text: an AIM identifier and nothing else."""
    head = head.removesuffix(GS.encode())  # the symbol's first FNC1, which may be sent
    aim = next((each for each in way.aims if head.endswith(each)), b"")
    if not aim:
        other = _AIM.findall(head)
        aim = other[-1] if other else b""
        yield Finding("aim-other", shown(aim)) if aim else Finding("aim-missing")
    if head != aim:
        yield Finding("prefix-added", shown(head.removesuffix(aim)))


def _tail(tail: bytes) -> Iterator[Finding]:
    """What stands behind it: CR or LF."""
    if not tail:
        yield Finding("suffix-missing")
    elif tail not in _SUFFIXES:
        yield Finding("suffix-other", shown(tail))


def _cut(received: bytes) -> str:
    """The code whose beginning or end this is, if it is one's."""
    match = _AIM.match(received)
    text = received[match.end() if match else 0 :].rstrip(b"\r\n")
    if len(text) < _LEAST_OF_CUT:
        return ""
    for code in CODES:
        whole = code.text.encode("latin-1")
        named = match is None or match.group().decode() in code.aims
        if named and (whole.startswith(text) or whole.endswith(text)):
            return code.key
    return ""


@cache
def _ways() -> tuple[tuple[bytes, _Way], ...]:
    """Every form in which the card's texts are known to arrive; fewest wrong settings first.

    Of equal ones the longest is first: it leaves the least unexplained.
    """
    found: dict[bytes, _Way] = {}
    every = [each for code in CODES for each in _forms(code)]
    for core, way in sorted(every, key=lambda each: (len(each[1].findings), -len(each[0]))):
        before = found.get(core)
        if before is None:
            found[core] = way
        elif before.code == way.code and len(before.findings) == len(way.findings):
            found[core] = _either(before, way)
    return tuple(found.items())


def _either(one: _Way, other: _Way) -> _Way:
    """Two ways that look alike: the same settings are wrong, and what it may be is named."""
    pairs = zip(one.findings, other.findings, strict=True)
    if any(mine.key != theirs.key for mine, theirs in pairs):
        return one
    pairs = zip(one.findings, other.findings, strict=True)
    findings = tuple(
        mine if theirs.detail in mine.detail.split(", ")
        else mine._replace(detail=f"{mine.detail}, {theirs.detail}")
        for mine, theirs in pairs
    )  # fmt: skip
    return one._replace(findings=findings)


def _forms(code: CardCode) -> Iterator[tuple[bytes, _Way]]:
    for text, spelled in _separators(code):
        for sender, reader in _pairs():
            for change, case in _CASES:
                findings = [*spelled, *case]
                if sender != reader:
                    findings.append(Finding("layout-differs", f"{sender}→{reader}"))
                pair = LAYOUTS[sender], LAYOUTS[reader]
                typed = retyped(text, *pair) if sender != reader else text
                ways = [each if sender == reader else retyped(each, *pair) for each in code.aims]
                aims = tuple(change(each).encode() for each in ways)
                for core, lost in _bits(change(typed), code):
                    yield core, _Way(code, (*findings, *lost), aims)


def _separators(code: CardCode) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    yield code.text, ()
    if code.separated:
        yield code.text.replace(GS, ""), (Finding("gs-missing"),)
        for spelling in _SPELLINGS:
            detail = shown(spelling.encode())
            yield code.text.replace(GS, spelling), (Finding("gs-spelled", detail),)


def _pairs() -> Iterator[tuple[str, str]]:
    """Layout of the scanner, layout of who reads; equal ones once."""
    yield "us", "us"
    for sender in LAYOUTS:
        yield from ((sender, reader) for reader in LAYOUTS if reader != sender)


def _bits(text: str, code: CardCode) -> Iterator[tuple[bytes, tuple[Finding, ...]]]:
    """The bytes of a text: whole, and where it needs eight bits, in the ways they get lost."""
    yield text.encode(), ()
    if code.text.isascii():
        return
    try:
        latin = text.encode("latin-1")
    except UnicodeEncodeError:
        return
    yield latin, ()
    stripped = (bytes(each & _SEVEN_BITS for each in whole) for whole in (latin, text.encode()))
    replaced = (re.sub(rb"[\x80-\xff]", other, latin) for other in (b"", b"?", b"\x1a"))
    for lost in (*stripped, *replaced):
        yield lost, (Finding("bits-lost", shown(lost)),)


_CASES = (
    (str, ()),
    (str.swapcase, (Finding("case-swapped"),)),
    (str.upper, (Finding("case-upper"),)),
    (str.lower, (Finding("case-lower"),)),
)
"""What can happen to capitals: nothing, Caps Lock, a setting of the scanner."""
