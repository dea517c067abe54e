"""A work master revised, withdrawn or missing while its lot is open: the lot keeps its own."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from forms import codec
from forms.entries import Confirmed, MeasurementTaken
from forms.masters import Limits, MeasureStep, WorkMaster
from forms.workpack import ApprovedMaster, WorkPack
from sync.signed_pack import seal_pack
from terminal.views import Mark, OverviewStage, StepStage, WorkListStage
from tests.terminal.documents import GOOD_LOT, make_pack, master, text
from tests.terminal.plant import Bench


def second() -> WorkMaster:
    """The next revision: other words, and limits under which today's readings would fail."""
    made = master()
    operations = []
    for operation in made.operations:
        steps = []
        for step in operation.steps:
            new = msgspec.structs.replace(step, instruction=text("Do it the new way"))
            if isinstance(new, MeasureStep):
                new = msgspec.structs.replace(
                    new, limits=Limits(unit=new.limits.unit, low=Decimal("0.1"))
                )
            steps.append(new)
        operations.append(msgspec.structs.replace(operation, steps=tuple(steps)))
    return msgspec.structs.replace(made, revision=2, operations=tuple(operations))


def approved(made: WorkMaster) -> ApprovedMaster:
    return ApprovedMaster(digest=codec.digest(made), master=made)


def pack_with(number: int, *masters: ApprovedMaster) -> WorkPack:
    return msgspec.structs.replace(make_pack(number), masters=masters)


def renew(bench: Bench, pack: WorkPack) -> None:
    """The server's next pack arrives while the terminal runs."""
    content = codec.canonical(pack)
    key = bench.server_key
    sealed = seal_pack(content, pack.number, pack.issued_at, pack.expires_at, key)
    bench.station.packs.accept(sealed)
    bench.desk.refreshed(bench.station.refresh().snapshot)


def instruction(bench: Bench) -> str:
    stage = bench.frame.stage
    assert isinstance(stage, StepStage)
    return stage.instruction


@pytest.mark.covers("F46", "F47")
def test_a_lot_begun_under_one_revision_ends_under_it() -> None:
    bench = Bench()
    bench.begin()
    bench.touch("confirm", answer="yes")
    bench.settle()
    first, told = approved(master()), instruction(bench)
    renew(bench, pack_with(2, first, approved(second())))
    assert instruction(bench) == told, "an open step changed under the person's hands"
    cut = bench.desk.snapshot.position
    bench.restart()  # what was half done is opened under its own revision, not the newest
    bench.badge_in("ana")
    assert bench.desk.snapshot.position == cut
    assert instruction(bench) == told
    bench.lot(GOOD_LOT)
    bench.settle()
    bench.weigh("0.612")
    bench.touch("accept_reading")
    assert bench.name == "blocked", "judged by the limits of the lot's own revision"
    taken = [one.entry for one in bench.station.records._all]
    packs = {one.context.work_pack for one in taken if isinstance(one, Confirmed)}
    later = {one.context.work_pack for one in taken if isinstance(one, MeasurementTaken)}
    assert packs.isdisjoint(later), "each record names the documents that were in force"
    masters = {one.context.work_master for one in taken if isinstance(one, MeasurementTaken)}
    assert masters == {first.digest}


@pytest.mark.covers("F46")
def test_a_lot_whose_work_master_is_not_here_cannot_be_worked_on_and_says_why() -> None:
    bench = Bench()
    bench.begin()
    bench.touch("back")
    pack = make_pack(2)
    order = msgspec.structs.replace(
        pack.job_orders[0], id="JO-2", lot="IV26-2", work_master="ab" * 32
    )
    renew(bench, msgspec.structs.replace(pack, job_orders=(*pack.job_orders, order)))
    listed = bench.frame.stage
    assert isinstance(listed, WorkListStage)
    assert [one.word for one in listed.items] == ["not started", "its work document is not here"]
    bench.touch("open_job", job_order="JO-2")
    shown = bench.frame.stage
    assert isinstance(shown, OverviewStage)
    assert shown.verdict is not None
    assert (shown.verdict.mark, shown.verdict.word) == (Mark.WARN, "Its work document is not here")
    assert "abababab is not known here" in str(shown.open_points)
    saved = bench.journal.size
    bench.touch("confirm", answer="yes")
    assert bench.journal.size == saved


@pytest.mark.covers("F46")
def test_a_revision_withdrawn_mid_lot_does_not_take_the_lot_along() -> None:
    bench = Bench()
    bench.begin()
    bench.touch("confirm", answer="yes")
    bench.settle()
    told = instruction(bench)
    renew(bench, pack_with(2, approved(second())))
    assert instruction(bench) == told
    bench.lot(GOOD_LOT)
    assert bench.kinds()[-1] == "material.consumed"
