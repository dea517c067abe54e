"""The reading offered last, and whether its load came off the instrument since. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from devices.kinds import Reading
    from terminal.snapshot import Position


@dataclass(frozen=True, slots=True)
class Offered:
    """It stands for one sample, not for the next one too."""

    reading: Reading
    at: Position
    """For which sample."""
    off: bool = False
    """Whether the instrument showed less than half of it since: another load may lie there now."""

    def seen(self, reading: Reading) -> Self:
        """The instrument says something."""
        if reading.name != self.reading.name or self.off:
            return self
        return replace(self, off=_came_off(self.reading, reading))

    def lies_still(self, reading: Reading, at: Position) -> bool:
        """Whether that is the same load, offered for another sample of the step."""
        same_step = (at.job, at.operation, at.step) == (
            self.at.job, self.at.operation, self.at.step,
        )  # fmt: skip
        other = same_step and at.sample != self.at.sample
        return other and reading.name == self.reading.name and not self.off


def _came_off(before: Reading, now: Reading) -> bool:
    """A load taken off shows next to nothing, or below it where something was tared."""
    if before.quantity is None or now.quantity is None:
        return now.state == "underload"
    was, value = before.quantity.value, now.quantity.value
    return value != was if was.is_zero() else value / was * 2 < 1
