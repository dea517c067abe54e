"""Runs a program once for every write-class call it makes, and hits that very call.

Started under the shim (``python -m tests.faultio.sweep PROGRAM``), with the plans on standard
input as JSON; each run is a fork, so that it costs milliseconds. What the program told a person
comes back through a pipe, also from a process that was killed. The answer is JSON: how many calls
there are, how many runs there were, and everything that stood against one of them.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol

from tests.crash.disk import Image
from tests.crash.recorded import image_of, lay_out
from tests.crash.sweep import memory
from tests.faultio.build import run
from tests.faultio.shim import Fault, Plan, Shim

Tell = Callable[[str], None]


class Program(Protocol):
    """What is run again and again."""

    def prepare(self, folder: Path) -> None:
        """Lay out what the program begins with."""

    def work(self, folder: Path, tell: Tell, healed: Callable[[], None]) -> None:
        """Work on a disk that fails; after ``healed()`` it does not any more."""

    def check(self, folder: Path, told: list[str]) -> None:
        """What was told is true; raises what stands against it."""


class Swept(NamedTuple):
    """What a sweep found."""

    calls: int
    """Write-class calls of one undisturbed run."""
    runs: int
    troubles: list[str]
    told: list[str]
    """Every different first word and code told in any run."""


def sweep(program: str, plans: list[Plan], every: int = 1) -> Swept:
    """Each plan at each ``every``-th call of ``module:Class``, in a process under the shim."""
    done = run("tests.faultio.sweep", program, json.dumps([plans, every]))
    assert done.returncode == 0, done.stderr
    return Swept(**json.loads(done.stdout))


class Runner:
    """Forks and hits."""

    def __init__(self, program: Program, folder: Path) -> None:
        """Work in ``folder``, which is watched."""
        self._program, self._folder = program, folder
        self._shim = Shim(folder)
        program.prepare(folder)
        self._start: Image = image_of(folder)

    def calls(self) -> int:
        """Write-class calls of an undisturbed run."""
        told = self._run(Plan(Fault.NONE))
        return int(told[-1].split()[1])

    def hit(self, plan: Plan) -> tuple[list[str], str]:
        """What one run told, and what stands against it ("" if nothing)."""
        told = self._run(plan)
        try:
            if wrong := [one for one in told if one.startswith("crash ")]:
                return told, f"{plan}: {wrong[0]}"
            self._program.check(self._folder, [one for one in told if one[:6] != "calls "])
        except Exception as error:  # noqa: BLE001 - whatever it is stands against the run
            where = traceback.extract_tb(error.__traceback__)[-1]
            return told, f"{plan}: {type(error).__name__}: {error} at {where.name} after {told}"
        return told, ""

    def _run(self, plan: Plan) -> list[str]:
        lay_out(self._start, self._folder)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._in_child(plan, writing)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as words:
            told = words.read().splitlines()
        os.waitpid(child, 0)
        return told

    def _in_child(self, plan: Plan, writing: int) -> None:
        def tell(text: str) -> None:
            os.write(writing, f"{text}\n".encode())

        try:
            self._shim.arm(plan)
            self._program.work(self._folder, tell, lambda: self._shim.arm(Plan(Fault.NONE)))
            tell(f"calls {self._shim.calls()}")
        except BaseException as error:  # noqa: BLE001 - told, then the fork ends
            where = traceback.extract_tb(error.__traceback__)[-1]
            tell(f"crash {type(error).__name__}: {error} at {where.name}:{where.lineno}")
        finally:
            os._exit(0)


def _each(plans: list[Plan], calls: int, every: int) -> Iterator[Plan]:
    for plan in plans:
        for at in range(1, calls + 1, every):
            yield plan._replace(at=at)


def main(name: str, asked: str) -> None:
    """Sweep, and print what was found."""
    module, _, made = name.partition(":")
    program: Program = getattr(import_module(module), made)()
    plans, every = json.loads(asked)
    troubles, words, runs = [], set(), 0
    with memory() as folder:
        runner = Runner(program, folder)
        calls = runner.calls()
        for plan in _each([Plan(*one) for one in plans], calls, every):
            told, trouble = runner.hit(plan)
            words |= {" ".join(one.split()[:2]) for one in told if one.startswith("refused")}
            troubles += [trouble] if trouble else []
            runs += 1
    print(json.dumps(Swept(calls, runs, troubles, sorted(words))._asdict()))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
