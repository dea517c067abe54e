"""How a rig drives each kind of instrument: what one step is, and which commands it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, cast

from devices.climb import Looks
from devices.commands import AnyCommand, PrintLabel, ReadLabel, TakePhoto, Tare, Zero
from devices.config import InstrumentConfig
from devices.faults import DeviceFault
from devices.kinds import Answered, AnyEvent, Balance, Clock, CodeRead, Driver, Gauge, Meter, Reader
from devices.looks import Seen
from devices.registry import DRIVERS
from devices.settle import Settler

if TYPE_CHECKING:
    from devices.drivers.camera import Camera
    from devices.drivers.label_printer import LabelPrinter


class Role(Protocol):
    """What the rig's worker needs of an instrument."""

    pause_s: float
    """Wait between steps, seconds: commands are taken in it."""
    steady: bool
    """True: a fault in one step is a state of the instrument; False: of that one frame."""

    @property
    def driver(self) -> Driver:
        """The driver."""
        ...

    def step(self) -> Sequence[AnyEvent]:
        """What the instrument reports now; DeviceFault."""
        ...

    def do(self, command: AnyCommand) -> Answered:
        """Carry a command out; DeviceFault."""
        ...


class Listening:
    """A reader or gauge: it sends by itself."""

    pause_s = 0.0
    steady = False

    def __init__(self, driver: Reader | Gauge) -> None:
        """Listen to ``driver``."""
        self.driver = driver

    def step(self) -> Sequence[AnyEvent]:
        """What was scanned or measured."""
        return self.driver.poll()

    def do(self, command: AnyCommand) -> Answered:
        """Nothing can be asked of it."""
        raise DeviceFault("unknown-command", type(command).__name__)


class Metering:
    """A meter: asked five times a second, judged by the settling rule."""

    pause_s = 0.2
    steady = True

    def __init__(self, driver: Meter, settler: Settler) -> None:
        """Poll ``driver``."""
        self.driver = driver
        self._settler = settler

    def step(self) -> Sequence[AnyEvent]:
        """One fresh reading; a fault breaks the series."""
        try:
            return [self._settler.feed(self.driver.read())]
        except DeviceFault:
            self._settler.reset()
            raise

    def do(self, command: AnyCommand) -> Answered:
        """Nothing can be set from here."""
        raise DeviceFault("unknown-command", type(command).__name__)


class Weighing(Metering):
    """A balance: a meter that can be set to zero and tared."""

    driver: Balance

    def do(self, command: AnyCommand) -> Answered:
        """Zero or tare; the series starts anew."""
        self._settler.reset()
        if isinstance(command, Zero):
            self.driver.zero()
        elif isinstance(command, Tare):
            self.driver.tare()
        else:
            return super().do(command)
        return Answered(name=command.name, id=command.id)


class Watching:
    """A camera: checked once a second, photographs and reads labels when asked."""

    pause_s = 1.0
    steady = True

    def __init__(self, driver: Camera, config: InstrumentConfig, clock: Clock) -> None:
        """Watch with ``driver``."""
        self.driver = driver
        self._config, self._clock = config, clock

    def step(self) -> Sequence[AnyEvent]:
        """Nothing but a check."""
        self.driver.check()
        return ()

    def do(self, command: AnyCommand) -> Answered:
        """A photo, with the codes in it where they were asked for."""
        if not isinstance(command, TakePhoto | ReadLabel):
            raise DeviceFault("unknown-command", type(command).__name__)
        if isinstance(command, TakePhoto):
            return Answered(name=command.name, id=command.id, photo=self.driver.take())
        photo, found = self.driver.read(command.symbology)
        codes = self._codes([each.seen for each in found])
        return Answered(name=command.name, id=command.id, photo=photo, codes=codes)

    def _codes(self, found: Sequence[Seen]) -> tuple[CodeRead, ...]:
        at, wall = self._clock.monotonic_ns(), self._clock.now()
        return tuple(
            CodeRead(
                name=self._config.name,
                raw=seen.raw,
                symbology=seen.symbology,
                source="camera",
                instrument=self._config.asset,
                taken_at_ns=at,
                wall=wall,
            )
            for seen in found
        )


class Printing:
    """A label printer: checked every two seconds, prints when asked, never twice by itself."""

    pause_s = 2.0
    steady = True

    def __init__(self, driver: LabelPrinter) -> None:
        """Print with ``driver``."""
        self.driver = driver

    def step(self) -> Sequence[AnyEvent]:
        """Nothing but a check."""
        self.driver.check()
        return ()

    def do(self, command: AnyCommand) -> Answered:
        """Draw and print a label."""
        if not isinstance(command, PrintLabel):
            raise DeviceFault("unknown-command", type(command).__name__)
        job = f"{command.label.lot}-{command.label.serial}-{command.label.copy}"
        printed = self.driver.print_label(command.label, job)
        return Answered(name=command.name, id=command.id, printed=printed)


def role_of(config: InstrumentConfig, clock: Clock, decoder: Looks) -> Role:
    """The role of a configured instrument; ValueError (of msgspec too) if it is unusable."""
    kind = DRIVERS.get(config.driver)
    if kind is None:
        msg = f"there is no driver {config.driver}; known are {', '.join(sorted(DRIVERS))}"
        raise ValueError(msg)
    make = kind.load()
    match kind.role:
        case "listening":
            return Listening(cast("Reader | Gauge", make(config, clock)))
        case "metering":
            return Metering(cast("Meter", make(config, clock)), Settler(config.settling))
        case "weighing":
            return Weighing(cast("Balance", make(config, clock)), Settler(config.settling))
        case "watching":
            return Watching(cast("Camera", make(config, clock, decoder)), config, clock)
        case "printing":
            return Printing(cast("LabelPrinter", make(config, clock)))
