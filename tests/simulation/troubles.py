"""The kinds of faults, which of them a seed has, and how often each happened.

Swarm testing: a seed has a random half of the kinds, each at its own strength, so that kinds which
would drown each other are also met alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from tests.simulation.chance import Chance
    from tests.simulation.world import World


class Trouble(StrEnum):
    """Everything that can go wrong."""

    # The line (F27, F28, F36, F38, A33, A34).
    LOST_REQUEST = "lost-request"
    LOST_REPLY = "lost-reply"
    CUT_REQUEST = "cut-request"
    CUT_REPLY = "cut-reply"
    DUPLICATE = "duplicate"
    DELAYED = "delayed"
    SLOW = "slow"
    GARBAGE = "garbage"
    CLOG = "clog"
    # Disks and power (F01 and on, A35).
    DISK_FULL = "disk-full"
    WRITE_FAILED = "write-failed"
    KEPT_AFTER_ALL = "kept-after-all"
    POWER_CUT = "power-cut"
    SERVER_WRITE_FAILED = "server-write-failed"
    SERVER_CRASH = "server-crash"
    SERVER_DOWN = "server-down"
    # Clocks (T02, A45).
    CLOCK_STEP = "clock-step"
    CLOCK_DRIFT = "clock-drift"
    DEAD_BATTERY = "dead-battery"
    DAYLIGHT_SAVING = "daylight-saving"
    # Old and doubled images (T08, A26, F41).
    ROLLBACK = "rollback"
    CLONE = "clone"
    WIPE = "wipe"
    SERVER_ROLLBACK = "server-rollback"
    # Instruments, printer, people.
    UNSTABLE = "unstable-reading"
    BAD_PRODUCT = "bad-product"
    WRONG_CODE = "wrong-code"
    PRINTER_JAM = "printer-jam"
    DOUBLE_TOUCH = "double-touch"
    WRONG_SECRET = "wrong-secret"
    DOER_SIGNS = "doer-signs"
    # What happens elsewhere while a station is alone (F48, F49, F50, F53, F54).
    SAME_STEP_TWICE = "same-step-twice"
    SHORT_LOT = "short-lot"
    PERSON_REVOKED = "person-revoked"
    LOT_HELD = "lot-held"


IMAGES = (Trouble.ROLLBACK, Trouble.CLONE, Trouble.WIPE, Trouble.SERVER_ROLLBACK)
"""A seed has at most one of these: the only ones after which an alarm of tampering is due."""
ODDS: dict[Trouble, float] = {
    Trouble.LOST_REQUEST: 0.06,
    Trouble.LOST_REPLY: 0.06,
    Trouble.CUT_REQUEST: 0.04,
    Trouble.CUT_REPLY: 0.04,
    Trouble.DUPLICATE: 0.06,
    Trouble.DELAYED: 0.06,
    Trouble.SLOW: 0.10,
    Trouble.GARBAGE: 0.04,
    Trouble.DISK_FULL: 0.006,
    Trouble.WRITE_FAILED: 0.01,
    Trouble.KEPT_AFTER_ALL: 0.02,
    Trouble.POWER_CUT: 0.01,
    Trouble.SERVER_WRITE_FAILED: 0.003,
    Trouble.SERVER_CRASH: 0.002,
    Trouble.UNSTABLE: 0.15,
    Trouble.BAD_PRODUCT: 0.12,
    Trouble.WRONG_CODE: 0.15,
    Trouble.PRINTER_JAM: 0.15,
    Trouble.DOUBLE_TOUCH: 0.10,
    Trouble.WRONG_SECRET: 0.12,
    Trouble.DOER_SIGNS: 0.40,
    Trouble.SAME_STEP_TWICE: 0.30,
    Trouble.SHORT_LOT: 0.20,
}
"""How likely one opportunity goes wrong, at strength one. The others are events of the shift."""


class Troubles:
    """The faults of one run: what it has, whether they still happen, what happened."""

    def __init__(self, chance: Chance, world: World) -> None:
        """Draw the seed's kinds and their strengths."""
        self._world, self._random = world, chance.stream("troubles")
        draw = chance.stream("swarm")
        self._strength = {
            kind: draw.choice((0.0, 0.0, 0.5, 1.0, 2.0)) for kind in Trouble if kind not in IMAGES
        }
        self.image = draw.choice((*IMAGES, *(None for _ in range(8))))
        if self.image is not None:
            self._strength[self.image] = 1.0
        self.counts: Counter[Trouble] = Counter()
        self.on = True
        """False from the healing on: nothing goes wrong any more."""

    def has(self, kind: Trouble) -> bool:
        """Whether the seed has this kind at all."""
        return self._strength.get(kind, 0.0) > 0

    def strikes(self, kind: Trouble, who: str) -> bool:
        """Whether this opportunity goes wrong; counted and written down if so."""
        odds = ODDS[kind] * self._strength[kind]
        if not self.on or odds == 0 or self._random.random() >= odds:
            return False
        self.happened(kind, who)
        return True

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The run itself looks at something: nothing goes wrong meanwhile."""
        before, self.on = self.on, False
        try:
            yield
        finally:
            self.on = before

    def happened(self, kind: Trouble, who: str, what: str = "") -> None:
        """Count a fault and write it into the diary."""
        self.counts[kind] += 1
        self._world.say(who, f"FAULT {kind}{' ' if what else ''}{what}")

    def times(self, kind: Trouble, most: int) -> int:
        """How many events of this kind the shift has; 0 if the seed has none."""
        return self._random.randint(1, most) if self.has(kind) else 0

    @property
    def random(self) -> Random:
        """The stream for the details of faults (which byte, how long)."""
        return self._random
