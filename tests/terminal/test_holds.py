"""A hold reaches a station that has the lot open: it stops on contact, and no sooner."""

from __future__ import annotations

import msgspec
import pytest

from forms import codec
from forms.terms import LotStatus, MaterialLot, Quantity
from forms.workpack import WorkPack
from sync.signed_pack import seal_pack
from terminal.views import BlockedStage
from tests.terminal.documents import GOOD_LOT, make_pack
from tests.terminal.plant import Bench


def held(lot: str, item: str = "TUB") -> WorkPack:
    """The next pack, with that lot on hold."""
    pack = make_pack(number=2)
    known = {(one.item, one.lot): one for one in pack.lots}
    quantity = Quantity(value=next(iter(known.values())).quantity.value, unit="ea")
    one = known.get((item, lot)) or MaterialLot(
        lot=lot, item=item, quantity=quantity, status=LotStatus.RELEASED
    )
    stopped = msgspec.structs.replace(one, status=LotStatus.HOLD, hold_reason="leaks")
    others = [each for each in pack.lots if (each.item, each.lot) != (item, lot)]
    return msgspec.structs.replace(pack, lots=(*others, stopped))


def contact(bench: Bench, pack: WorkPack) -> None:
    """The network thread brought a pack."""
    content = codec.canonical(pack)
    key = bench.server_key
    sealed = seal_pack(content, pack.number, pack.issued_at, pack.expires_at, key)
    bench.station.packs.accept(sealed)
    bench.desk.refreshed(bench.station.refresh().snapshot)


def verdicts(bench: Bench) -> list[list[str]]:
    state = bench.station.records.states["JO-1"]
    return [[one.code for one in each.verdict.reasons] for each in state.records]


@pytest.mark.covers("F54", "ISO-8.3")
@pytest.mark.parametrize("which", ["inside", "made"])
def test_work_goes_on_by_the_pack_it_has_and_stops_on_contact(which: str) -> None:
    bench = Bench()
    bench.begin()
    bench.kit()
    before = bench.kinds()
    assert before[-1] == "material.consumed", "offline, nothing speaks against it"
    assert verdicts(bench)[-1] == []
    order = make_pack().job_orders[0]
    product = make_pack().masters[0].master.product.item
    lot, item = (GOOD_LOT, "TUB") if which == "inside" else (order.lot, product)
    contact(bench, held(lot, item))
    bench.weigh("0.500")
    bench.touch("accept_reading")
    assert bench.kinds()[: len(before)] == before, "what was recorded stays"
    assert "lot-status" in verdicts(bench)[-1], "the reading is kept, without effect"
    stage = bench.frame.stage
    assert isinstance(stage, BlockedStage)
    assert stage.verdict.detail == f"Lot {lot} may not be used: on hold."
