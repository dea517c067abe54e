"""Printing: into a folder, to a simulated Zebra; a job without an answer is never repeated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from devices.clock import SystemClock
from devices.drivers.label_printer import LabelPrinter
from devices.drivers.zebra import Zebra
from devices.faults import DeviceFault
from devices.kinds import Answered, Faulted, Label, Printed
from devices.outcome import outcome
from devices.sim.memory import MemoryWire
from devices.sim.plugs import OnPty, OnTcp
from devices.sim.zebra import Trouble, ZebraPrinter
from devices.testing import SetClock, fault_of
from tests.devices.conftest import one


@pytest.fixture
def label_(label: Label) -> Label:
    """The label, under a name that leaves the module's alone."""
    return label


@pytest.fixture
def zebra() -> Iterator[OnTcp]:
    """A printer at the network."""
    plug = OnTcp(ZebraPrinter())
    yield plug
    plug.close()


def make(url: str, **options: object) -> LabelPrinter:
    """A driver."""
    return LabelPrinter(one("printer", "label_printer", url, timeout_s=2, **options), SystemClock())


def near(printer: ZebraPrinter) -> LabelPrinter:
    """A driver directly on a printer, in set time."""
    clock = SetClock()
    config = one("printer", "label_printer", "tcp://printer:9100", timeout_s=2)
    return LabelPrinter(config, clock, MemoryWire(printer, clock))


def at(plug: OnTcp) -> LabelPrinter:
    """The driver of that printer."""
    return make(f"tcp://127.0.0.1:{plug.port}")


def sim(plug: OnTcp | OnPty) -> ZebraPrinter:
    """The printer behind the plug."""
    assert isinstance(plug.instrument, ZebraPrinter)
    return plug.instrument


def result(driver: LabelPrinter, label: Label) -> tuple[str, str]:
    """What is recorded as the result, and the code of the fault."""
    got: list[Printed] = []
    fault = fault_of(lambda: got.append(driver.print_label(label, "L/1 ../x")))
    code, kind = ("", None) if fault is None else (fault.code, fault.kind)
    told = None if kind is None else Faulted(name="printer", code=code, kind=kind)
    printed = got[0] if got else None
    return outcome(Answered(name="printer", id="1", fault=told, printed=printed)), code


@pytest.mark.covers("F63")
def test_a_zebra_prints_and_says_so(zebra: OnTcp, label_: Label) -> None:
    driver = at(zebra)
    assert driver.open() == ""
    assert result(driver, label_) == ("printed", "")
    assert len(sim(zebra).labels) == 1
    assert sim(zebra).refused == []


@pytest.mark.covers("F63")
@pytest.mark.parametrize("trouble", ["paper", "pause", "head", "ribbon"])
def test_what_cannot_print_is_told_before_anything_is_sent(label_: Label, trouble: Trouble) -> None:
    printer = ZebraPrinter()
    printer.trouble, driver = trouble, near(printer)
    assert result(driver, label_) == ("failed", "printer-not-ready")
    fault = fault_of(driver.check)
    assert fault is not None
    assert (fault.code, fault.detail) == ("printer-not-ready", trouble)
    assert printer.labels == []
    printer.restart()
    assert result(driver, label_) == ("printed", "")


@pytest.mark.covers("F63")
@pytest.mark.parametrize(
    ("trouble", "labels", "halves"), [("cut", 0, 1), ("mute", 1, 0), ("slow", 0, 0)]
)
def test_a_job_that_is_not_confirmed_is_unknown(
    label_: Label, trouble: Trouble, labels: int, halves: int
) -> None:
    """Power cut during the label; printed and status lost; still in the printer's buffer."""
    printer = ZebraPrinter()
    printer.trouble = trouble
    assert result(near(printer), label_) == ("unknown", "print-unknown")
    assert (len(printer.labels), printer.halves) == (labels, halves)
    assert printer.burst() == b""


@pytest.mark.covers("F63")
def test_a_printer_that_is_off(zebra: OnTcp, label_: Label) -> None:
    driver = at(zebra)
    zebra.unplug()
    fault = fault_of(driver.open)
    assert fault is not None
    assert fault.code == "absent"
    assert result(driver, label_) == ("failed", "absent")


@pytest.mark.covers("F63")
def test_a_serial_zebra(tmp_path: Path, label_: Label) -> None:
    plug = OnPty(ZebraPrinter(), tmp_path / "printer")
    try:
        driver = make(plug.url, line={"baudrate": 115_200})
        assert result(driver, label_) == ("printed", "")
        assert len(sim(plug).labels) == 1
    finally:
        plug.close()


@pytest.mark.covers("F63")
@pytest.mark.parametrize("answer", [b"hello" * 200, b"\x02a\x03\x02b\x03\x02c\x03", b"\x02x\x03"])
def test_a_printer_that_answers_nonsense_is_sent_nothing(answer: bytes) -> None:
    clock, printer = SetClock(), ZebraPrinter()
    wire = MemoryWire(printer, clock)
    zebra = Zebra(wire, clock, 1)
    printer.always = answer
    fault = fault_of(lambda: zebra.send(b"^XA^XZ"))
    assert isinstance(fault, DeviceFault)
    assert fault.code == "garbled"
    printer.always, printer.dead = b"", True
    fault = fault_of(zebra.check)
    assert fault is not None
    assert fault.code == "no-answer"


@pytest.mark.covers("F63")
@pytest.mark.parametrize("form", ["png", "pdf", "zpl"])
def test_a_folder(tmp_path: Path, label_: Label, form: str) -> None:
    driver = make(f"dir:{tmp_path}", form=form)
    assert driver.open() == ""
    printed = driver.print_label(label_, "L/1 ../x")
    assert Path(printed.where).parent == tmp_path
    assert Path(printed.where).suffix == f".{form}"
    begins = {"png": b"\x89PNG", "pdf": b"%PDF", "zpl": b"^XA"}[form]
    assert Path(printed.where).read_bytes().startswith(begins)
    (tmp_path / "taken.part").mkdir()
    fault = fault_of(lambda: driver.print_label(label_, "taken"))
    assert fault is not None
    assert fault.code == "printer-not-ready"
    driver.close()


def test_an_url_of_no_kind() -> None:
    with pytest.raises(msgspec.ValidationError):
        make("ipp://printer")


@pytest.mark.covers("F63")
@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        ("print-unknown", "ambiguous", "unknown"),
        ("instruments-restarted", "transient", "unknown"),
        ("printer-not-ready", "transient", "failed"),
        ("label-refused", "permanent", "failed"),
    ],
)
def test_what_may_have_been_sent_is_unknown(code: str, kind: str, expected: str) -> None:
    fault = Faulted(name="printer", code=code, kind=kind)  # type: ignore[arg-type]
    assert outcome(Answered(name="printer", id="1", fault=fault)) == expected
