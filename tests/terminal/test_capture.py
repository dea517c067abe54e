"""The use cases alone: an act for another position is stale and records nothing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from devices.kinds import Reading
from forms.entries import Scan
from forms.terms import Disposition, Meaning
from sync.keys import TestSigner
from terminal import signing
from terminal.capture import Act
from terminal.capture_sign import Capture, Signing
from terminal.capture_work import failing, open_about
from terminal.desk_lock import open_key
from terminal.snapshot import Change, Position, Snapshot
from tests.terminal.documents import SECRETS, badge_of, people
from tests.terminal.plant import Bench

ELSEWHERE = Act(Position("JO-1", "OP99", "NOWHERE", "7"), "en")
SCAN = Scan(raw="00", source="scanner")
READING = Reading(name="balance", quantity=None, state="overload", raw=b"S +")

USES: dict[str, Callable[[Capture], Change]] = {
    "confirm": lambda station: station.confirm(ELSEWHERE, "yes"),
    "measure": lambda station: station.measure(ELSEWHERE, READING, 0),
    "type": lambda station: station.type_value(ELSEWHERE, Decimal(1), "g"),
    "inspect": lambda station: station.inspect(ELSEWHERE, "pass", None),
    "print": lambda station: station.print_label(ELSEWHERE, "")[0],
    "raise": lambda station: station.raise_nonconformity(ELSEWHERE, "what"),
}


@pytest.mark.parametrize("use", USES)
def test_an_act_for_another_position_is_stale(use: str) -> None:
    bench = Bench()
    bench.begin()
    before = bench.journal.size
    assert USES[use](bench.station).what == "stale"
    assert bench.journal.size == before


def test_a_scan_for_another_position_is_kept_as_unexpected() -> None:
    bench = Bench()
    bench.begin()
    assert bench.station.identify(ELSEWHERE, SCAN).what == "unexpected"
    assert bench.station.read_label(ELSEWHERE, SCAN).what == "unexpected"
    assert bench.kinds().count("code.unexpected") == 2


def test_signing_in_and_out_twice_is_once() -> None:
    bench = Bench()
    ana, ben, _ = people()
    assert bench.station.sign_in(ana, "en").what == "signed_in"
    assert bench.station.sign_in(ben, "en").what == "stale"
    assert bench.station.sign_out("signed_out", "en").what == "signed_out:ana"
    assert bench.station.sign_out("signed_out", "en").what == "stale"
    assert bench.kinds() == ["session.opened", "session.closed"]


def test_who_is_locked_cannot_sign_in_even_with_the_right_key() -> None:
    bench = Bench()
    ana = people()[0]
    for _ in range(5):
        bench.station.refuse("ana", "wrong_secret", "en")
    assert bench.station.sign_in(ana, "en").what == "locked"


def test_a_job_order_that_is_not_here_is_not_opened() -> None:
    bench = Bench()
    bench.station.open_job("JO-404", "en")
    assert bench.station.state() is None
    assert bench.station.step() is None
    assert bench.station.person("ana") == people()[0]
    assert bench.station.person("nobody") is None


def test_signatures_of_nothing_are_stale() -> None:
    bench = Bench()
    bench.badge_in("ana")
    ben = people()[1]
    by = Signing(ben, TestSigner("ben", "x"), ("badge", "secret"))
    at = Position("JO-1", "OP10", "CLEAR", "1")
    for wanted in (
        signing.for_disposition(at, "0" * 64, Disposition.REWORK, "why"),
        signing.for_release(Position("JO-404"), "released", ""),
        signing.ToSign("step", at, Meaning.VERIFIED, ()),
    ):
        assert bench.station.sign(wanted, "text", by, "en").what in {"stale", "refused"}
    bench.touch("sign_out")
    accept = signing.for_accountability(at)
    assert bench.station.sign(accept, "text", by, "en").what == "stale"
    assert "signed" not in bench.kinds()


def test_no_state_has_no_failure() -> None:
    assert failing(None, Position()) == ()
    assert open_about(None, Position()) == ""
    empty = Snapshot()
    assert empty.order is None
    assert empty.master("JO-1") is None
    assert signing.for_step(empty) is None


def test_the_snapshot_names_the_master_and_order() -> None:
    bench = Bench()
    bench.begin()
    approved = bench.desk.snapshot.master("JO-1")
    assert approved is not None
    assert approved.master.id == "WM-T"
    assert bench.desk.snapshot.order is not None
    assert bench.desk.snapshot.order.id == "JO-1"


@pytest.mark.covers("P11-200a1")
def test_a_key_opens_with_both_components_only() -> None:
    ana, ben, _ = people()
    assert open_key(ana, badge_of("ana"), SECRETS["ana"]) is not None
    assert open_key(ana, badge_of("ana"), SECRETS["ben"]) is None
    assert open_key(ana, badge_of("ben"), SECRETS["ana"]) is None
    import msgspec  # noqa: PLC0415 - only here

    swapped = msgspec.structs.replace(ana, public_key=ben.public_key)
    assert open_key(swapped, badge_of("ana"), SECRETS["ana"]) is None
