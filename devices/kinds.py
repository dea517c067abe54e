"""The kinds of instruments and what they give: codes, readings, photos, states.

Everything here is immutable and msgspec-encodable, because it travels from the instruments process
to the kiosk as JSON (``bytes`` as base64, ``Decimal`` as string). Nothing here knows the work.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Literal, Protocol

import msgspec

from forms.label_design import LabelDesign
from forms.terms import Quantity, Text

State = Literal["stable", "unstable", "overload", "underload", "error", "frozen"]
"""State of a reading; the same words as ``forms.entries.Taken.state``."""

Load = Literal["", "gross", "net"]
"""Whether a tare is taken off the value; empty where the instrument does not say."""

Light = Literal["starting", "ready", "absent", "silent", "fault", "stopped"]
"""State of an instrument. *Absent* cannot be opened, *silent* is open but does not answer."""

Source = Literal["scanner", "camera", "wedge", "typed"]
"""Where a code came from; the same words as ``forms.entries.Scan.source``."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything an instrument reports; ``name`` is the instrument's name in the rig."""

    name: str


class CodeRead(Event, frozen=True, kw_only=True, tag="code"):
    """A code as it arrived, before anyone understood it."""

    raw: bytes
    """The content: no AIM prefix, no suffix; the group separator is 0x1D."""
    symbology: str = ""
    """AIM identifier (``]d2``) if the source gave one, else empty."""
    source: Source = "scanner"
    instrument: str = ""
    """PhysicalAsset id."""
    taken_at_ns: int = 0
    """Monotonic clock of this machine, ns."""
    wall: datetime | None = None
    """Aware wall time of arrival."""
    frame: bytes = b""
    """The bytes exactly as received, with prefixes, without suffix; empty from a camera."""
    repeat: bool = False
    """The scanner's own double fire of the code before: kept, without effect."""


class Reading(Event, frozen=True, kw_only=True, tag="reading"):
    """A measured value as the instrument gave it, or why there is none."""

    quantity: Quantity | None
    """None when the frame held no value (overload, error)."""
    state: State
    raw: bytes
    """The frame exactly as received, without terminator."""
    instrument: str = ""
    """PhysicalAsset id."""
    taken_at_ns: int = 0
    """Monotonic clock of this machine, ns: when the frame's last byte arrived."""
    wall: datetime | None = None
    settled: bool = False
    """True when the station's settling rule holds (see :mod:`devices.settle`)."""
    series: tuple[bytes, ...] = ()
    """The raw frames the settling rule rests on, oldest first; kept with the record."""
    detail: str = ""
    """What the instrument said beside the value; for an error ``FAMILY CODE``, which
    :func:`devices.own_errors.words` puts into words."""
    load: Load = ""
    """Gross or net, where the instrument says."""
    serial_number: str = ""
    """What the instrument said its serial number is when it was opened, where it can say so."""

    def age_ms(self, now_ns: int) -> int:
        """How old the reading is at ``now_ns`` (same monotonic clock), in whole ms, never < 0."""
        return max(0, (now_ns - self.taken_at_ns) // 1_000_000)


class InstrumentState(Event, frozen=True, kw_only=True, tag="state"):
    """An instrument's light changed. The words for ``code`` come from the terminal's texts."""

    equipment_class: str
    state: Light
    code: str = ""
    """Fault code (:data:`devices.faults.FAULTS`) when not ready."""
    instrument: str = ""
    since_ns: int = 0
    serial_number: str = ""
    """What the instrument says its serial number is, where it can say so."""


class Faulted(Event, frozen=True, kw_only=True, tag="fault"):
    """Something went wrong with an instrument; kept as evidence, never as a value."""

    code: str
    kind: Literal["transient", "ambiguous", "permanent"]
    detail: str = ""
    raw: bytes = b""
    """What was received, at most 256 bytes."""
    instrument: str = ""


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as taken."""

    data: bytes
    media_type: str
    """``image/png`` or ``image/jpeg``."""
    sha256: str
    """Hex digest of ``data``."""

    @classmethod
    def of(cls, data: bytes) -> Photo:
        """A photo of these PNG or JPEG bytes (told by their first bytes)."""
        media_type = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
        return cls(data=data, media_type=media_type, sha256=hashlib.sha256(data).hexdigest())


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit's label says. ``content`` is what its code carries, in brackets form."""

    product: Text
    gtin: str
    lot: str
    expiry: date
    serial: str
    content: str
    """``(01)…(17)…(10)…(21)…``, or an HIBC code."""
    symbology: str = "gs1-datamatrix"
    """Of the label step (``forms.identifiers.AIM_OF``)."""
    log_mark: str = ""
    """Log size and first 8 hex of its head: a tripwire outside the station."""
    manufacturer: Text | None = None
    copy: int = 1
    """2 and more say so on the label."""
    item: str = ""
    design: LabelDesign | None = None
    """None: the house's own label (:mod:`forms.label_standard`)."""

    def digest(self) -> str:
        """SHA-256 over all that the label shows and where, as hex: what the record names."""
        return hashlib.sha256(_LABEL.encode(self)).hexdigest()


_LABEL = msgspec.json.Encoder(order="sorted", decimal_format="string")


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """A label that left for the printer, and what the printer said after."""

    png: bytes
    """The label as drawn."""
    where: str
    """File name or printer address."""
    sha256: str
    """Hex digest of the bytes that were sent."""


class Answered(Event, frozen=True, kw_only=True, tag="answered"):
    """The answer to a command: exactly one for each, whatever happened."""

    id: str
    """The command's id."""
    fault: Faulted | None = None
    """None: done."""
    photo: Photo | None = None
    codes: tuple[CodeRead, ...] = ()
    printed: Printed | None = None


AnyEvent = CodeRead | Reading | InstrumentState | Faulted | Answered
"""What a rig reports, told apart by ``type`` on the wire."""


class Clock(Protocol):
    """Time, given by the composition root."""

    def monotonic_ns(self) -> int:
        """Monotonic nanoseconds."""
        ...

    def now(self) -> datetime:
        """Aware wall time."""
        ...


class Driver(Protocol):
    """What all drivers share. Every method raises only :class:`devices.faults.DeviceFault`."""

    def open(self) -> str:
        """Connect; the instrument's own serial number or an empty string."""
        ...

    def close(self) -> None:
        """Disconnect; may be called twice."""
        ...


class Reader(Driver, Protocol):
    """Gives codes by itself."""

    def poll(self) -> list[CodeRead]:
        """The codes since the last call; waits at most 0.25 s."""
        ...


class Gauge(Driver, Protocol):
    """Gives a reading when its data key is pressed."""

    def poll(self) -> list[Reading]:
        """The readings since the last call; waits at most 0.25 s."""
        ...


class Meter(Driver, Protocol):
    """Is asked for readings."""

    def read(self) -> Reading:
        """One fresh reading: the answer to this very request."""
        ...


class Balance(Meter, Protocol):
    """A meter that can be set to zero and tared."""

    def zero(self) -> None:
        """Set zero."""
        ...

    def tare(self) -> None:
        """Tare."""
        ...


class Camera(Driver, Protocol):
    """Takes pictures."""

    def check(self) -> None:
        """Fault if no picture could be taken now."""
        ...

    def take(self) -> Photo:
        """A fresh picture: not black, not frozen."""
        ...


class Printer(Driver, Protocol):
    """Prints labels."""

    def check(self) -> None:
        """Fault if it cannot print now."""
        ...

    def print_label(self, label: Label, job: str) -> Printed:
        """Print; returns after the printer's own result. ``print-unknown`` is ambiguous."""
        ...
