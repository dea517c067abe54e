"""``lotbook-terminal devices`` and ``record``: the instruments looked at from a shell. No Qt."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import msgspec

from devices.clock import SystemClock
from devices.config import InstrumentConfig
from devices.decoder import Decoder
from devices.faults import FAULTS, DeviceFault
from devices.kinds import Faulted, InstrumentState, Reading
from devices.port import Port
from devices.record import Head, Recorder, Said
from devices.registry import DRIVERS
from devices.rig import Rig

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from devices.kinds import AnyEvent, Driver

_STEP_S = 0.1
_LOOKED_S = 5.0


class Looked:
    """What the instruments said while they were looked at."""

    def __init__(self, configs: Sequence[InstrumentConfig]) -> None:
        """Nothing heard yet."""
        self._configs = configs
        self._states: dict[str, InstrumentState] = {}
        self._readings: dict[str, Reading] = {}
        self._faults: dict[str, Faulted] = {}

    def __call__(self, event: AnyEvent) -> None:
        """Keep the newest of each; what is said while it stops does not count."""
        if isinstance(event, InstrumentState) and event.state != "stopped":
            self._states[event.name] = event
        elif isinstance(event, Reading):
            self._readings[event.name] = event
        elif isinstance(event, Faulted):
            self._faults[event.name] = event

    @property
    def well(self) -> bool:
        """Whether every instrument is ready."""
        return all(self.row(config)["state"] == "ready" for config in self._configs)

    def row(self, config: InstrumentConfig) -> dict[str, str]:
        """What is said of one instrument."""
        state, reading = self._states.get(config.name), self._readings.get(config.name)
        fault = self._faults.get(config.name)
        code = state.code if state is not None else ""
        value = str(reading.quantity or reading.detail or "") if reading is not None else ""
        return {
            "name": config.name,
            "driver": config.driver,
            "url": config.url,
            "state": state.state if state is not None else "starting",
            "serial_number": state.serial_number if state is not None else "",
            "value": value,
            "reading": ("settled" if reading.settled else reading.state) if reading else "",
            "frame": reading.raw.hex() if reading is not None else "",
            "code": code,
            "detail": fault.detail if fault is not None and fault.code == code else "",
            "cure": FAULTS[code].hint["en"] if code in FAULTS else "",
        }


def devices(
    options: argparse.Namespace,
    configs: Sequence[InstrumentConfig],
    sleep: Callable[[float], None],
) -> int:
    """Drive all instruments for some seconds, say how each does; 1 if one is not ready."""
    looked = Looked(configs)
    with Decoder() as decoder:
        rig = Rig(configs, looked, SystemClock(), decoder)
        rig.start()
        sleep(_LOOKED_S if options.seconds is None else options.seconds)
        rig.stop()
    for config in configs:
        row = looked.row(config)
        sys.stdout.write(f"{json.dumps(row, ensure_ascii=False) if options.json else _line(row)}\n")
    return 0 if looked.well else 1


def _line(row: dict[str, str]) -> str:
    serial = f" no. {row['serial_number']}" if row["serial_number"] else ""
    value = f": {row['value']} ({row['reading']})" if row["reading"] else ""
    trouble = f"\n  {row['code']} {row['detail']}\n  {row['cure']}" if row["code"] else ""
    return f"{row['name']} [{row['driver']} {row['url']}] {row['state']}{serial}{value}{trouble}"


def record(options: argparse.Namespace, sleep: Callable[[float], None]) -> int:
    """Record what passes on a line, asked by a driver or only listened to."""
    clock = SystemClock()
    given = dict(pair.partition("=")[::2] for pair in options.option)
    settings = {key: _value(text) for key, text in given.items()}
    head = Head(url=options.port, driver=options.driver, options=settings)
    with cast("Path", options.out).open("wb") as out:
        out.write(msgspec.json.encode(head) + b"\n")
        recorder = Recorder(Port, clock, lambda said: _keep(out, said))
        stop = clock.monotonic_ns() + int(options.seconds * 1e9)
        try:
            step = _step(head, recorder)
            while clock.monotonic_ns() < stop and not recorder.full:
                with contextlib.suppress(DeviceFault):
                    step()  # what it says of itself, also what is wrong with it, is kept
                sleep(_STEP_S)
        except (DeviceFault, ValueError) as error:
            sys.stderr.write(f"{error}\n")
            if isinstance(error, DeviceFault):
                sys.stderr.write(f"{FAULTS[error.code].hint['en']}\n")
            return 1
    sys.stdout.write(f"{recorder.bytes} bytes recorded in {options.out}\n")
    return 0


def _keep(out: BinaryIO, said: Said) -> None:
    out.write(msgspec.json.encode(said) + b"\n")


def _step(head: Head, recorder: Recorder) -> Callable[[], object]:
    """What is done again and again: read the line, or ask by the driver."""
    if not head.driver:
        wire = recorder(head.url)
        wire.open()
        return wire.read
    if head.driver not in DRIVERS:
        raise ValueError(f"there is no driver {head.driver}; known: {', '.join(sorted(DRIVERS))}")
    config = InstrumentConfig(
        name="it", equipment_class="it", asset="", driver=head.driver, url=head.url,
        options=head.options,
    )  # fmt: skip
    driver: Driver = DRIVERS[head.driver].load()(config, SystemClock(), recorder)
    driver.open()
    return cast("Callable[[], object]", getattr(driver, "read", None) or driver.poll)  # type: ignore[attr-defined]


def _value(text: str) -> object:
    """An option's value: JSON, or the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text
