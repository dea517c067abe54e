"""A lot from sign-in to release, by touch, scan and reading, without Qt."""

from __future__ import annotations

import pytest

from forms.entries import Signed
from terminal.views import Mark
from tests.terminal.documents import SECRETS, badge_of
from tests.terminal.plant import Bench


@pytest.mark.covers("P11-10f", "P11-70", "P11-50a", "P11-200a1")
def test_a_lot_goes_from_sign_in_to_release() -> None:
    bench = Bench()
    assert bench.name == "sign-in"
    bench.badge_in("ana")
    assert bench.name == "work-list"
    bench.touch("open_job", job_order="JO-1")
    assert bench.name == "step-confirm"
    bench.kit()
    assert bench.name == "step-measure"
    bench.check()
    assert bench.name == "step-label"
    bench.label()
    assert bench.name == "step-sign"
    bench.supervisor()
    assert bench.name == "overview", bench.frame
    bench.touch("sign_out")
    bench.badge_in("qi")
    bench.drain()
    bench.touch("overview")
    bench.touch("release")
    assert bench.name == "release"
    assert bench.mark is Mark.PASS, bench.frame.stage
    bench.touch("release", decision="released")
    assert bench.name == "sign"
    bench.scan(badge_of("qi"))
    bench.keys(SECRETS["qi"])
    bench.keys(SECRETS["qi"])
    state = bench.desk.snapshot.state
    assert state is not None
    assert state.decision == "released"
    assert state.findings == ()
    signatures = [j.entry for j in state.records if isinstance(j.entry, Signed)]
    assert [s.meaning.value for s in signatures] == ["verified", "released"]
    assert all(s.components == ("badge", "secret") for s in signatures)
    assert bench.kinds().count("material.produced") == 2
