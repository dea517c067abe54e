"""A run over the targets: slices of inputs, each replayable; findings; figures."""

from __future__ import annotations

import resource
import signal
import time
import traceback
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from random import Random

from tests.fuzz.target import Check, Target
from tests.fuzz.targets import TARGETS

SLICE = 2_000
"""Inputs of a slice: the unit that is dealt out and replayed."""
MOST_GROWTH_MB = 256
"""Resident memory a target may add to the process: a bomb that opens is gigabytes."""
HUNG_S = 60
"""Seconds of the wall after which an input that is still at work is a finding, not a wait."""
MOST_FINDINGS = 5
"""Findings kept of a slice; a broken door breaks often."""


@dataclass(frozen=True)
class Finding:
    """An input that broke a promise of its target."""

    target: str
    problem: str
    data: bytes
    seed: int
    slice: int

    def repro(self) -> str:
        """The command that gives the target this input again."""
        return f"python -m tests.fuzz --target {self.target} --hex {self.data.hex()}"


@dataclass
class Tally:
    """What a slice or a target came to."""

    target: str
    inputs: int = 0
    accepted: int = 0
    seconds: float = 0.0
    """CPU seconds, making the inputs included."""
    slowest_ms: float = 0.0
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count ``other`` in."""
        self.inputs += other.inputs
        self.accepted += other.accepted
        self.seconds += other.seconds
        self.slowest_ms = max(self.slowest_ms, other.slowest_ms)
        self.findings += other.findings


@cache
def target_of(name: str) -> Target:
    """The target of that name."""
    return next(one for one in TARGETS if one.name == name)


@cache
def door(name: str) -> Check:
    """The target's door, made once in this process."""
    return target_of(name).open()


def plan(inputs: int, only: str = "") -> Iterator[tuple[str, int, int]]:
    """(target, slice, inputs in it) of a run of that many inputs, shared out by the targets.

    In turn, so that a run that is stopped has been at every door.
    """
    chosen = [one for one in TARGETS if only in ("", one.name)]
    whole, spread = sum(one.share for one in chosen), []
    for target in chosen:
        left = -(-inputs * target.share // whole)
        slices = -(-left // SLICE)
        for number in range(slices):
            size = min(SLICE, left - number * SLICE)
            spread.append(((number + 1) / slices, target.name, number, size))
    for _, name, number, size in sorted(spread):
        yield name, number, size


def run_slice(name: str, seed: int, number: int, count: int) -> Tally:
    """Give the target ``count`` inputs of slice ``number``."""
    target, check = target_of(name), door(name)
    begun = time.thread_time()
    before = _resident_mb()
    give = target.inputs(Random(f"{seed}/{name}/{number}"))
    tally = Tally(name)
    for _ in range(count):
        data = give()
        problem = _one(target, check, data, tally)
        if problem and len(tally.findings) < MOST_FINDINGS:
            tally.findings.append(Finding(name, problem, data, seed, number))
    grown = _resident_mb() - before
    if grown > MOST_GROWTH_MB:
        tally.findings.append(Finding(name, f"grew by {grown} MB", b"", seed, number))
    tally.seconds = time.thread_time() - begun
    return tally


def _one(target: Target, check: Check, data: bytes, tally: Tally) -> str:
    """Give one input; what was wrong, or nothing."""
    begun = time.thread_time()
    tally.inputs += 1
    try:
        with _patience():
            tally.accepted += check(data)
    except (Exception, Hung):  # noqa: BLE001 - whatever leaves a door is the finding
        return "".join(traceback.format_exc()[-3_000:])
    spent = (time.thread_time() - begun) * 1_000
    tally.slowest_ms = max(tally.slowest_ms, spent)
    return f"took {spent:.0f} ms" if spent > target.most_ms else ""


class Hung(BaseException):
    """An input was still at work after HUNG_S; no door's own except may take it."""


@contextmanager
def _patience() -> Iterator[None]:
    if signal.getitimer(signal.ITIMER_REAL)[0]:  # a test's own time limit watches already
        yield
        return
    signal.signal(signal.SIGALRM, _hung)
    signal.setitimer(signal.ITIMER_REAL, HUNG_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _hung(_signal: int, _frame: object) -> None:
    raise Hung(f"still at work after {HUNG_S} s")


def _resident_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fingerprint(name: str, seed: int, count: int) -> int:
    """A checksum over the first inputs of a slice: the same seed must give the same."""
    give, total = target_of(name).inputs(Random(f"{seed}/{name}/0")), 0
    for _ in range(count):
        total = zlib.crc32(give(), total)
    return total
