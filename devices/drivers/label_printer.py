"""A label printer: files into a folder (``dir:PATH``), or ZPL to a Zebra by network or serial line.

A job that was sent but not confirmed is *ambiguous*: the label may be lying in the tray. Only a
person can tell, so nothing here prints twice by itself. Every other fault means: nothing was sent.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from devices.config import InstrumentConfig
from devices.drawing import pdf, png
from devices.drivers.zebra import Zebra
from devices.faults import DeviceFault
from devices.kinds import Clock, Label, Printed
from devices.port import Line, Port, Wiring
from devices.sheet import Sheet, lay
from devices.zpl import zpl

_JOB = re.compile(r"[^A-Za-z0-9_.-]")
_NETWORK = re.compile(r"tcp://([^:/]+):([0-9]{1,5})")
_SERIAL = re.compile(r"usb://.+|socket://.+|/.+|COM[0-9]+")

Form = Literal["png", "pdf", "zpl"]
FORMS = {"png": png, "pdf": pdf, "zpl": zpl}


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``label_printer``."""

    timeout_s: int = 5
    """Longest wait for the printer's answer, and for a label to come out."""
    form: Form = "png"
    """What is written into a folder."""
    line: Line = Line()
    """Of a serial printer."""


class Outlet(Protocol):
    """Where labels leave to."""

    def check(self) -> None:
        """Fault if it cannot print now."""
        ...

    def send(self, sheet: Sheet, job: str) -> tuple[str, bytes]:
        """Print and wait for the result; where it went, and the bytes."""
        ...


class FolderOutlet:
    """Each label becomes a file; never half a file under its name."""

    def __init__(self, folder: Path, form: Form) -> None:
        """Write into ``folder``."""
        self._folder, self._form = folder, form

    def check(self) -> None:
        """The folder must be there."""
        if not self._folder.is_dir():
            raise DeviceFault("absent", str(self._folder))

    def send(self, sheet: Sheet, job: str) -> tuple[str, bytes]:
        """Write ``JOB.png`` (or pdf, zpl)."""
        self.check()
        data = FORMS[self._form](sheet)
        target = self._folder / f"{_JOB.sub('_', job)[:80] or 'label'}.{self._form}"
        draft = target.with_suffix(".part")
        try:
            draft.write_bytes(data)
            draft.replace(target)
        except OSError as error:
            raise DeviceFault("printer-not-ready", str(error)) from error
        return str(target), data


class ZebraOutlet:
    """A ZPL printer at the end of a line."""

    def __init__(self, zebra: Zebra, where: str) -> None:
        """Print with ``zebra``."""
        self._zebra, self._where = zebra, where
        self.check = zebra.check

    def send(self, sheet: Sheet, job: str) -> tuple[str, bytes]:
        """Print one label."""
        del job
        data = zpl(sheet)
        self._zebra.send(data)
        return self._where, data


class LabelPrinter:
    """Driver ``label_printer`` (kind Printer)."""

    def __init__(self, config: InstrumentConfig, clock: Clock, wiring: Wiring = Port) -> None:
        """Read the options and the URL."""
        options = msgspec.convert(config.options, Options)
        self._outlet: Outlet
        network = _NETWORK.fullmatch(config.url)
        url = f"socket://{network[1]}:{network[2]}" if network else config.url
        if url.startswith("dir:"):
            self._outlet = FolderOutlet(Path(url.removeprefix("dir:")), options.form)
        elif _SERIAL.fullmatch(url):
            zebra = Zebra(wiring(url, options.line), clock, options.timeout_s)
            self._outlet = ZebraOutlet(zebra, config.url)
        else:
            msg = f"a printer's url is dir:PATH, tcp://host:port or a serial port, not {url}"
            raise msgspec.ValidationError(msg)

    def open(self) -> str:
        """See whether it is there."""
        self._outlet.check()
        return ""

    def close(self) -> None:
        """Nothing is held open between labels."""

    def check(self) -> None:
        """Fault if it cannot print now."""
        self._outlet.check()

    def print_label(self, label: Label, job: str) -> Printed:
        """Print; what was drawn and where it went."""
        sheet = lay(label)
        where, data = self._outlet.send(sheet, job)
        return Printed(png=png(sheet), where=where, sha256=hashlib.sha256(data).hexdigest())
