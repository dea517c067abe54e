"""How a station's instrument stands by the work documents: calibrated, overdue, another one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from devices.registry import DRIVERS
from forms.assets import Moment, asset_state

if TYPE_CHECKING:
    from forms.assets import AssetState
    from forms.terms import PhysicalAsset
    from terminal.snapshot import Checked
    from terminal.ui import View

MEASURING = frozenset({"loaded", "closed", "value"})
"""How what measures is checked; the others need not be known to master data."""


def moment(view: View) -> Moment:
    """When it is, as the judge will see it."""
    stamp, pack = view.snapshot.clock, view.snapshot.pack
    quality, off = (stamp.quality, stamp.offset_ms or 0) if stamp else ("unknown", 0)
    wall = view.now + timedelta(milliseconds=off)
    return Moment(wall, quality, pack.issued_at if pack else None)


def asset_of(view: View, name: str) -> PhysicalAsset | None:
    """The asset behind an instrument's name in the rig; None if the documents do not know it."""
    config, pack = view.live.configs.get(name), view.snapshot.pack
    if config is None or pack is None:
        return None
    return next((each for each in pack.assets if each.id == config.asset), None)


def last_check(view: View, name: str) -> Checked | None:
    """The last check of the instrument on record here; None if there is none."""
    config = view.live.configs.get(name)
    return view.snapshot.checks.get(config.asset) if config is not None else None


def doubted(view: View, name: str) -> bool:
    """Whether its last check was not good: it may measure, and a person should know."""
    found = last_check(view, name)
    return found is not None and found.outcome == "fail"


def standing(view: View, name: str) -> AssetState | None:
    """How it stands now; None for what measures nothing, and while there are no documents."""
    config, pack = view.live.configs.get(name), view.snapshot.pack
    asset = asset_of(view, name)
    if config is None or pack is None:
        return None
    if asset is None and DRIVERS[config.driver].checked not in MEASURING:
        return None
    state = view.live.states.get(name)
    said = state.serial_number if state is not None else ""
    return asset_state(asset, moment(view), pack.metrology, name=config.asset, serial_number=said)
