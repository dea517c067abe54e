"""The page of the instruments and their checks, as the board composes them from what they said."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from devices.faults import FAULTS
from devices.kinds import Answered, CodeRead, Faulted, InstrumentState, Photo, Reading
from forms.terms import Quantity
from terminal import board
from tests.kiosk.sample_base import Base
from tests.terminal.plant import CLASSES, Bench

if TYPE_CHECKING:
    from devices.kinds import State
    from terminal.ui import View
    from terminal.views import Frame

TOO_LATE_S = 61.0
FIRST = (0, 1, 4, 5, 7)
"""The views that are drawn by every test of the looks; the gallery has the others too."""


def light(bench: Bench, name: str, code: str = "", serial: str = "") -> None:
    """An instrument fails with ``code``, or is ready again."""
    state = FAULTS[code].light if code else "ready"
    bench.desk.event(
        InstrumentState(
            name=name, equipment_class=CLASSES[name], state=state, code=code, instrument=name,
            serial_number=serial,
        )
    )  # fmt: skip
    if code:
        bench.desk.event(Faulted(name=name, code=code, kind=FAULTS[code].kind, instrument=name))


def says(bench: Bench, value: str, state: State = "stable", detail: str = "") -> None:
    """The balance's next frame, settled where it is stable."""
    quantity = Quantity(value=Decimal(value), unit="g") if value else None
    bench.desk.event(
        Reading(
            name="balance",
            quantity=quantity,
            state=state,
            raw=f"S {state[:1].upper()} {value:>10} g".encode(),
            instrument="BAL",
            taken_at_ns=bench.clock.monotonic_ns(),
            settled=state == "stable",
            detail=detail,
        )
    )


def picture() -> bytes:
    """What a camera over a bench sees."""
    image = Image.new("L", (640, 480), 190)
    ImageDraw.Draw(image).rectangle((180, 150, 460, 330), fill=240, outline=20, width=6)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@lru_cache(maxsize=1)
def views() -> tuple[View, ...]:
    """All well; failing each in its own way; back again; checks that wait, pass and fail."""
    bench = Bench()
    bench.begin()
    for name, serial in (("balance", "1"), ("camera", ""), ("printer", "D7J194000312")):
        light(bench, name, serial=serial)
    bench.touch("rig")
    code = b"]d20109506000211008172701311026T0418"
    bench.desk.event(CodeRead(name="scanner", raw=code[3:], frame=code, instrument="SCN"))
    bench.touch("rig")
    says(bench, "0.4998")
    found = [bench.desk.view()]
    lost = {"scanner": "unplugged", "balance": "standby", "camera": "camera-frozen"}
    for name, fault in lost.items():
        light(bench, name, fault)
    error = Reading(
        name="caliper", quantity=None, state="error", raw=b"911", instrument="CAL",
        taken_at_ns=bench.clock.monotonic_ns(), detail="mitutoyo 911",
    )  # fmt: skip
    bench.desk.event(error)
    found.append(bench.desk.view())
    for name in ("scanner", "camera"):
        light(bench, name)
    light(bench, "printer", "printer-not-ready")
    light(bench, "balance", serial="1")
    says(bench, "", "overload")
    found.append(bench.desk.view())
    says(bench, "0.4998", "frozen")
    light(bench, "printer", serial="D7J194000312")
    found.append(bench.desk.view())
    found += _checks(bench)
    return tuple(found)


def _checks(bench: Bench) -> list[View]:
    found = []
    bench.touch("check", instrument="balance")
    bench.clock.pass_(1.0)
    says(bench, "0.0000")
    bench.clock.pass_(1.0)
    says(bench, "49.9731", "unstable")
    found.append(bench.desk.view())
    for value in ("49.9996", "0.0002"):
        says(bench, value)
        bench.clock.pass_(1.0)
    bench.desk.show()
    found.append(bench.desk.view())
    bench.touch("back")
    bench.touch("check", instrument="camera")
    taken = Answered(name="camera", id=bench.doors.commands[-1].id, photo=Photo.of(picture()))
    bench.desk.event(taken)
    found.append(bench.desk.view())
    bench.touch("back")
    bench.touch("check", instrument="scanner")
    bench.wait(TOO_LATE_S)
    found.append(bench.desk.view())
    return found


class RigSamples(Base):
    """The frames in one language."""

    def rig(self) -> tuple[Frame, ...]:
        """The page well and failing; a check that waits, one that passed, one that failed."""
        return tuple(self._frame(views()[place]) for place in FIRST)

    def rig_more(self) -> tuple[Frame, ...]:
        """Overload and frozen, coming back; a camera's check; help; calibration overdue."""
        seen = [view for place, view in enumerate(views()) if place not in FIRST]
        well = views()[0]
        helped = replace(well, ui=replace(well.ui, help=True))
        later = replace(well, now=well.now + timedelta(days=2000))
        return tuple(self._frame(view) for view in (*seen, helped, later))

    def _frame(self, view: View) -> Frame:
        return board.compose(replace(view, ui=replace(view.ui, language=self.language)))
