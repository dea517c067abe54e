"""What became of every label: results, fates, reconciliation, and labels that carry HIBC."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import codec
from forms.identifiers import content_bytes, content_says, hibc_string
from forms.labels import doubtful, gone, reconciled
from forms.masters import LabelStep, WorkMaster, design_of
from forms.release import ready
from forms.terms import Disposition
from tests.forms.build import History
from tests.forms.documents import ADMINISTRATOR, SUPERVISOR, sample_master


def codes(history: History) -> tuple[str, ...]:
    return tuple(reason.code for reason in ready(history.state).reasons)


def reprinted(fate: str = "") -> History:
    """Copy 1 of unit 0001 printed, perhaps accounted for, and copy 2 used."""
    history = History().to_labels().print_label("0001")
    if fate:
        history.account("0001", fate)
    history.print_label("0001", copy=2, reason="torn").read_label("0001").produce("0001")
    return history.label("0002")


@pytest.mark.covers("F63", "QMSR-45c")
def test_the_printers_answer_is_told_once_and_only_of_a_label_issued_here() -> None:
    history = History().to_labels().print_label("0001")
    assert doubtful(history.state, "0001"), "printed and not told: nobody knows"
    assert history.told("0002", "printed", history.ref).codes == ("label-unissued",)
    assert history.told("0001", "unknown").verdict.passed
    assert doubtful(history.state, "0001")
    assert history.told("0001", "printed").codes == ("label-settled",)
    history.read_label("0001")
    assert not doubtful(history.state, "0001"), "who has read it knows that it came out"
    assert not doubtful(history.state, "0002")


@pytest.mark.covers("F63", "QMSR-45c")
def test_a_label_is_absent_only_if_no_printer_confirmed_it() -> None:
    history = History().to_labels().print_label("0001").told("0001", "printed")
    assert history.account("0001", "absent").codes == ("label-came-out",)
    assert history.account("0002", "spoiled", history.state.printed["0001"][0]).codes == (
        "label-unissued",
    )
    assert history.account("0001", "spoiled", reason=" ").codes == ("reason-missing",)
    assert not gone(history.state, "0001")
    history = History().to_labels().print_label("0001").told("0001", "unknown")
    assert history.account("0001", "absent").verdict.passed
    assert gone(history.state, "0001")
    assert not gone(history.state, "0002")
    assert reconciled(history.state).issued == 0


@pytest.mark.covers("QMSR-45c")
def test_a_late_confirmation_refutes_that_no_label_came_out() -> None:
    history = History().to_labels().print_label("0001").account("0001", "absent")
    first = history.state.printed["0001"][0]
    history.print_label("0001", copy=2, reason="nothing came out")
    assert history.told("0001", "printed", first).verdict.passed
    assert reconciled(history.state).missing == (first,), "it lies somewhere"
    history.account("0001", "spoiled", first)
    assert reconciled(history.state).missing == ()


@pytest.mark.covers("QMSR-45c", "UDI-PRINT")
def test_a_label_that_was_destroyed_makes_no_unit() -> None:
    history = History().to_labels().print_label("0001").read_label("0001")
    assert history.account("0001", "spoiled").verdict.passed
    assert history.produce("0001").codes == ("unit-unproved",)
    history.print_label("0001", copy=2, reason="torn").read_label("0001").produce("0001")
    count = reconciled(history.state)
    assert (count.issued, count.used, count.spoiled) == (2, 1, 1)


@pytest.mark.covers("QMSR-45c", "UDI-PRINT")
@pytest.mark.parametrize("fate", ["spoiled", "returned", "absent"])
def test_every_label_issued_is_used_spoiled_returned_or_never_came_out(fate: str) -> None:
    history = reprinted(fate)
    count = reconciled(history.state)
    assert count.issued == count.used + count.spoiled + count.returned
    assert (count.used, count.spoiled, count.returned) == (
        2, fate == "spoiled", fate == "returned",
    )  # fmt: skip
    history.sign_step()
    assert codes(history) == ()
    assert history.account("0001", "spoiled").codes == ("label-in-use",)


@pytest.mark.covers("QMSR-45c", "UDI-PRINT")
def test_a_label_nobody_can_show_blocks_release_until_it_is_found() -> None:
    history = reprinted().sign_step()
    assert codes(history) == ("labels-unreconciled",)
    missing = reconciled(history.state).missing
    found = history.by(ADMINISTRATOR).account("0001", "returned", missing[0])
    assert found.codes == ("class-missing",)
    history.by(SUPERVISOR).account("0001", "returned", missing[0])
    assert "labels-unreconciled" not in codes(history)


@pytest.mark.covers("QMSR-45c", "UDI-PRINT")
def test_quality_accepts_the_difference_by_a_signed_concession_only() -> None:
    history = reprinted()
    (missing,) = reconciled(history.state).missing
    history.raise_about(missing, description="label lost")
    raised = history.ref
    history.settled(raised, Disposition.REWORK)
    assert "labels-unreconciled" in codes(history.sign_step())
    history = reprinted()
    history.raise_about(missing, description="label lost").settled(
        history.ref, Disposition.CONCESSION
    )
    count = reconciled(history.state)
    assert (count.missing, count.unexplained) == ((missing,), ())
    assert codes(history.sign_step()) == ()


def test_the_label_of_a_scrapped_unit_goes_with_it() -> None:
    history = History().to_labels().label("0001").print_label("0002")
    history.raise_about(history.ref).settled(history.ref, Disposition.SCRAP)
    count = reconciled(history.state)
    assert (count.issued, count.used, count.spoiled, count.missing) == (2, 1, 1, ())


def test_a_label_being_applied_is_not_missing() -> None:
    history = History().to_labels().print_label("0001")
    assert reconciled(history.state).missing == ()
    assert history.told("0001", "failed").verdict.passed
    assert reconciled(history.state).issued == 0


# --- design and HIBC -----------------------------------------------------------------------------


def with_label(**changes: object) -> WorkMaster:
    """The sample master with its label step changed; ``hibc`` changes the product."""
    master = sample_master()
    product = msgspec.structs.replace(master.product, hibc=changes.pop("hibc", ""))
    operations = tuple(
        msgspec.structs.replace(
            operation,
            steps=tuple(
                msgspec.structs.replace(step, **changes) if isinstance(step, LabelStep) else step
                for step in operation.steps
            ),
        )
        for operation in master.operations
    )
    return msgspec.structs.replace(master, product=product, operations=operations)


@pytest.mark.covers("QMSR-45a")
def test_a_label_of_another_design_does_not_count() -> None:
    step = sample_master().step("OP30", "S10")
    assert isinstance(step, LabelStep)
    design = msgspec.structs.replace(design_of(step), longest_lot=12)
    history = History(master=with_label(design=design)).to_labels()
    assert history.print_label("0001").codes == ("label-design",)
    assert history.print_label("0001", design="0" * 64).codes == ("label-design",)
    assert history.print_label("0001", design=codec.digest(design)).verdict.passed
    standard = History().to_labels()
    assert standard.print_label("0001", design=codec.digest(design)).codes == ("label-design",)
    assert standard.print_label("0001", design=codec.digest(design_of(step))).verdict.passed


@pytest.mark.covers("UDI-830")
def test_a_unit_may_be_labelled_with_hibc() -> None:
    master = with_label(hibc="A999SET11", symbology="hibc-datamatrix")
    history = History(master=master).to_labels().print_label("0001")
    assert history.verdict.passed
    content = history.state.printed["0001"][1].content
    assert content.startswith("+A999SET11/$$3271123")
    history.read_label("0001", content.encode(), aim="]d1")
    assert history.verdict.passed
    assert history.produce("0001", gtin=master.product.gtin).verdict.passed


@given(
    lot=st.text("ABCXYZ0123456789-. ", min_size=1, max_size=18),
    serial=st.text("ABCXYZ0123456789-. ", min_size=1, max_size=18),
    expiry=st.dates(date(2001, 1, 1), date(2049, 12, 31)),
)
def test_what_is_written_as_hibc_says_the_same(lot: str, serial: str, expiry: date) -> None:
    try:
        text = hibc_string(primary="A99912345", expiry=expiry, lot=lot, serial=serial)
    except ValueError:
        return
    says = content_says(text)
    assert (says.lot, says.serial, says.expiry, says.findings) == (lot, serial, expiry, ())
    assert content_bytes(text) == text.encode()
    with pytest.raises(ValueError, match="bad-check-character"):
        content_bytes(text[:-1] + ("A" if text[-1] != "A" else "B"))


def test_hibc_refuses_what_it_cannot_carry() -> None:
    for lot in ("a", "批", "X" * 19, "A/S1"):
        with pytest.raises(ValueError, match=r"."):
            hibc_string(primary="A99912345", expiry=date(2029, 1, 1), lot=lot, serial="1")
