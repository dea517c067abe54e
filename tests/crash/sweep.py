"""Looks at every state: all with the quick look, each so many with the whole product."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Self

from tests.crash.recorded import lay_out
from tests.crash.states import State

Check = Callable[[Path, tuple[str, ...]], None]
"""Opens what a cut left, given the marks made before it; raises what stands against it."""


@dataclass
class Found:
    """How many states were looked at, and what stood against how many of them."""

    states: int = 0
    whole: int = 0
    """Opened with the whole product, next capture included."""
    against: Counter[str] = field(default_factory=Counter)
    first: dict[str, State] = field(default_factory=dict)
    """One state of each kind of trouble, to look into."""

    def __iadd__(self, other: Found) -> Self:
        """Both together."""
        self.states += other.states
        self.whole += other.whole
        self.against += other.against
        self.first = {**other.first, **self.first}
        return self


@contextmanager
def memory() -> Iterator[Path]:
    """A folder in memory where there is one: no state is to wait for a real disk."""
    shm = Path("/dev/shm")
    folder = Path(mkdtemp(prefix="lotbook-crash-", dir=shm if shm.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def sweep(found: Iterable[State], glance: Check, check: Check, whole_every: int = 10) -> Found:
    """Look at every state; nothing is raised, everything is counted."""
    result = Found()
    with memory() as folder:
        for number, state in enumerate(found):
            whole = number % whole_every == 0
            lay_out(state.image, folder)
            result.states += 1
            result.whole += whole
            try:
                (check if whole else glance)(folder, state.promised)
            except Exception as error:  # noqa: BLE001 - whatever it is stands against the state
                kind = f"{type(error).__name__}: {str(error)[:90]}"
                result.against[kind] += 1
                result.first.setdefault(kind, state)
    return result
