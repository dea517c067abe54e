"""The page of the instruments and the checks on it; over whatever is shown, and away again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from devices.commands import PrintLabel, TakePhoto
from devices.kinds import Answered, CodeRead, Faulted, Reading
from devices.label import Label
from devices.registry import DRIVERS
from forms.identifiers import raw_string
from forms.terms import Text
from terminal import checks
from terminal.board_rig import may_check
from terminal.capture_check import checked, scan_of
from terminal.checks import Check
from terminal.desk_work import DeskWork
from terminal.ui import Heard
from terminal.views import Mark

if TYPE_CHECKING:
    from devices.kinds import AnyEvent
    from terminal.capture_sign import Capture
    from terminal.intents import Intent
    from terminal.snapshot import Change

TEST_GTIN = "00000000000000"
TEST_PRODUCT = Text(en="TEST LABEL – NOT A PRODUCT", zh_CN="测试标签，非产品")


class DeskRig(DeskWork):
    """Looking at the instruments, and checking one."""

    checking = ""
    """Id of the command that the check waits for."""

    def do_rig(self, _: Intent) -> None:
        """Open the page over what is shown; nothing half done but a secret is lost."""
        self.set(rig=True, help=False, pad="", note=None)

    def do_back(self, intent: Intent) -> None:
        """From the check to the page, from the page to what was shown before."""
        if not self.ui.rig or self.ui.help:
            super().do_back(intent)
        elif self.ui.check is None:
            self.set(rig=False)
        else:
            self._leave_check(self.ui.check)

    def forget(self) -> None:
        """The page goes with what was half done."""
        super().forget()
        self.set(rig=False, check=None)

    def badge(self, text: str) -> None:
        """A badge is looked at where it is asked for: under the page."""
        self.set(rig=False, check=None)
        super().badge(text)

    # --- the check -----------------------------------------------------------------------------

    def do_check(self, intent: Intent) -> None:
        """Begin, or begin again."""
        name = intent.get("instrument")
        if not may_check(self.view(), name):
            return
        config = self.live.configs[name]
        driver = DRIVERS[config.driver]
        check = Check(
            name=name,
            plan=checks.plan_of(driver.checked, config.check),
            rule=config.check,
            polled=name in self.live.polled,
            since_ns=self.times.monotonic_ns(),
        )
        self.set(check=check, note=None, check_png=b"")
        self._ask_instrument(check)

    def _ask_instrument(self, check: Check) -> None:
        """What a step wants of the instrument itself: a picture, a label."""
        if check.asks not in ("picture", "print"):
            return
        self.checking = self.command_id()
        if check.asks == "picture":
            self.doors.send(TakePhoto(id=self.checking, name=check.name))
            return
        label = _test_label(self)
        self.set(check=replace(check, wanted=raw_string(label.content)))
        self.doors.send(PrintLabel(id=self.checking, name=check.name, label=label))

    def do_check_failed(self, _: Intent) -> None:
        """The person says that it cannot be done."""
        if self.ui.check is not None:
            self._went_on(checks.given_up(self.ui.check, self.times.monotonic_ns()))

    def heard(self, event: AnyEvent) -> bool:
        """Keep the last frame; whether the check took the event for itself."""
        frame = _frame(event)
        if frame:
            heard = {**self.live.heard, event.name: Heard(frame, self.times.now())}
            self.live = replace(self.live, heard=heard)
        if isinstance(event, Answered):
            return self._answered_check(event)
        if not isinstance(event, CodeRead):
            self._feed(event)
        return False

    def _answered_check(self, answer: Answered) -> bool:
        """Whether this is the answer the check waits for; then it is nobody else's."""
        if not self.checking or answer.id != self.checking:
            return False
        self.checking = ""
        if answer.printed is not None:
            self.set(check_png=answer.printed.png)
        self._feed(answer)
        return True

    def took_code(self, code: CodeRead) -> bool:
        """Whether a check is under way: then a code is an answer to it, and to nothing else."""
        check = self.ui.check
        if check is None or not check.asks:
            return False
        self._feed(code)
        return True

    def tick_check(self) -> None:
        """A step that nobody answers ends."""
        if self.ui.check is not None:
            self._went_on(checks.waited(self.ui.check, self.times.monotonic_ns()))

    def _feed(self, event: AnyEvent) -> None:
        check, now_ns = self.ui.check, self.times.monotonic_ns()
        if check is None:
            return
        if check.asks == "scan" and isinstance(event, CodeRead | Faulted):
            # what a card says is looked for among thousands of ways: not on the UI thread
            self.doors.unlock(
                lambda: checks.heard(check, event, now_ns), partial(self._judged, check, event)
            )
            return
        after = checks.heard(check, event, now_ns)
        if after is check:
            self._kept_apart(event)
        self._went_on(after)

    def _judged(self, before: Check, event: CodeRead | Faulted, after: Check) -> None:
        """A scan was judged; it answers nothing when the check went on without it."""
        if after is before or self.ui.check is not before:
            self._kept_apart(event)
        if self.ui.check is before:
            self._went_on(after)
            self.show()

    def _kept_apart(self, event: AnyEvent) -> None:
        """A code that is no answer to the check is kept, without effect, as any other is."""
        if isinstance(event, CodeRead):
            act, scan = self.act(), scan_of(event)
            self.when_free(lambda: self.ask(lambda station: station.unexpected(act, scan)))

    def _went_on(self, check: Check) -> None:
        """The next step, or the record of what came of it."""
        if check is self.ui.check:
            return
        self.set(check=check)
        if check.outcome:
            self.when_free(partial(self._keep, check))
        else:
            self._ask_instrument(check)

    def _leave_check(self, check: Check) -> None:
        """Back to the page; what was answered so far is recorded."""
        self.set(check=None, note=None)
        if check.asks and check.done:
            self.when_free(partial(self._keep, replace(check, left=True)))

    def _keep(self, check: Check) -> None:
        config, state = self.live.configs[check.name], self.live.states.get(check.name)
        serial, language = state.serial_number if state else "", self.ui.language

        def work(station: Capture) -> Change:
            return checked(station, check, config, serial, language)

        def then(change: Change) -> None:
            if change.what == "stale":
                self.note(Mark.WARN, "check-not-kept")
            elif self.ui.check == check:
                self.set(check=replace(check, kept=True))

        self.ask(work, then)


def _frame(event: AnyEvent) -> bytes:
    """The bytes an event brought, as they were received."""
    if isinstance(event, CodeRead):
        return event.frame or event.raw
    return event.raw if isinstance(event, Reading | Faulted) else b""


def _test_label(desk: DeskRig) -> Label:
    """A label that can be no product's, different each time."""
    now = desk.times.now()
    serial, expiry = f"T{now:%H%M%S}{desk.ids}", now.date() + timedelta(days=1)
    content = f"(01){TEST_GTIN}(17){expiry:%y%m%d}(10)TEST(21){serial}"
    return Label(
        product=TEST_PRODUCT, gtin=TEST_GTIN, lot="TEST", expiry=expiry, serial=serial,
        content=content,
    )  # fmt: skip
