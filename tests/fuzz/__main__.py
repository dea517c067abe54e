"""``python -m tests.fuzz``: a run with a progress line, a report; exit code 1 on findings.

``--inputs N --seed S --jobs J --out FILE``; ``--target NAME`` for one; ``--target NAME --hex …``
gives one input again, with its traceback.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.fuzz.run import Finding, Tally, door, plan, run_slice


def main() -> int:
    """Run as asked; 0 if nothing was found."""
    asked = _arguments()
    if asked.hex is not None:
        print("accepted" if door(asked.target)(bytes.fromhex(asked.hex)) else "refused")
        return 0
    begun = time.monotonic()
    tallies = _run(asked, begun)
    findings = [one for tally in tallies.values() for one in tally.findings]
    _report(asked, tallies, time.monotonic() - begun)
    for one in findings[:20]:
        print(f"\n{one.target}: {one.problem}\n{one.repro()[:4_000]}", file=sys.stderr)
    return 1 if findings else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_600_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--target", default="")
    parser.add_argument("--hex")
    return parser.parse_args()


def _run(asked: argparse.Namespace, begun: float) -> dict[str, Tally]:
    slices = list(plan(asked.inputs, asked.target))
    tallies = {name: Tally(name) for name, _, _ in slices}
    with ProcessPoolExecutor(asked.jobs) as pool:
        futures = [pool.submit(run_slice, name, asked.seed, at, n) for name, at, n in slices]
        for future in futures:
            tally = future.result()
            tallies[tally.target].add(tally)
            _progress(tally.target, tallies, time.monotonic() - begun)
    print(file=sys.stderr)
    return tallies


def _progress(name: str, tallies: dict[str, Tally], seconds: float) -> None:
    inputs = sum(one.inputs for one in tallies.values())
    found = sum(len(one.findings) for one in tallies.values())
    line = f"{inputs:>11,} inputs  {inputs / seconds:>7,.0f}/s  {found} findings  {name}"
    print(f"\r{line:<78}", end="", file=sys.stderr, flush=True)


def _report(asked: argparse.Namespace, tallies: dict[str, Tally], seconds: float) -> None:
    inputs = sum(one.inputs for one in tallies.values())
    for one in tallies.values():
        rate = one.inputs / max(one.seconds, 1e-9)
        print(
            f"{one.target:<22}{one.inputs:>10,}  accepted {one.accepted / one.inputs:>6.1%}"
            f"  {rate:>8,.0f}/s  slowest {one.slowest_ms:>6.1f} ms  {len(one.findings)} findings"
        )
    print(f"{inputs:,} inputs in {seconds:,.0f} s, seed {asked.seed}")
    if asked.out:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text(_json(asked.seed, tallies, seconds), encoding="utf-8")


def _json(seed: int, tallies: dict[str, Tally], seconds: float) -> str:
    found = [one for tally in tallies.values() for one in tally.findings]
    document = {
        "seed": seed,
        "inputs": sum(one.inputs for one in tallies.values()),
        "seconds": round(seconds, 1),
        "targets": {
            one.target: {
                "inputs": one.inputs, "accepted": one.accepted,
                "cpu_s": round(one.seconds, 1), "slowest_ms": round(one.slowest_ms, 1),
                "findings": len(one.findings),
            }
            for one in tallies.values()
        },
        "findings": [_finding(one) for one in found],
    }  # fmt: skip
    return json.dumps(document, indent=1) + "\n"


def _finding(one: Finding) -> dict[str, object]:
    where = {"target": one.target, "seed": one.seed, "slice": one.slice}
    return {**where, "problem": one.problem, "repro": one.repro()}


if __name__ == "__main__":
    sys.exit(main())
