"""The people at a station, its instruments and its printer: what they do, and do wrong."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from devices.kinds import Photo, Reading
from forms import identifiers
from forms.entries import Scan
from forms.masters import ConfirmStep, IdentifyStep, InspectStep, LabelStep, MeasureStep, SignStep
from forms.terms import Disposition, Person, Quantity
from sync.faults import Fault
from sync.keys import BadKey, Signer, WrongSecret, unwrap_person_key
from terminal.capture import Act
from terminal.capture_sign import Signing
from terminal.capture_work import failing, open_about
from terminal.session import holder, may_sign_in
from terminal.signing import for_accountability, for_disposition, for_step, text_of
from terminal.words import Words
from tests.simulation.disk import PowerCut
from tests.simulation.sample import BADGES, GOOD_LOTS, SECRETS, SHORT_LOT, WRONG_LOTS
from tests.simulation.troubles import Trouble
from tests.simulation.world import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from terminal.capture_sign import Capture
    from terminal.signing import ToSign
    from terminal.snapshot import Change, Snapshot
    from tests.simulation.machine import Machine

PNG = b"\x89PNG\r\n\x1a\n"
BOTH = ("badge", "secret")
QUICKEST_S, SLOWEST_S = 240, 1_500
"""Between two things that a person does."""


class Floor:
    """Whoever stands at one machine."""

    def __init__(self, machine: Machine, home: tuple[str, ...]) -> None:
        """``home``: the job orders that belong to this station."""
        self.machine, self.plant, self.home = machine, machine.plant, home
        self._random = self.plant.chance.stream(f"floor {machine.name}")
        self._language = self._random.choice(("en", "zh_CN"))
        self._scans: list[str] = []

    def act(self) -> None:
        """Do one thing; plan the next."""
        capture = self.machine.capture
        if capture is not None:
            try:
                self._do(capture)
            except Fault as fault:
                self.plant.world.say(self.machine.name, f"NOT saved: {fault.code}")
                self.plant.oracle.not_saved(self.machine)
            except PowerCut:
                self.machine.cut()
        self.plant.world.after(self._random.randint(QUICKEST_S, SLOWEST_S) * SECOND, self.act)

    def _do(self, capture: Capture) -> None:
        before = capture.snapshot()
        change = self._choose(capture, before)
        if change is None:
            return
        self._shown(change)

    def _shown(self, change: Change) -> None:
        self.plant.world.say(self.machine.name, f"{change.what}: {_about(change)}")
        self.plant.oracle.shown(self.machine, change)

    def _strikes(self, kind: Trouble) -> bool:
        return self.plant.troubles.strikes(kind, self.machine.name)

    def _choose(self, capture: Capture, now: Snapshot) -> Change | None:
        if now.pack is None:
            return None
        if now.session is None:
            return self._sign_in(capture, now)
        if now.session.person.id not in now.accepted:
            wanted = for_accountability(now.position)
            return self._sign(capture, now, wanted, now.session.person.id)
        if self._random.random() < 0.04:
            return capture.sign_out("signed_out", self._language)
        state = now.state
        if state is None or state.current is None or state.closed or state.lot_scrapped:
            return self._open(capture, now)
        return self._work(capture, now, Act(now.position, self._language))

    # --- who -----------------------------------------------------------------------------------

    def _sign_in(self, capture: Capture, now: Snapshot) -> Change | None:
        who = self._random.choice(("P-OP1", "P-OP1", "P-OP2", "P-LEAD"))
        person = holder(now.pack, BADGES[who])
        if person is None or person.id in now.locked:
            return None
        why = may_sign_in(person, capture.now().date())
        if not why and unlocked(person, self._secret(who)) is None:
            why = "wrong_secret"
        if why:
            return capture.refuse(person.id, why, self._language)
        return capture.sign_in(person, self._language)

    def _secret(self, who: str) -> str:
        return "mistyped" if self._strikes(Trouble.WRONG_SECRET) else SECRETS[who]

    def _sign(self, capture: Capture, now: Snapshot, wanted: ToSign, who: str) -> Change | None:
        person = holder(now.pack, BADGES[who])
        if person is None or person.id in now.locked:
            return None
        signer = unlocked(person, self._secret(who))
        if signer is None:
            return capture.refuse(person.id, "wrong_secret", self._language)
        text = text_of(wanted, now, Words(self._language))
        return capture.sign(wanted, text, Signing(person, signer, BOTH), self._language)

    # --- what ----------------------------------------------------------------------------------

    def _open(self, capture: Capture, now: Snapshot) -> Change | None:
        foreign = [job for job in now.states if job not in self.home]
        if foreign and self._strikes(Trouble.SAME_STEP_TWICE):
            return capture.open_job(self._random.choice(foreign), self._language)
        for job in self.home:
            state = now.states.get(job)
            if state is not None and state.current and not (state.closed or state.lot_scrapped):
                return capture.open_job(job, self._language)
        return None

    def _work(self, capture: Capture, now: Snapshot, act: Act) -> Change | None:
        assert now.state is not None
        assert now.state.current is not None
        open_one = open_about(now.state, now.position)
        if open_one:
            chosen = self._random.choice((Disposition.REINSPECTION, Disposition.REWORK))
            wanted = for_disposition(now.position, open_one, chosen, "seen by the supervisor")
            return self._sign(capture, now, wanted, "P-SUP")
        if failing(now.state, now.position):
            return capture.raise_nonconformity(act, "found out of limits")
        return self._step(capture, now, act)

    def _step(self, capture: Capture, now: Snapshot, act: Act) -> Change | None:
        assert now.state is not None
        assert now.state.current is not None
        match now.state.current[1]:
            case ConfirmStep():
                return self._twice(lambda: capture.confirm(act, "yes"))
            case IdentifyStep():
                scan = self._component()
                return self._twice(lambda: capture.identify(act, scan))
            case MeasureStep():
                reading = self._reading()
                return self._twice(lambda: capture.measure(act, reading, 40))
            case InspectStep():
                photo = Photo.of(PNG + self._random.randbytes(64))
                good = "fail" if self._strikes(Trouble.BAD_PRODUCT) else "pass"
                return self._twice(lambda: capture.inspect(act, good, photo))
            case LabelStep():
                return self._label(capture, now, act)
            case SignStep():
                return self._sign_off(capture, now)

    def _twice(self, touch: Callable[[], Change]) -> Change:
        """A touch, sometimes followed by the same touch again: one record, not two."""
        change = touch()
        if self._strikes(Trouble.DOUBLE_TOUCH):
            self._shown(change)
            self.plant.oracle.touched_again(self.machine, change, touch())
        return change

    def _component(self) -> Scan:
        lot = self._random.choice(GOOD_LOTS)
        if self._strikes(Trouble.SHORT_LOT):
            lot = SHORT_LOT
        if self._strikes(Trouble.WRONG_CODE):
            lot = self._random.choice(WRONG_LOTS)
        text = identifiers.element_string(gtin=lot.gtin, expiry=lot.expiry, lot=lot.lot)
        return _scan(identifiers.raw_string(text))

    def _reading(self) -> Reading:
        good = not self._strikes(Trouble.BAD_PRODUCT)
        cents = self._random.randint(46, 54) if good else self._random.randint(60, 80)
        stable = not self._strikes(Trouble.UNSTABLE)
        value = Decimal(cents) / 100
        return Reading(
            name="balance",
            quantity=Quantity(value=value, unit="g"),
            state="stable" if stable else "unstable",
            raw=f"S {'S' if stable else 'D'} {value} g".encode(),
            instrument="BAL-01",
            taken_at_ns=self.machine.clock.monotonic_ns(),
            settled=stable,
        )

    def _label(self, capture: Capture, now: Snapshot, act: Act) -> Change | None:
        assert now.state is not None
        printed = now.state.printed.get(now.position.sample)
        jam = self._strikes(Trouble.PRINTER_JAM)
        if printed is None or jam:
            why = "the printer jammed" if printed else ""
            change, label = capture.print_label(act, why, "spoiled" if printed else None)
            if label is not None and not jam:
                self._scans.append(label.label.content)
            return change
        content = printed[1].content
        if self._strikes(Trouble.WRONG_CODE) and len(self._scans) > 1:
            content = self._random.choice(self._scans)
        return capture.read_label(act, _scan(identifiers.raw_string(content)))

    def _sign_off(self, capture: Capture, now: Snapshot) -> Change | None:
        wanted = for_step(now)
        assert wanted is not None
        assert now.session is not None
        if self._strikes(Trouble.DOER_SIGNS):
            change = self._sign(capture, now, wanted, now.session.person.id)
            if change is not None:
                self.plant.oracle.doer_signed(self.machine, change, now)
            return change
        return self._sign(capture, now, wanted, "P-SUP")


@lru_cache(maxsize=256)
def unlocked(person: Person, secret: str) -> Signer | None:
    """The person's key, opened with badge and secret; None if they do not open it.

    Remembered over all runs: deriving it again would only cost time.
    """
    try:
        return unwrap_person_key(person.wrapped_key, BADGES[person.id], secret, person.id)
    except (WrongSecret, BadKey):
        return None


def _scan(raw: bytes) -> Scan:
    return Scan(raw=raw.hex(), source="scanner", symbology="]d2")


def _about(change: Change) -> str:
    """What was recorded, for the diary."""
    at = change.snapshot.position
    verdict = change.verdict
    word = (
        ""
        if verdict is None
        else " good"
        if verdict.passed
        else " " + ",".join(reason.code for reason in verdict.reasons)
    )
    kinds = ",".join(f"{type(one.entry).__name__}#{one.index}" for one in change.recorded)
    return f"{kinds}{word} (now {at.job} {at.operation} {at.step} {at.sample})"
