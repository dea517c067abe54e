"""The stages: one view for each kind in :mod:`terminal.views`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from terminal import views
from terminal.screens.blocked import BlockedView
from terminal.screens.choose import ChooseView
from terminal.screens.help import HelpView
from terminal.screens.message import MessageView
from terminal.screens.overview import OverviewView
from terminal.screens.rig import RigView
from terminal.screens.sign import SignView
from terminal.screens.sign_in import SignInView
from terminal.screens.step import StepView
from terminal.screens.work_list import WorkListView

if TYPE_CHECKING:
    from terminal.screens.stage import StageView

VIEWS: dict[type, type[StageView[Any]]] = {
    views.SignInStage: SignInView,
    views.WorkListStage: WorkListView,
    views.StepStage: StepView,
    views.BlockedStage: BlockedView,
    views.ChooseStage: ChooseView,
    views.SignStage: SignView,
    views.OverviewStage: OverviewView,
    views.HelpStage: HelpView,
    views.MessageStage: MessageView,
    views.RigStage: RigView,
}


def view_for(stage: views.Stage) -> type[StageView[Any]]:
    """The view that draws this stage."""
    return VIEWS[type(stage)]
