"""An instrument whose value is a node of an OPC UA server.

Source: OPC Foundation, *OPC UA* parts 4 (Read service, status codes) and 8 (data access: quality,
EngineeringUnits); client: asyncua. One Read asks for value, unit and serial number together, and
its answer bears its number: nothing older can be taken for it. The source's own time stamp says how
old the value is: a server that repeats an old one gives *frozen*, not a reading.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import msgspec
from asyncua.client.client import Client
from asyncua.ua.uaerrors import UaError
from asyncua.ua.uatypes import DataValue

from devices.config import InstrumentConfig
from devices.faults import DeviceFault
from devices.kinds import Clock, Reading, State
from devices.values import Value, reading
from forms.terms import Quantity

_T = TypeVar("_T")
_STANDBY = ("BadOutOfService", "BadDeviceStandby")
_SILENT = ("BadNoCommunication", "BadNotConnected", "BadCommunicationError")
_MOST_TEXT = 64


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options of ``opc_ua``. Nodes are written ``ns=2;s=Balance.Weight``."""

    node: str
    unit: str
    """UCUM code of the value."""
    decimals: int
    """Decimals the instrument resolves; the server's binary number has too many."""
    unit_node: str = ""
    """Its EngineeringUnits; empty: not asked."""
    unit_answer: str = ""
    """What the unit's display name must be."""
    identity_node: str = ""
    """Its SerialNumber; empty: it cannot be asked."""
    serial_number: str = ""
    most_age_ms: int = 2000
    """Oldest usable value, by the source's time stamp; 0: any age."""
    deadline_ms: int = 1500
    security: str = ""
    """``Basic256Sha256,SignAndEncrypt,CERTIFICATE,KEY``; empty: none."""


class OpcUa:
    """Driver ``opc_ua`` (kind Meter). ``opc.tcp://HOST:4840/PATH``."""

    def __init__(self, config: InstrumentConfig, clock: Clock) -> None:
        """Read the options; ``msgspec.ValidationError`` if they are unusable."""
        self._options = msgspec.convert(config.options, Options)
        self._config, self._clock = config, clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: Client | None = None

    def open(self) -> str:
        """Connect and ask the instrument who it is."""
        self.close()
        self._loop = asyncio.new_event_loop()
        try:
            return self._run(self._connect(), "absent")
        except DeviceFault:
            self.close()
            raise

    def close(self) -> None:
        """Disconnect; harmless when closed or gone."""
        loop, self._loop = self._loop, None
        client, self._client = self._client, None
        if loop is None:
            return
        if client is not None:
            try:
                loop.run_until_complete(asyncio.wait_for(client.disconnect(), 1))
            except (OSError, UaError, TimeoutError, asyncio.CancelledError):
                # the server has gone: there is nobody to say goodbye to
                client = None
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=1))
        loop.close()

    def read(self) -> Reading:
        """The value now."""
        values = self._run(self._read(), "unplugged")
        self._same(values)
        return self._reading(values[0])

    async def _connect(self) -> str:
        client = Client(self._config.url, timeout=self._options.deadline_ms / 1000)
        if self._options.security:
            await client.set_security_string(self._options.security)
        await client.connect()
        self._client = client
        return self._same(await self._read())

    async def _read(self) -> list[DataValue]:
        if self._client is None:
            raise DeviceFault("absent", "not connected")
        options = self._options
        named = (options.node, options.unit_node, options.identity_node)
        nodes = [self._client.get_node(name) for name in named if name]
        return await self._client.read_attributes(nodes)

    def _run(self, work: Coroutine[None, None, _T], lost: str) -> _T:
        if self._loop is None:
            work.close()
            raise DeviceFault("absent", "not connected")
        seconds = self._options.deadline_ms / 1000
        try:
            return self._loop.run_until_complete(asyncio.wait_for(work, seconds))
        except TimeoutError as error:
            raise DeviceFault("no-answer") from error
        except (OSError, UaError) as error:
            raise DeviceFault(lost, f"{type(error).__name__} {error}") from error

    def _same(self, values: list[DataValue]) -> str:
        """Its serial number, if it is the one that is meant and its unit is right."""
        options = self._options
        if options.unit_node:
            found = _text(values[1])
            if found != options.unit_answer:
                raise DeviceFault("unit-refused", found)
        serial = _text(values[-1]) if options.identity_node else ""
        if options.serial_number not in ("", serial):
            raise DeviceFault("wrong-instrument", serial)
        return serial

    def _reading(self, value: DataValue) -> Reading:
        status = value.StatusCode.name if value.StatusCode is not None else "Good"
        raw = f"{value.Value.Value if value.Value else None} {status}".encode()[:256]
        if status in _STANDBY or status in _SILENT:
            raise DeviceFault("standby" if status in _STANDBY else "no-answer", status, raw)
        amount = self._amount(value, raw) if not status.startswith("Bad") else None
        state = self._state(value, status, amount)
        if state in ("error", "overload", "underload"):
            amount = None
        found = Value(amount, state, "" if status == "Good" else f"opc_ua {status}")
        return reading(self._config, self._clock, found, raw, self._clock.monotonic_ns())

    def _amount(self, value: DataValue, raw: bytes) -> Quantity:
        number = value.Value.Value if value.Value is not None else None
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise DeviceFault("garbled", "not a number", raw)
        exact = Decimal(f"{number:.{self._options.decimals}f}")
        if not exact.is_finite():
            raise DeviceFault("instrument-error", f"opc_ua {number}", raw)
        return Quantity(value=exact, unit=self._options.unit)

    def _state(self, value: DataValue, status: str, amount: Quantity | None) -> State:
        if amount is None:
            return "error"
        if status == "UncertainEngineeringUnitsExceeded":
            return "overload" if amount.value >= 0 else "underload"
        if self._options.most_age_ms and _age_ms(value) > self._options.most_age_ms:
            return "frozen"
        return "stable" if status == "Good" else "unstable"


def _age_ms(value: DataValue) -> int:
    """How much older the source says the value is than the server's answer, milliseconds."""
    source, server = value.SourceTimestamp, value.ServerTimestamp
    if not isinstance(source, datetime) or not isinstance(server, datetime):
        return 0
    return int((server - source).total_seconds() * 1000)


def _text(value: DataValue) -> str:
    """A string, or the display name of a unit."""
    found = value.Value.Value if value.Value is not None else ""
    name = getattr(found, "DisplayName", found)
    return str(getattr(name, "Text", name) or "")[:_MOST_TEXT]
