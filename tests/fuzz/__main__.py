"""``python -m tests.fuzz``: a run with a progress line, a report; exit code 1 on findings.

``--inputs N --seed S --jobs J --out FILE``; ``--target NAME`` for one; ``--target NAME --hex …``
gives one input again, with its traceback. ``--state FILE``: a run that was stopped goes on from
there, and its report is renewed as it goes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from tests.fuzz.run import Finding, door, plan, run_slice
from tests.fuzz.state import State, resumed

SAVE_S = 20
"""Between two savings of how far it is."""


def main() -> int:
    """Run as asked; 0 if nothing was found."""
    asked = _arguments()
    if asked.hex is not None:
        print("accepted" if door(asked.target)(bytes.fromhex(asked.hex)) else "refused")
        return 0
    state = resumed(asked.state, State(asked.inputs, asked.seed, asked.target))
    _run(asked, state)
    findings = [one for tally in state.tallies.values() for one in tally.findings]
    _report(asked, state)
    for one in findings[:20]:
        print(f"\n{one.target}: {one.problem}\n{one.repro()[:4_000]}", file=sys.stderr)
    return 1 if findings else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_600_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--state", type=Path)
    parser.add_argument("--target", default="")
    parser.add_argument("--hex")
    return parser.parse_args()


def _run(asked: argparse.Namespace, state: State) -> None:
    """Do the slices that are left; results are taken in the order of the plan."""
    left = islice(plan(asked.inputs, asked.target), state.slices, None)
    before, begun, saved = state.seconds, time.monotonic(), time.monotonic()
    with ProcessPoolExecutor(asked.jobs) as pool:
        futures = deque(pool.submit(run_slice, name, asked.seed, at, n) for name, at, n in left)
        while futures:
            state.count(futures.popleft().result())
            state.seconds = before + time.monotonic() - begun
            _progress(asked.inputs, state)
            if asked.state and time.monotonic() - saved > SAVE_S:
                _keep(asked, state)
                saved = time.monotonic()
    print(file=sys.stderr)
    _keep(asked, state)


def _keep(asked: argparse.Namespace, state: State) -> None:
    if asked.state:
        state.save(asked.state)
    if asked.out:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text(_json(state), encoding="utf-8")


def _progress(goal: int, state: State) -> None:
    inputs = sum(one.inputs for one in state.tallies.values())
    found = sum(len(one.findings) for one in state.tallies.values())
    name = next(reversed(state.tallies))
    rate = inputs / state.seconds
    line = f"{inputs:>11,} of {goal:,} inputs  {rate:>7,.0f}/s  {found} findings  {name}"
    print(f"\r{line:<90}", end="", file=sys.stderr, flush=True)


def _report(asked: argparse.Namespace, state: State) -> None:
    inputs = sum(one.inputs for one in state.tallies.values())
    for one in state.tallies.values():
        rate = one.inputs / max(one.seconds, 1e-9)
        print(
            f"{one.target:<22}{one.inputs:>10,}  accepted {one.accepted / one.inputs:>6.1%}"
            f"  {rate:>8,.0f}/s  slowest {one.slowest_ms:>6.1f} ms  {len(one.findings)} findings"
        )
    print(f"{inputs:,} inputs in {state.seconds:,.0f} s, seed {asked.seed}")


def _json(state: State) -> str:
    found = [one for tally in state.tallies.values() for one in tally.findings]
    document = {
        "seed": state.seed,
        "goal": state.inputs,
        "inputs": sum(one.inputs for one in state.tallies.values()),
        "seconds": round(state.seconds, 1),
        "targets": {
            one.target: {
                "inputs": one.inputs, "accepted": one.accepted,
                "cpu_s": round(one.seconds, 1), "slowest_ms": round(one.slowest_ms, 1),
                "findings": len(one.findings),
            }
            for one in state.tallies.values()
        },
        "findings": [_finding(one) for one in found],
    }  # fmt: skip
    return json.dumps(document, indent=1) + "\n"


def _finding(one: Finding) -> dict[str, object]:
    where = {"target": one.target, "seed": one.seed, "slice": one.slice}
    return {**where, "problem": one.problem, "repro": one.repro()}


if __name__ == "__main__":
    sys.exit(main())
