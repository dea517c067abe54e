"""The work's touches, scans, readings and instrument answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.commands import TakePhoto
from devices.values import number
from forms.masters import InspectStep, MeasureStep
from terminal.capture_work import failing, open_about
from terminal.desk import SETTLE_NS
from terminal.desk_sign import DeskSign
from terminal.intents import Intent
from terminal.offered import Offered
from terminal.snapshot import Position
from terminal.ui import Answer, Typing
from terminal.views import Mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from devices.kinds import Photo, Reading
    from forms.masters import Step
    from terminal.capture_sign import Capture
    from terminal.snapshot import Change, Snapshot


class DeskWork(DeskSign):
    """Everything between sign-in and sign-off."""

    taking: tuple[str, Position] = ("", Position())
    """Id of the command that asked for a photo, and the position that it was asked for at."""

    offered: Offered | None = None
    """The reading offered last."""

    # --- touches -------------------------------------------------------------------------------

    def do_open_job(self, intent: Intent) -> None:
        """A job order was touched in the work list."""
        job, language = intent.get("job_order"), self.ui.language
        if job in self.snapshot.states:
            self.forget()
            self.set(screen="work")
            self.ask(lambda station: station.open_job(job, language))

    def do_overview(self, _: Intent) -> None:
        """The whole lot on one screen."""
        self.forget()
        self.set(screen="overview")

    def do_back(self, _: Intent) -> None:
        """One level up, and nothing is recorded."""
        ui = self.ui
        half_done = ui.signing or ui.choose or ui.typing or ui.signer or ui.answer
        if ui.help:
            self.set(help=False)
        elif self.snapshot.session is None or half_done:
            self.forget()
        else:
            above = {"release": "overview", "overview": "work"}
            self.set(screen=above.get(ui.screen, "list"), note=None)

    def do_next(self, _: Intent) -> None:
        """What was shown was seen: go on."""
        self.forget()
        self.set(photo=None, label_png=b"", screen="work")

    def do_confirm(self, intent: Intent) -> None:
        """Yes or no to the statement."""
        act, answer = self.act(), intent.get("answer")
        self.offer(lambda station: station.confirm(act, answer), answer)

    def do_inspect(self, intent: Intent) -> None:
        """Pass or fail for the sample."""
        act, outcome, photo = self.act(), intent.get("outcome"), self.photo_now()
        step = self.step()
        if isinstance(step, InspectStep) and step.photo and photo is None:
            self.note(Mark.WARN, "photo-first")
            return
        self.offer(lambda station: station.inspect(act, outcome, photo), outcome)

    def photo_now(self) -> Photo | None:
        """The photo taken for the very position shown."""
        return self.ui.photo if self.ui.photo_at == self.snapshot.position else None

    def do_take_photo(self, _: Intent) -> None:
        """Ask the camera."""
        name = self.live.of_class("camera")
        if name and not self.ui.waiting:
            self._wait("waiting-photo")
            self.taking = (self.command_id(), self.snapshot.position)
            self.doors.send(TakePhoto(id=self.taking[0], name=name))
        elif not name:
            self.note(Mark.FAIL, "no-instrument", role="camera")

    def do_accept_reading(self, _: Intent) -> None:
        """Record the reading shown, good or bad."""
        step = self.step()
        if self.ui.typing is not None:
            self._accept_typed()
        elif isinstance(step, MeasureStep):
            reading = self.live.readings.get(self.live.of_class(step.equipment_class))
            used = self.offered.reading if self.offered else None
            if reading is None or reading is used:
                self.note(Mark.WARN, "no-reading")
            elif step.new_load and self.offered and self.offered.lies_still(reading, self.act().at):
                self.note(Mark.WARN, "same-load")
            else:
                self.take(reading)

    def take(self, reading: Reading) -> None:
        """Offer a reading to the station."""
        act, age = self.act(), reading.age_ms(self.times.monotonic_ns())
        self.offered = Offered(reading, act.at)
        shown = str(reading.quantity) if reading.quantity else reading.state
        self.offer(lambda station: station.measure(act, reading, age), shown)

    def do_type_value(self, _: Intent) -> None:
        """Open the pad, where the step allows typing."""
        step = self.step()
        if isinstance(step, MeasureStep) and step.typed and not self.failed_here():
            self.forget()
            self.set(typing=Typing())

    def do_key(self, intent: Intent) -> None:
        """A key of the pad; the sign turns at any time, where a value below zero may be found."""
        if intent.get("key") != "-":
            super().do_key(intent)
            return
        step = self.step()
        if self.ui.typing is not None and isinstance(step, MeasureStep) and step.limits.below_zero:
            pad = self.ui.pad
            self.set(pad=pad[1:] if pad.startswith("-") else f"-{pad}", problem=None)

    def pad_done(self) -> None:
        """OK: the value is shown back; a secret is tried."""
        if self.ui.typing is None:
            super().pad_done()
            return
        if self.ui.typing.value is not None:
            self._accept_typed()
            return
        value = typed_value(self.ui.pad)
        if value is None:
            self.set(pad="")
            self.note(Mark.WARN, "not-a-number")
        else:
            self.set(typing=Typing(value))

    def _accept_typed(self) -> None:
        step, typing = self.step(), self.ui.typing
        if typing is None or typing.value is None or not isinstance(step, MeasureStep):
            return
        act, value, unit = self.act(), typing.value, step.limits.unit
        self.set(typing=None, pad="")
        self.offer(lambda station: station.type_value(act, value, unit), f"{value:f}\u2009{unit}")

    def do_raise_nonconformity(self, _: Intent) -> None:
        """Open a nonconformity about the failed result."""
        state, act = self.snapshot.state, self.act()
        refs = failing(state, act.at)
        if state is None or not refs:
            return
        what = " ".join(state.by_ref[refs[0]].verdict.words(self.ui.language))
        self.ask(lambda station: station.raise_nonconformity(act, what), lambda _: self.forget())

    def _wait(self, key: str) -> None:
        self.set(waiting=key, waiting_since_ns=self.times.monotonic_ns(), note=None)

    # --- offering ------------------------------------------------------------------------------

    def offer(
        self,
        work: Callable[[Capture], Change],
        shown: str,
        parts: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Record a result, then show its verdict. Ignored while a verdict is being shown."""
        if self.ui.answer is not None and self.ui.answer.verdict.passed:
            return
        before = self.snapshot
        self.touched_ns = self.times.elapsed_ns()  # a scan or a data key is work, too
        self.set(answer=None, help=False, rig=False, screen="work")
        self.ask(work, lambda change: self._answered(change, before, shown, parts))

    def _answered(
        self,
        change: Change,
        before: Snapshot,
        shown: str,
        parts: tuple[tuple[str, str], ...] = (),
    ) -> None:
        if change.verdict is None or change.what in {"stale", "unexpected"}:
            return
        step = before.state.current[1] if before.state and before.state.current else None
        passed, look = change.verdict.passed, step is not None and step.look
        until = self.times.monotonic_ns() + SETTLE_NS if passed and not look else None
        said = tuple((key, value) for key, value in parts if value)
        # A result ends the question whether to print another label: nothing may hide it.
        choose = "" if self.ui.choose == "reprint" else self.ui.choose
        answer = Answer(change.verdict, before, shown, said, until)
        self.set(answer=answer, note=None, choose=choose)

    # --- helpers -------------------------------------------------------------------------------

    def step(self) -> Step | None:
        """The step the work stands at, as far as it is on the screen."""
        state = self.snapshot.state
        return state.current[1] if state and state.current else None

    def failed_here(self) -> bool:
        """Whether the position has a failed result that waits for a decision."""
        state, at = self.snapshot.state, self.snapshot.position
        return bool(failing(state, at)) or bool(open_about(state, at))


def typed_value(text: str) -> Decimal | None:
    """The number on the pad; None if it is none, or longer than any instrument's."""
    sign, digits = ("-" if text.startswith("-") else ""), text.removesuffix(".").removeprefix("-")
    whole = f"{sign}0{digits}" if digits.startswith(".") else f"{sign}{digits}"
    try:
        return number(whole.encode())
    except ValueError:
        return None
