"""Plant-days: whatever goes wrong, nothing shown as saved is lost, altered or claimed too early,
nobody is accused falsely, and everything drains when the faults stop."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.simulation.chance import Chance
from tests.simulation.plant import play
from tests.simulation.replay import report
from tests.simulation.troubles import Trouble, Troubles
from tests.simulation.world import World

SEEDS = 500
BLOCK = 10
"""Seeds in one test, so that several processes can share them."""


@pytest.mark.covers(
    "F27", "F28", "F36", "F38", "F48", "F49", "F50", "F54", "A33", "A34", "A35", "A45",
    "T02", "T08", "A26",
)  # fmt: skip
@pytest.mark.timeout(600)
@pytest.mark.parametrize("first", range(0, SEEDS, BLOCK))
def test_plant_days(first: int) -> None:
    for seed in range(first, first + BLOCK):
        outcome = play(seed)
        assert not outcome.violations, "\n".join(report(outcome))


@pytest.mark.timeout(600)
def test_every_fault_happens_in_these_seeds() -> None:
    """A fault that never fires proves nothing: of the seeds above, those that have it are played
    until it did."""
    fired: Counter[Trouble] = Counter()
    met: Counter[str] = Counter()
    played: set[int] = set()
    for kind in Trouble:
        for seed in filter(lambda one: has(one, kind), range(SEEDS)):
            if fired[kind]:
                break
            if seed not in played:
                played.add(seed)
                outcome = play(seed)
                fired += outcome.troubles
                met += outcome.scenarios
    assert [kind for kind in Trouble if not fired[kind]] == []
    assert {"same step at two stations", "a released lot's pack verified"} <= set(met)


def has(seed: int, kind: Trouble) -> bool:
    """Whether the seed draws this kind of fault."""
    return Troubles(Chance(seed), World()).has(kind)
