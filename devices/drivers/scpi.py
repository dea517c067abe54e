"""An instrument that speaks SCPI: ``READ?`` gives ``+1.23456789E-01``.

Source: *IEEE 488.2-1992*; SCPI Consortium, *SCPI 1999.0*, volume 1 (7.2.1: 9.91E37 is not a number,
9.9E37 infinity). On a serial line or socket the line is ours; ``visa:RESOURCE`` goes through PyVISA
(USBTMC, VXI-11, HiSLIP). A value is fetched twice: without a checksum that is how a damaged digit
is seen.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import partial

import msgspec

from devices.config import InstrumentConfig
from devices.drivers.asked import Asked, AskedOptions, Dialect
from devices.faults import DeviceFault
from devices.kinds import Clock, Reading
from devices.port import Port, Wiring
from devices.values import Value
from forms.terms import Quantity

_NUMBER = re.compile(rb"([+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:E[+-]?[0-9]{1,2})?)")
_IDENTITY = re.compile(rb"[^,]{1,72},[^,]{1,72},([^,]{1,72}),[^,]{1,72}")
_ERROR = re.compile(rb'([+-]?[0-9]{1,5}),"[^"]{0,255}"')
_INFINITY, _NAN = Decimal("9.9E37"), Decimal("9.91E37")
_MOST_EXPONENT = 12
VISA = "visa:"


class Options(AskedOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``scpi``."""

    unit: str
    """UCUM code of what it is set to measure."""
    read: str = "READ?"
    again: str = "FETC?"
    """Gives the same value once more; empty: it is read once only."""
    unit_query: str = ""
    """What shows that it still measures so, such as ``CONF?`` or ``UNIT?``; empty: not asked."""
    unit_answer: str = ""
    """What it must answer to that."""
    visa_library: str = "@py"
    """The VISA below a ``visa:`` address."""


class ScpiDialect(Dialect):
    """The dialect."""

    terminators = (b"\n",)
    who = b"*IDN?\n"
    silent = "standby"

    def __init__(self, read: str, unit: str) -> None:
        """Ask by ``read`` for a value in ``unit``."""
        self.what, self._unit = read.encode() + b"\n", unit

    def identity(self, frame: bytes) -> str | None:
        """The serial number: the third field."""
        match = _IDENTITY.fullmatch(frame.rstrip(b"\r"))
        return match[1].decode("ascii", errors="replace").strip() if match else None

    def value(self, frame: bytes) -> Value | None:
        """One number."""
        text = frame.rstrip(b"\r")
        match = _NUMBER.fullmatch(text)
        if match is None:
            if b"," in text:
                return None  # an identity or an error: to another question
            raise DeviceFault("garbled", raw=frame)
        number = Decimal(match[1].decode("ascii"))
        if number == _NAN:
            return Value(None, "error", "scpi nan")
        if abs(number) >= _INFINITY:
            return Value(None, "overload" if number > 0 else "underload")
        if abs(number.adjusted()) > _MOST_EXPONENT and number:
            raise DeviceFault("garbled", "an exponent that nothing measures", frame)
        plain = Decimal(f"{number.copy_abs() if number.is_zero() else number:f}")
        return Value(Quantity(value=plain, unit=self._unit), "stable")


class Scpi(Asked):
    """Driver ``scpi`` (kind Meter). Whether it is stable, the settling rule says."""

    def __init__(self, config: InstrumentConfig, clock: Clock, wiring: Wiring = Port) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        options = msgspec.convert(config.options, Options)
        options = msgspec.structs.replace(options, units=(options.unit,))
        self._scpi = options
        if config.url.startswith(VISA):
            from devices.visa import VisaPort  # noqa: PLC0415 - only such an address needs it

            wiring = partial(VisaPort, library=options.visa_library)
        super().__init__(config, clock, ScpiDialect(options.read, options.unit), options, wiring)

    def read(self) -> Reading:
        """The value, once it was given twice and the unit is right."""
        try:
            reading = super().read()
        except DeviceFault as fault:
            if fault.code == "standby":
                self._demand_no_error()
            raise
        if self._scpi.again and reading.quantity is not None:
            again = self._ask(self._scpi.again)
            if again != reading.raw:
                raise DeviceFault(
                    "wrong-answer", "the same value was read twice, differently", again
                )
        if self._scpi.unit_query:
            answer = self._ask(self._scpi.unit_query).decode("ascii", errors="replace").strip()
            if answer != self._scpi.unit_answer:
                raise DeviceFault("unit-refused", answer)
        return reading

    def _ask(self, query: str) -> bytes:
        return self._exchange.ask(query.encode() + b"\n", lambda frame: bool(frame.strip()))

    def _demand_no_error(self) -> None:
        match = _ERROR.fullmatch(self._ask("SYST:ERR?").rstrip(b"\r"))
        if match is not None and int(match[1]) != 0:
            raise DeviceFault("instrument-error", f"scpi {int(match[1])}", match[0])
