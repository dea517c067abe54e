"""`make mutants`: every seeded bug must be killed by the test that its line of the index names."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tests.mutants.catalogue import LEAST, Mutant, mutants
from tests.mutants.scratch import ROOT, Scratch, Verdict

OUT = ROOT / "out" / "mutants.json"


def progress(text: str) -> None:
    """One line that replaces itself where somebody is looking, else a line each."""
    sys.stderr.write(f"\r\x1b[K{text}" if sys.stderr.isatty() else f"{text}\n")
    sys.stderr.flush()


def healthy(scratch: Scratch, tests: list[str]) -> dict[str, str]:
    """Tests that do not pass without any bug, and why: they would kill anything."""
    outcomes = scratch.run(tests)
    wrong: dict[str, str] = {}
    for test in tests:
        own = [one for one in outcomes if test in {one.test, one.test.partition("[")[0]}]
        failed = [one.said for one in own if one.outcome == "failed"]
        if failed or not any(one.outcome == "passed" for one in own):
            wrong[test] = failed[0] if failed else "it did not run"
    return wrong


def sound(scratches: list[Scratch], chosen: Iterable[Mutant]) -> dict[str, str]:
    """As ``healthy``, for every named test, shared among the copies."""
    tests = sorted({mutant.test for mutant in chosen})
    parts = [tests[at :: len(scratches)] for at in range(len(scratches))]
    wrong: dict[str, str] = {}
    with ThreadPoolExecutor(len(scratches)) as pool:
        for found in pool.map(healthy, scratches, parts):
            wrong |= found
    return wrong


def tried(scratches: list[Scratch], chosen: list[Mutant]) -> dict[str, Verdict]:
    """Try every mutant out, each on a copy that nobody else uses meanwhile."""
    free: Queue[Scratch] = Queue()
    for scratch in scratches:
        free.put(scratch)
    verdicts: dict[str, Verdict] = {}

    def one(mutant: Mutant) -> None:
        scratch = free.get()
        try:
            verdict = verdicts[mutant.name] = scratch.try_out(mutant)
        finally:
            free.put(scratch)
        word = "killed" if verdict.killed else f"ALIVE, {verdict.why[:60]}"
        progress(f"{len(verdicts)} of {len(chosen)} tried: {mutant.name} {word}")

    with ThreadPoolExecutor(len(scratches)) as pool:
        list(pool.map(one, chosen))
    return verdicts


def report(chosen: list[Mutant], verdicts: dict[str, Verdict], seconds: float) -> bool:
    """The table, and the same as JSON; True if none is alive."""
    for mutant in chosen:
        verdict = verdicts[mutant.name]
        print(f"{'killed ' if verdict.killed else 'ALIVE  '} {mutant.name:<42} {mutant.test}")
        if not verdict.killed:
            print(f"         {verdict.why}")
    killed = sum(verdicts[mutant.name].killed for mutant in chosen)
    print(f"{killed} of {len(chosen)} killed in {seconds:.0f} s")
    rows = [
        {
            "name": mutant.name,
            "bug": mutant.bug,
            "stands_for": mutant.stands_for,
            "test": mutant.test,
            "killed": verdicts[mutant.name].killed,
            "said": verdicts[mutant.name].why,
        }
        for mutant in chosen
    ]
    found = {"killed": killed, "of": len(chosen), "seconds": round(seconds), "mutants": rows}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return killed == len(chosen)


def main() -> int:
    """0 if every mutant is killed (and there are enough of them), else 1."""
    parser = argparse.ArgumentParser(prog="tests.mutants", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="copies at work side by side")
    parser.add_argument("--only", default="", help="mutants whose name holds this")
    given = parser.parse_args()
    chosen = [mutant for mutant in mutants() if given.only in mutant.name]
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        places = [Path(folder) / str(number) for number in range(max(1, given.jobs))]
        scratches = [Scratch(place) for place in places]
        progress("the tests without any bug…")
        wrong = sound(scratches, chosen)
        verdicts = tried(scratches, chosen)
    progress("the tests that fail without any bug: " + (", ".join(sorted(wrong)) or "none"))
    sys.stderr.write("\n")
    for mutant in chosen:
        if mutant.test in wrong:
            why = f"its test fails without the bug: {wrong[mutant.test]}"
            verdicts[mutant.name] = Verdict(killed=False, why=why)
    good = report(chosen, verdicts, time.monotonic() - started)
    return 0 if good and (given.only or len(chosen) >= LEAST) else 1


if __name__ == "__main__":
    sys.exit(main())
