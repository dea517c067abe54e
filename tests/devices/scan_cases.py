"""The scan corpus, and what each of its cases must come to through any channel."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from devices.kinds import CodeRead
from forms.identifiers import scanned

TRUE_LOT = "LOT-A1"
"""The only lot that any case of the corpus names soundly."""


class Case(NamedTuple):
    """A case of ``device/scan.jsonl``."""

    id: str
    expect: str
    data: bytes


class Sending(Protocol):
    """One channel: sends these bytes as a scanner set so would, and collects what comes of it."""

    def __call__(self, data: bytes, /, **options: object) -> tuple[list[CodeRead], list[str]]: ...


def cases(shared: Path) -> list[Case]:
    """All cases; skips where the corpus is not there."""
    file = shared / "corpora/trust/device/scan.jsonl"
    if not file.exists():
        pytest.skip("the scan corpus is not here")
    rows = map(json.loads, file.read_text().splitlines())
    return [Case(row["id"], row["expect"], base64.b64decode(row["utf8_b64"])) for row in rows]


def lots(codes: list[CodeRead]) -> list[str]:
    """The lots that codes identify: sound, and not the double fire of one before."""
    found = [scanned(code.raw, code.symbology) for code in codes if not code.repeat]
    return [each.lot for each in found if each.lot and not each.findings]


def named(data: bytes) -> bytes:
    """With the AIM identifier of a GS1 DataMatrix, unless the case brings its own."""
    return data if data.startswith(b"]") else b"]d2" + data


def ended(data: bytes) -> bytes:
    """With its suffix."""
    return data if data.endswith(b"\r") else data + b"\r"


def check(case: Case, send: Sending) -> None:
    """Play a case in every setting that matters; AssertionError if it comes to anything else."""
    for data in (ended(case.data), ended(named(case.data))):
        for options in ({}, {"burst": "split"}, {"gs": ["^"]}, {"symbologies": ["]d2"]}):
            codes, _ = send(data, **options)
            assert set(lots(codes)) <= {TRUE_LOT}, (case.id, options)  # never a wrong one
    codes, faults = send(ended(named(case.data)))
    by_word: dict[str, Callable[[], bool]] = {
        "accept": lambda: lots(codes) == [TRUE_LOT] and not faults,
        "one": lambda: _twice(send),
        "both, in order, or refuse": lambda: _both(case, send),
        "accept/refuse by allow-list": lambda: lots(codes) == [TRUE_LOT] and _barred(case, send),
        "refuse or configured substitute": lambda: lots(codes) == [] and _substituted(case, send),
        "refuse or never fetched": lambda: set(lots(codes)) <= {TRUE_LOT},
    }
    refused = lots(codes) == []
    assert by_word.get(case.expect, lambda: refused)(), (case.id, codes, faults)


def _twice(send: Sending) -> bool:
    codes, faults = send(b"LOT-0001\rLOT-0001\r")
    return [(code.raw, code.repeat) for code in codes] == [
        (b"LOT-0001", False),
        (b"LOT-0001", True),
    ] and not faults


def _both(case: Case, send: Sending) -> bool:
    refused = send(case.data)
    split, _ = send(case.data, burst="split")
    return refused == ([], ["several-codes"]) and [code.raw for code in split] == [
        b"LOT-0001",
        b"PN-778",
    ]


def _barred(case: Case, send: Sending) -> bool:
    return send(ended(case.data), symbologies=["]d2"]) == ([], ["scan-symbology"])


def _substituted(case: Case, send: Sending) -> bool:
    codes, _ = send(ended(named(case.data)), gs=["^"])
    return lots(codes) == [TRUE_LOT]
