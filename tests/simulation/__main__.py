"""``python -m tests.simulation SEED``: play a seed again and print its last events.

A seed that fails is played again with shorter and shorter shifts, and the shortest is shown.
"""

from __future__ import annotations

import sys

from tests.simulation.plant import play
from tests.simulation.replay import report, shrink
from tests.simulation.world import MINUTE


def main(words: list[str]) -> int:
    """Exit code 0 if the seed is good, 1 if it fails."""
    if len(words) != 1 or not words[0].isdecimal():
        sys.stderr.write("usage: make simulate SEED=number\n")
        return 2
    outcome = play(int(words[0]))
    if outcome.violations:
        span, outcome = shrink(outcome.seed)
        sys.stdout.write(f"fails after {span // MINUTE} min of chaos:\n")
    sys.stdout.write("\n".join(report(outcome)) + "\n")
    return 1 if outcome.violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
