"""Playing a seed again, and shortening the chaos before a failure."""

from __future__ import annotations

from collections.abc import Iterator

from tests.simulation.plant import Outcome, play, shift_of
from tests.simulation.world import MINUTE

SHORTEST = 15 * MINUTE


def shrink(seed: int) -> tuple[int, Outcome]:
    """The shortest shift tried in which the seed fails, and what came of it.

    By halving: a failure need not get rarer with every minute taken away, so this is a short
    failure, not the shortest of all. Raises ValueError if the seed does not fail at all.
    """
    span, found = shift_of(seed), play(seed)
    if not found.violations:
        raise ValueError(f"seed {seed} does not fail")
    good = 0
    while span - good > SHORTEST:
        tried = (span + good) // 2
        outcome = play(seed, tried)
        if outcome.violations:
            span, found = tried, outcome
        else:
            good = tried
    return span, found


def report(outcome: Outcome) -> Iterator[str]:
    """What a person reads of a seed: the last events, the faults, the verdict."""
    yield from outcome.last
    faults = ", ".join(f"{kind} {count}" for kind, count in sorted(outcome.troubles.items()))
    yield f"faults: {faults or 'none'}"
    yield (
        f"{outcome.events} events, {outcome.records} records, {outcome.checks} checks, "
        f"{outcome.released} lots released, digest {outcome.digest[:16]}"
    )
    for violation in outcome.violations:
        yield f"VIOLATION {violation}"
    yield f"seed {outcome.seed}: {'FAILED' if outcome.violations else 'good'}"
