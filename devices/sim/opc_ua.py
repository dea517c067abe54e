"""A simulated balance behind an OPC UA server of its own (asyncua's)."""

from __future__ import annotations

import asyncio
import socket
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal, cast

from asyncua.server.server import Server
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uatypes import (
    DataValue,
    DateTime,
    NodeId,
    SecurityPolicyType,
    StatusCode,
    UInt32,
    Variant,
    VariantType,
)

Mode = Literal[
    "normal", "unstable", "overload", "underload", "standby", "silent", "error", "unit", "old"
]
_STATUS = {
    "unstable": StatusCodes.UncertainSensorNotAccurate,
    "overload": StatusCodes.UncertainEngineeringUnitsExceeded,
    "underload": StatusCodes.UncertainEngineeringUnitsExceeded,
    "standby": StatusCodes.BadOutOfService,
    "silent": StatusCodes.BadNoCommunication,
    "error": StatusCodes.BadSensorFailure,
}
WEIGHT, UNIT, SERIAL = "ns=2;s=Weight", "ns=2;s=Unit", "ns=2;s=SerialNumber"


class OpcUaSim:
    """A server with three nodes, in a thread of its own."""

    def __init__(self) -> None:
        """Listen on a free port of this machine."""
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.url = f"opc.tcp://127.0.0.1:{self.port}/"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = Server()
        self._do(self._start(self._server))

    def plug(self) -> None:
        """Listen again, on the same port."""
        if self._server.bserver is not None:
            self._do(self._server.bserver.start())

    def unplug(self) -> None:
        """Hang up and listen no more; the nodes stay."""
        if self._server.bserver is not None:
            self._do(self._server.bserver.stop())

    def show(self, value: Decimal, mode: Mode = "normal", serial_number: str = "UA-7") -> None:
        """What the nodes hold now."""
        self._do(self._show(value, mode, serial_number))

    def close(self) -> None:
        """End."""
        self._do(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _do(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(20)  # type: ignore[arg-type]

    async def _start(self, server: Server) -> None:
        await server.init()
        server.set_endpoint(self.url)
        server.set_security_policy([SecurityPolicyType.NoSecurity])
        await server.register_namespace("lotbook")
        for name, first in ((WEIGHT, 0.0), (UNIT, "g"), (SERIAL, "UA-7")):
            node_id = NodeId.from_string(name)
            await server.nodes.objects.add_variable(node_id, name.rpartition("=")[2], first)
        await server.start()

    async def _show(self, value: Decimal, mode: Mode, serial_number: str) -> None:
        server = self._server
        now = datetime.now(UTC)  # noqa: TID251 - a server stamps with its own clock
        weight = DataValue(
            Variant(value.__float__(), VariantType.Double),
            StatusCode(UInt32(_STATUS.get(mode, StatusCodes.Good))),
            cast("DateTime", now - timedelta(seconds=60 if mode == "old" else 0)),
            cast("DateTime", now),
        )
        await server.get_node(WEIGHT).write_value(weight)
        await server.get_node(UNIT).write_value("oz" if mode == "unit" else "g")
        await server.get_node(SERIAL).write_value(serial_number)
