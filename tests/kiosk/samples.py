"""Sample frames of every stage in both languages, with realistically long words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.kiosk.sample_decisions import Decisions
from tests.kiosk.sample_entrance import Entrance
from tests.kiosk.sample_lot import Lot
from tests.kiosk.sample_rig import RigSamples
from tests.kiosk.sample_steps import Steps

if TYPE_CHECKING:
    from terminal.views import Frame

LANGUAGES = ("en", "zh_CN")


class Samples(Entrance, Steps, Decisions, Lot, RigSamples):
    """The frames in one language."""

    def all(self) -> tuple[Frame, ...]:
        """Every stage, most of them in more than one state."""
        return (
            *self.entrance(),
            *self.steps(),
            *self.step_states(),
            *self.decisions(),
            *self.signing(),
            *self.lots(),
            *self.others(),
            *self.rig(),
        )
