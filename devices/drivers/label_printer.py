"""A label printer: PNG files into a folder (``dir:PATH``) or ZPL to a Zebra (``tcp://host:9100``).

A job that was sent but not confirmed is *ambiguous*: the label may be lying in the tray. Only a
person can tell, so nothing here prints twice by itself.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Protocol

import msgspec

from devices.config import InstrumentConfig
from devices.drivers.zebra import ZebraOutlet
from devices.faults import DeviceFault
from devices.kinds import Clock, Printed

_JOB = re.compile(r"[^A-Za-z0-9_.-]")


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``label_printer``."""

    timeout_s: int = 5
    """Longest wait for the printer's answer."""


class Outlet(Protocol):
    """Where labels leave to."""

    def check(self) -> None:
        """Fault if it cannot print now."""
        ...

    def send(self, png: bytes, job: str) -> str:
        """Print and wait for the result; where it went."""
        ...


class FolderOutlet:
    """Each label becomes a file; never half a file under its name."""

    def __init__(self, folder: Path) -> None:
        """Write into ``folder``."""
        self._folder = folder

    def check(self) -> None:
        """The folder must be there."""
        if not self._folder.is_dir():
            raise DeviceFault("absent", str(self._folder))

    def send(self, png: bytes, job: str) -> str:
        """Write ``JOB.png``."""
        self.check()
        target = self._folder / f"{_JOB.sub('_', job)[:80] or 'label'}.png"
        draft = target.with_suffix(".part")
        try:
            draft.write_bytes(png)
            draft.replace(target)
        except OSError as error:
            raise DeviceFault("printer-not-ready", str(error)) from error
        return str(target)


class LabelPrinter:
    """Driver ``label_printer`` (kind Printer)."""

    def __init__(self, config: InstrumentConfig, clock: Clock) -> None:
        """Read the options and the URL."""
        del clock
        options = msgspec.convert(config.options, Options)
        self._outlet: Outlet
        match = re.fullmatch(r"tcp://([^:/]+):([0-9]{1,5})", config.url)
        if config.url.startswith("dir:"):
            self._outlet = FolderOutlet(Path(config.url.removeprefix("dir:")))
        elif match:
            self._outlet = ZebraOutlet(match[1], int(match[2]), options.timeout_s)
        else:
            msg = f"a printer's url is dir:PATH or tcp://host:port, not {config.url}"
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

    def print_label(self, png: bytes, job: str) -> Printed:
        """Print; where it went."""
        where = self._outlet.send(png, job)
        return Printed(png=png, where=where, sha256=hashlib.sha256(png).hexdigest())
