"""A line through VISA: USBTMC, VXI-11, HiSLIP, GPIB, by PyVISA. ``visa:TCPIP::10.0.0.7::INSTR``."""

from __future__ import annotations

import pyvisa
from pyvisa import constants, errors
from pyvisa.resources import MessageBasedResource

from devices.faults import DeviceFault
from devices.port import CHUNK, Line

_OPEN_MS = 1000
_READ_MS = 500
"""Longest wait of one read. Not shorter: a message that VISA gives up on is lost as a whole."""


class VisaPort:
    """One VISA resource as a :class:`devices.port.Wire`. Raises only :class:`DeviceFault`."""

    def __init__(self, url: str, line: Line | None = None, *, library: str = "@py") -> None:
        """Nothing is opened yet; line settings do not apply."""
        del line
        self._name, self._library = url.removeprefix("visa:"), library
        self._resource: MessageBasedResource | None = None

    def open(self) -> None:
        """Open (again)."""
        self.close()
        try:
            manager = pyvisa.ResourceManager(self._library)
            opened = manager.open_resource(self._name, open_timeout=_OPEN_MS)
        except Exception as error:
            # PyVISA-py raises bare Exceptions for what cannot be reached
            raise DeviceFault("absent", str(error)) from error
        if not isinstance(opened, MessageBasedResource):
            opened.close()
            raise DeviceFault("absent", f"{self._name} carries no messages")
        opened.timeout = _READ_MS
        self._resource = opened

    def close(self) -> None:
        """Close; harmless when closed or gone."""
        resource, self._resource = self._resource, None
        if resource is not None:
            try:
                resource.close()
            except (OSError, errors.Error):
                # it vanished while open: there is nothing left to close
                return

    def read(self) -> bytes:
        """One message, or what of it fits; empty when none came in time."""
        resource = self._opened()
        try:
            data, _ = resource.visalib.read(resource.session, CHUNK)
        except errors.VisaIOError as error:
            if error.error_code == constants.StatusCode.error_timeout:
                return b""
            raise self._lost(error) from error
        except (OSError, errors.Error) as error:
            raise self._lost(error) from error
        return bytes(data)

    def write(self, data: bytes) -> None:
        """Send one message."""
        resource = self._opened()
        try:
            resource.write_raw(data)
        except (OSError, errors.Error) as error:
            raise self._lost(error) from error

    def drain(self) -> int:
        """Nothing waits here: a message lies in the instrument until it is read as what it is."""
        self._opened()
        return 0

    def _opened(self) -> MessageBasedResource:
        if self._resource is None:
            raise DeviceFault("absent", "the resource is not open")
        return self._resource

    def _lost(self, error: Exception) -> DeviceFault:
        self.close()
        return DeviceFault("unplugged", str(error))
