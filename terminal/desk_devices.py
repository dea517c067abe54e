"""Scans, readings and answers of the instruments; and the whole desk."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from devices.faults import FAULTS
from devices.kinds import Answered, CodeRead, Faulted, InstrumentState, Reading
from forms.identifiers import AIM_OF, content_bytes, scanned
from forms.masters import IdentifyStep, LabelStep, MeasureStep
from forms.sighting import STANDINGS, known_codes, standing
from forms.terms import Text
from sync.faults import Fault
from terminal import board
from terminal.capture_check import scan_of
from terminal.desk_labels import DeskLabels
from terminal.desk_rescue import DeskRescue
from terminal.desk_rig import DeskRig
from terminal.desk_rules import offers
from terminal.intents import Intent, holds_badge, is_badge, read_command
from terminal.ui import Note
from terminal.views import Mark

if TYPE_CHECKING:
    from devices.kinds import AnyEvent
    from terminal.snapshot import Change, Snapshot

DOUBLE_NS = 1_500_000_000
"""The same code again within this time is a double read, not a second scan."""


class DeskDevices(DeskLabels, DeskRig):
    """What comes from the instruments, and what a scan means."""

    _last_scan: tuple[bytes, int] = (b"", -DOUBLE_NS)
    _last_command: tuple[bytes, str, int] = (b"", "", -DOUBLE_NS)

    # --- instruments ---------------------------------------------------------------------------

    def event(self, event: AnyEvent) -> None:
        """Something came from the instruments."""
        self._taken(event)
        self.show()

    def _taken(self, event: AnyEvent) -> None:
        if self.heard(event):
            return
        if isinstance(event, CodeRead):
            self.when_free(lambda: self.scanned(event))
        elif isinstance(event, Reading):
            self._reading(event)
        elif isinstance(event, InstrumentState):
            self._state(event)
        elif isinstance(event, Answered):
            self._command_answered(event)
        else:
            self._faulted(event)

    def _reading(self, reading: Reading) -> None:
        readings = {**self.live.readings, reading.name: reading}
        self.live = replace(self.live, readings=readings)
        self.offered = self.offered and self.offered.seen(reading)
        if self._asked_for(reading) and reading.name not in self.live.polled and not self.ui.rig:
            self.move_on(now=True)
            self.when_free(lambda: self._pressed(reading))

    def _asked_for(self, reading: Reading) -> bool:
        """Whether the step wants a value of this instrument."""
        step, role = self.step(), self.live.classes.get(reading.name, "")
        return isinstance(step, MeasureStep) and step.equipment_class == role

    def _pressed(self, reading: Reading) -> None:
        """Take what a data key sent, if the step on the screen now is the one it is for."""
        if self._asked_for(reading) and self._open_for_results():
            self.take(reading)

    def move_on(self, *, now: bool) -> None:
        """A pass that is still shown moves on when the next thing is offered."""
        answer = self.ui.answer
        if now and answer is not None and answer.verdict.passed:
            self.set(answer=None, photo=None, label_png=b"")

    def _open_for_results(self) -> bool:
        """Whether a pressed data key is meant for the step: nothing else is on the screen."""
        ui = self.ui
        return not (
            ui.signing or ui.choose or ui.help or ui.answer or ui.typing or self.failed_here()
        )

    def _state(self, state: InstrumentState) -> None:
        before = self.live.states.get(state.name)
        readings = dict(self.live.readings)
        if state.state != "ready":
            readings.pop(state.name, None)
        states = {**self.live.states, state.name: state}
        self.live = replace(self.live, readings=readings, states=states)
        troubled = before is not None and before.code != state.code and before.state != "starting"
        if troubled or (state.code and before is None):
            code = state.code or "recovered"
            self.when_free(lambda: self._keep_fault(state.instrument or state.name, code, ""))

    def _faulted(self, fault: Faulted) -> None:
        known = FAULTS.get(fault.code)
        said = (("name", fault.name), ("code", fault.code))
        hint = Text(**known.hint) if known else None
        self.set(note=Note(Mark.WARN, "instrument-fault", said, hint))
        raw = b"" if holds_badge(fault.raw) else fault.raw
        detail = f"{fault.detail} {raw.hex()}".strip()
        name = fault.instrument or fault.name
        self.when_free(lambda: self._keep_fault(name, fault.code, detail))

    def _keep_fault(self, instrument: str, code: str, detail: str) -> None:
        self.ask(lambda station: station.faulted(instrument, code, detail))

    def _command_answered(self, event: Answered) -> None:
        self.set(waiting="")
        printed = self.printed(event)
        if event.fault is not None:
            self._faulted(event.fault)
        elif printed:
            return
        elif event.codes:
            self._sighted(event.codes)
        elif event.id == self.reading_label:
            self.note(Mark.WARN, "no-code-seen")
        elif event.photo is not None and event.id == self.taking[0]:
            self.set(photo=event.photo, photo_at=self.taking[1])

    # --- scans ---------------------------------------------------------------------------------

    def scanned(self, code: CodeRead) -> None:
        """A code: a command, a badge where one is asked for, else material."""
        text = code.raw.decode("ascii", errors="replace").strip()
        intent = read_command(text)
        if intent is not None:
            if not self._echoed(code):
                self.dispatch(intent.name, dict(intent.params))
        elif is_badge(text):
            if self._echoed(code):
                return
            if self.asks_badge():
                self.badge(text)
            else:
                self.note(Mark.INFO, "badge-not-asked")
        else:
            self._material(code)

    def _echoed(self, code: CodeRead) -> bool:
        """Whether a command or badge is the one just scanned, fired twice or by a second channel.

        The same scanner may well read the same digit twice.
        """
        now_ns, (raw, name, at) = self.times.monotonic_ns(), self._last_command
        self._last_command = (code.raw, code.name, now_ns)
        other = raw == code.raw and name != code.name and now_ns - at < DOUBLE_NS
        return code.repeat or other

    def _sighted(self, codes: tuple[CodeRead, ...]) -> None:
        """What a camera saw: one code at most counts, every other one is kept without effect."""
        ranks = {place: self._rank(code) for place, code in enumerate(codes)}
        chosen = min(ranks, key=lambda place: (ranks[place], place))
        for place, code in enumerate(codes):
            counts = place == chosen and STANDINGS[ranks[place]] != "unexpected"
            self.when_free(partial(self._material if counts else self._unexpected, code))

    def _rank(self, code: CodeRead) -> int:
        """How well a code counts: the place of its standing in ``STANDINGS``."""
        pack, state, step = self.snapshot.pack, self.snapshot.state, self.step()
        label = state.printed.get(self.act().at.sample) if state else None
        expected = [content_bytes(label[1].content)] if label else []
        known = known_codes(pack) if pack else frozenset[str]()
        aim = AIM_OF[step.symbology] if label and isinstance(step, LabelStep) else ""
        return STANDINGS.index(
            standing(code.raw, code.symbology, expected=expected, known=known, printed_in=aim)
        )

    def _unexpected(self, code: CodeRead) -> None:
        """Keep and show a code that has no effect; a badge that a camera sees is not kept."""
        if holds_badge(code.raw):
            return
        act, scan, said = self.act(), scan_of(code), scanned(code.raw, code.symbology)
        shown = said.hri or code.raw.decode("ascii", errors="replace")[:60]
        self.ask(lambda station: station.unexpected(act, scan))
        if not code.repeat:  # the person scanned once and has the answer already
            self.note(Mark.INFO, "unexpected-scan", code=shown)

    def _material(self, code: CodeRead) -> None:
        if self.took_code(code):
            return
        scan = scan_of(code)
        act, step, now_ns = self.act(), self.step(), self.times.monotonic_ns()
        same = self._last_scan[0] == code.raw and now_ns - self._last_scan[1] < DOUBLE_NS
        double = same or code.repeat
        self._last_scan = (code.raw, now_ns)
        said = scanned(code.raw, code.symbology)
        shown = said.hri or code.raw.decode("ascii", errors="replace")[:60]
        expiry = said.expiry.isoformat() if said.expiry else ""
        parts = (("part-gtin", said.gtin), ("part-di", said.other_di), ("part-lot", said.lot),
                 ("part-serial", said.serial), ("part-expiry", expiry))  # fmt: skip
        state = self.snapshot.state
        printed = state is not None and act.at.sample in state.printed
        self.move_on(now=not double)
        free = self.snapshot.session is not None and not self.ui.signing and not double
        if free and isinstance(step, IdentifyStep):
            self.offer(lambda station: station.identify(act, scan), shown, parts)
        elif free and isinstance(step, LabelStep) and printed:
            self.offer(lambda station: station.read_label(act, scan), shown, parts)
        else:
            self._unexpected(code)

    def dispatch(self, name: str, params: dict[str, str]) -> None:
        """An intent, by touch or command code; only what the screen offers now is done."""
        self.touched_ns = self.times.elapsed_ns()
        self.settle()
        intent = Intent(name, tuple(params.items()))
        if offers(board.compose(self.view()), intent):
            getattr(self, f"do_{name}")(intent)
        self.show()


class Desk(DeskDevices, DeskRescue):
    """The whole desk, with what comes from the other threads."""

    def started(self, change: Change | Fault) -> None:
        """The station is ready, or cannot work."""
        self.set(starting=False)
        if isinstance(change, Fault):
            self.failed(change)
            if self.ui.fatal is None:
                self.stopped(change.code)
        else:
            self.know(change.snapshot)
            self.heed_frozen()
        self.show()

    def refreshed(self, snapshot: Snapshot) -> None:
        """Counts or work documents changed."""
        self.know(snapshot)
        self.heed_frozen()
        self.ask_again()
        self.show()

    def tick(self) -> None:
        """Four times a second: settle, lock, clock, slow work."""
        self.settle()
        self.tick_check()
        idle_ns = self.times.elapsed_ns() - self.touched_ns
        if self.snapshot.session is not None and idle_ns > self.lock_after_s * 1_000_000_000:
            self.touched_ns = self.times.elapsed_ns()
            self.when_free(self.lock)
        self.ask_again()
        self.show()
