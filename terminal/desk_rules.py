"""Small rules shared by the desk and the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.signing import for_accountability
from terminal.views import ChooseStage, MessageStage, RigStage, WorkListStage

if TYPE_CHECKING:
    from terminal.intents import Intent
    from terminal.signing import ToSign
    from terminal.ui import Signer
    from terminal.views import Frame

EVERYWHERE = frozenset({"help", "language", "back"})
"""Offered on every screen, by its bars."""
SIGNED_IN = frozenset({"overview", "sign_out"})
"""Offered wherever somebody is signed in."""


def wanted_now(
    asked: ToSign | None, signer: Signer | None, accepted: frozenset[str]
) -> ToSign | None:
    """What is signed next: accountability comes before a person's first signature."""
    if asked is not None and signer is not None and signer.person.id not in accepted:
        return for_accountability(asked.at, asked.locked_out)
    return asked


def offers(frame: Frame, intent: Intent) -> bool:
    """Whether the screen offers this now: a code or a late touch can do nothing else."""
    stage, name = frame.stage, intent.name
    if name in EVERYWHERE:
        return True
    if name == "key":
        return getattr(stage, "pad", None) is not None
    if name == "rig":
        return not isinstance(stage, MessageStage) or frame.name == "no-pack"
    if name in SIGNED_IN and frame.top.person and not isinstance(stage, MessageStage):
        return True
    if isinstance(stage, WorkListStage) and name == "open_job":
        return intent.get("job_order") in {item.job_order for item in stage.items}
    given = {(action.intent, action.params) for action in frame.actions if action.enabled}
    if isinstance(stage, RigStage):
        given |= {("check", card.params) for card in stage.cards if card.command}
    if isinstance(stage, ChooseStage):
        given |= {(choice.intent, choice.params) for choice in stage.choices}
    return (name, intent.params) in given
