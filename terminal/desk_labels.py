"""The work's labels: print, the printer's answer, read back, and where each one is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from devices.commands import PrintLabel, ReadLabel
from devices.outcome import outcome
from forms.identifiers import AIM_OF
from forms.labels import doubtful, gone, reconciled
from forms.masters import LabelStep
from forms.terms import Disposition
from terminal import signing
from terminal.capture_labels import pending, reported
from terminal.desk_work import DeskWork
from terminal.views import Mark
from terminal.words import Words

if TYPE_CHECKING:
    from devices.kinds import Answered
    from sync.faults import Fault
    from terminal.capture import Act
    from terminal.capture_labels import Fate, ToPrint
    from terminal.capture_sign import Capture
    from terminal.intents import Intent
    from terminal.snapshot import Change, Position, Snapshot

FATES: dict[str, Fate | None] = {
    "label-damaged": "spoiled",
    "label-unreadable": "spoiled",
    "printer-jam": "spoiled",
    "label-lost": None,
}
"""Where the copy before is, by the reason of a reprint; None: nobody knows."""
NOTHING_CAME = "not-printed"


class DeskLabels(DeskWork):
    """Everything about labels."""

    reading_label = ""
    """Id of the command that asked the camera to read a label."""
    printing: tuple[tuple[str, Act, ToPrint], ...] = ()
    """Print commands that are not answered yet: one may be slow, and a person print again."""
    _drawn: tuple[Position, int] | None = None
    """Where, and after which copy, the picture of the label to come was asked for."""

    def know(self, snapshot: Snapshot) -> None:
        """At a unit that has no label yet, the label to come is drawn, to be seen."""
        super().know(snapshot)
        state, at = snapshot.state, snapshot.position
        if state is None or snapshot.session is None:
            return
        wanted = at, state.printed[at.sample][1].copy if at.sample in state.printed else 0
        missing = at.sample not in state.printed or gone(state, at.sample)
        if wanted != self._drawn and isinstance(self.step(), LabelStep) and at.sample and missing:
            self._drawn, act = wanted, self.act()
            self.set(label_next=b"")  # another label's picture is none
            self.doors.write(
                lambda station: station.preview_label(act), partial(self._previewed, wanted)
            )

    def _previewed(self, wanted: tuple[Position, int], drawn: bytes | Fault) -> None:
        if isinstance(drawn, bytes) and self._drawn == wanted:
            self.set(label_next=drawn)
            self.show()

    def do_print_label(self, _: Intent) -> None:
        """Print the unit's label; another copy of one that exists needs a reason first."""
        serial, state = self.snapshot.position.sample, self.snapshot.state
        if not isinstance(self.step(), LabelStep) or state is None or self.ui.waiting:
            return
        if not self.live.of_class("label_printer"):
            self.note(Mark.FAIL, "no-instrument", role="label_printer")
        elif serial not in state.printed:
            self._print_copy("", None)
        elif gone(state, serial):
            before = state.labels[state.printed[serial][0]]
            self._print_copy(before.why or self._said(NOTHING_CAME), None)
        elif not doubtful(state, serial):
            self.forget()
            self.set(choose="reprint")

    def reprint(self, reason: str) -> None:
        """A reason was touched: it says where the copy before is, too."""
        self._print_copy(self._said(reason), FATES[reason])

    def _said(self, reason: str) -> str:
        return Words(self.ui.language)(f"reason-{reason}")

    def _print_copy(self, reason: str, fate: Fate | None) -> None:
        """Record that a label is printed, then print it."""
        act = self.act()
        made: list[ToPrint] = []

        def work(station: Capture) -> Change:
            change, label = station.print_label(act, reason, fate)
            made.extend([label] if label else [])
            return change

        def then(change: Change) -> None:
            if made:
                self._send(act, made[0])
            elif change.verdict is not None:
                self._answered(change, self.snapshot, act.at.sample)

        self.ask(work, then)

    def _send(self, act: Act, to_print: ToPrint) -> None:
        name, asked = self.live.of_class("label_printer"), self.command_id()
        self.printing += ((asked, act, to_print),)
        self._wait("waiting-printer")
        self.doors.send(PrintLabel(id=asked, name=name, label=to_print.label))

    def printed(self, event: Answered) -> bool:
        """Whether the answer is the printer's; it is recorded, whatever it says."""
        found = next((one for one in self.printing if one[0] == event.id), None)
        if found is None:
            return False
        self.printing = tuple(one for one in self.printing if one is not found)
        _, act, to_print = found
        result, fault, done = outcome(event), event.fault, event.printed
        code, sent = fault.code if fault else "", (done.where, done.sha256) if done else ("", "")
        if done is not None:
            self.set(label_png=done.png)
        self.when_free(
            lambda: self.ask(
                lambda station: station.label_result(act, to_print, result, code, sent)
            )
        )
        return True

    def do_label_absent(self, _: Intent) -> None:
        """Nothing came out of the printer: said by who looked."""
        act, state = self.act(), self.snapshot.state
        held = state.printed.get(act.at.sample) if state else None
        if held is not None:
            reason = self._said(NOTHING_CAME)
            self.ask(lambda station: station.account_label(act, held[0], "absent", reason))

    def do_read_label(self, _: Intent) -> None:
        """Read the label back with the camera (a scanner needs no touch)."""
        name, step = self.live.of_class("camera"), self.step()
        if name and isinstance(step, LabelStep) and not self.ui.waiting:
            self._wait("waiting-photo")
            self.reading_label = self.command_id()
            wanted = AIM_OF.get(step.symbology, "")
            self.doors.send(ReadLabel(id=self.reading_label, name=name, symbology=wanted))

    # --- reconciliation ------------------------------------------------------------------------

    def do_account_labels(self, _: Intent) -> None:
        """Open the question where a missing label is."""
        self.set(choose="labels", note=None)

    def _missing(self) -> str:
        """The label asked about: the first that nobody can show or whose report is open."""
        state = self.snapshot.state
        return next(iter(pending(state)), "") if state else ""

    def do_label_found(self, intent: Intent) -> None:
        """It was found: destroyed or given back."""
        ref, act = self._missing(), self.act()
        fate: Fate = "returned" if intent.get("fate") == "returned" else "spoiled"
        reason = self._said("label-found")
        if ref:
            self.ask(
                lambda station: station.account_label(act, ref, fate, reason),
                lambda _: self._next_missing(),
            )

    def do_label_missing(self, _: Intent) -> None:
        """It cannot be found: quality is to decide."""
        ref, act = self._missing(), self.act()
        state = self.snapshot.state
        if ref and state is not None:
            label = state.labels[ref]
            words = Words(self.ui.language)
            what = words("label-missing-what", serial=label.serial, copy=label.copy)
            self.ask(
                lambda station: station.report_label(act, ref, what),
                lambda _: self._next_missing(),
            )

    def _next_missing(self) -> None:
        self.set(choose="labels" if self._missing() else "")

    def do_accept_label(self, _: Intent) -> None:
        """Quality accepts that it is lost: why? Of one that was found there is no question."""
        state = self.snapshot.state
        if state is not None and self._missing() not in reconciled(state).unexplained:
            self.accept_label("label-found")
            return
        self.set(disposition=Disposition.CONCESSION, choose="label-accept")

    def accept_label(self, reason: str) -> None:
        """A reason was touched: sign the concession."""
        state = self.snapshot.state
        raised = reported(state, self._missing()) if state else ""
        if raised:
            at, text = self.snapshot.position, self._said(reason)
            self.start_signing(signing.for_disposition(at, raised, Disposition.CONCESSION, text))
