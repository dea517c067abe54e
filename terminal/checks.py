"""An instrument's check, step by step: what is asked for, what answers it, what came of it. Pure.

A balance shows nought, then a known weight, then nought again; a caliper nought with its jaws
closed; a scanner reads a card; a camera gives a picture; a printer a label that is then scanned.
Only what was taken after a step began answers it, and what a data key or a settled value says is
judged at once: a check is not repeated until it fits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from devices.config import CheckRule
from devices.kinds import Answered, CodeRead, Faulted, InstrumentState, Reading
from devices.scan_card import CODES
from devices.scan_judge import judge, received

if TYPE_CHECKING:
    from devices.kinds import AnyEvent, Photo
    from devices.registry import Checked
    from devices.scan_judge import Finding

Ask = Literal[
    "empty", "load", "cleared", "closed", "piece", "fresh", "scan", "picture", "print", "label"
]
Outcome = Literal["", "pass", "fail", "left"]

STEP_NS = 60_000_000_000
"""A step nobody answers for so long has failed."""
DIGITS = 5
"""Where no tolerance is given: this many of the value's last digit are still nought."""
LEAST_LOAD = 20
"""Where no weight is known: what is so many times nought's tolerance is a load."""
CARD = CODES[:3]
"""The codes of the test card that are scanned; the last one no keyboard can send."""
PLANS: dict[Checked, tuple[Ask, ...]] = {
    "loaded": ("empty", "load", "cleared"),
    "closed": ("closed",),
    "value": ("fresh",),
    "scanner": ("scan",) * 3,
    "camera": ("picture",),
    "printer": ("print", "label"),
}


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was answered."""

    asks: Ask
    why: str = ""
    """Why it failed, by code; empty for a pass."""
    reading: Reading | None = None
    age_ms: int = 0
    """How old the reading was when it was judged."""
    expected: Decimal | None = None
    tolerance: Decimal | None = None
    code: CodeRead | None = None
    finding: Finding | None = None
    """Which setting of a scanner is wrong, and what arrived in its place."""
    photo: Photo | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A check under way, or over."""

    name: str
    """The instrument's name in the rig."""
    plan: tuple[Ask, ...]
    rule: CheckRule
    polled: bool
    """Whether its values come by themselves: then only settled ones are judged."""
    since_ns: int
    """When the step began, monotonic."""
    wanted: bytes = b""
    """What the printed label must read back as."""
    done: tuple[Done, ...] = ()
    left: bool = False
    kept: bool = False
    """Whether what came of it is recorded."""

    @property
    def asks(self) -> Ask | None:
        """The step that waits; None when it is over."""
        return None if self.outcome else self.plan[len(self.done)]

    @property
    def outcome(self) -> Outcome:
        """What came of it; empty while it goes on."""
        if self.done and self.done[-1].why:
            return "fail"
        if len(self.done) == len(self.plan):
            return "pass"
        return "left" if self.left else ""


def plan_of(kind: Checked, rule: CheckRule) -> tuple[Ask, ...]:
    """The steps for this kind of instrument; with a gauge block where one is known."""
    plan = PLANS[kind]
    return (*plan, "piece") if kind == "closed" and rule.load is not None else plan


def heard(check: Check, event: AnyEvent, now_ns: int) -> Check:
    """The check after something came from the instruments."""
    if check.outcome:
        return check
    found: Done | None = None
    if isinstance(event, Reading) and event.name == check.name:
        found = _by_reading(check, event, now_ns)
    elif isinstance(event, CodeRead):
        found = _by_code(check, event)
    elif isinstance(event, Answered) and event.name == check.name:
        found = _by_answer(check, event)
    elif isinstance(event, Faulted) and event.name == check.name:
        found = _by_fault(check, event)
    elif isinstance(event, InstrumentState) and event.name == check.name:
        found = _by_state(check, event)
    return _with(check, found, now_ns) if found else check


def waited(check: Check, now_ns: int) -> Check:
    """The check as time goes by."""
    asks = check.asks
    if asks is None or now_ns - check.since_ns < STEP_NS:
        return check
    return _with(check, Done(asks, "too-late"), now_ns)


def given_up(check: Check, now_ns: int) -> Check:
    """The person says that the step cannot be done: it has failed."""
    asks = check.asks
    return check if asks is None else _with(check, Done(asks, "person"), now_ns)


def _with(check: Check, found: Done, now_ns: int) -> Check:
    return replace(check, done=(*check.done, found), since_ns=now_ns)


# --- readings ----------------------------------------------------------------------------------


def nought(rule: CheckRule, reading: Reading) -> Decimal:
    """How far from nought is still nought, in the reading's unit."""
    if rule.zero is not None or reading.quantity is None:
        return rule.zero or Decimal(0)
    exponent = reading.quantity.value.as_tuple().exponent
    return Decimal(DIGITS).scaleb(exponent if isinstance(exponent, int) else 0)


def _by_reading(check: Check, reading: Reading, now_ns: int) -> Done | None:
    """What a reading says to the step; None: nothing yet."""
    asks = check.asks
    if asks is None or reading.taken_at_ns < check.since_ns:
        return None
    why = _value(check, asks, reading)
    if why is None:
        return None
    size = nought(check.rule, reading)
    known = asks in ("load", "piece") and check.rule.load is not None
    return Done(
        asks,
        why,
        reading,
        age_ms=reading.age_ms(now_ns),
        expected=check.rule.load if known else None,
        tolerance=None if asks == "fresh" else _tolerance(check.rule, size) if known else size,
    )


def _tolerance(rule: CheckRule, size: Decimal) -> Decimal:
    return size if rule.tolerance is None else rule.tolerance


def _value(check: Check, asks: Ask, reading: Reading) -> str | None:
    """Why the reading fails the step, empty for a pass; None where it is no answer to it."""
    if reading.state == "frozen":
        return "frozen"
    if reading.quantity is None or (reading.state != "stable" and not check.polled):
        return None if check.polled else reading.state
    if asks == "fresh":
        return ""
    if check.polled and not reading.settled:
        return None
    value, size = reading.quantity.value, nought(check.rule, reading)
    judge = _JUDGES.get(asks)
    return judge(check, value, size) if judge else None


def _empty(check: Check, value: Decimal, size: Decimal) -> str | None:
    """Nought; until then something may still lie on it. A pressed data key is an answer."""
    if abs(value) <= size:
        return ""
    return None if check.polled else "not-zero"


def _load(check: Check, value: Decimal, size: Decimal) -> str | None:
    """The known weight or gauge block, or any load where none is known."""
    wanted = check.rule.load
    if wanted is None:
        return "" if value > LEAST_LOAD * size else None
    if check.polled and abs(value) <= size:
        return None
    return "" if abs(value - wanted) <= _tolerance(check.rule, size) else "not-as-expected"


def _cleared(check: Check, value: Decimal, size: Decimal) -> str | None:
    """Nought again; what is neither nought nor the load has not come back."""
    if abs(value) <= size:
        return ""
    before = check.done[-1].reading
    load = before.quantity.value if before is not None and before.quantity is not None else value
    return None if abs(value) * 2 >= abs(load) else "not-zero"


_JUDGES = {
    "empty": _empty, "load": _load, "cleared": _cleared, "closed": _empty, "piece": _load,
}  # fmt: skip


# --- everything else ---------------------------------------------------------------------------


def _by_code(check: Check, code: CodeRead) -> Done | None:
    """A card read by the scanner that is checked; a printed label read by any."""
    if check.asks == "scan" and code.name == check.name:
        return _by_card(check, received(code), code)
    if check.asks == "label":
        return Done("label", "" if code.raw == check.wanted else "not-as-expected", code=code)
    return None


def _by_fault(check: Check, fault: Faulted) -> Done | None:
    """What a scanner sent that its driver could not take: the card says which setting it is."""
    if check.asks != "scan" or not fault.raw:
        return None
    return _by_card(check, received(fault), CodeRead(name=fault.name, raw=fault.raw))


def _by_card(check: Check, data: bytes, code: CodeRead) -> Done | None:
    """A code of the test card; one that was read already is a double read, and says nothing."""
    found, wanted = judge(data), CARD[len(check.done)].key
    if found.findings:
        finding = found.findings[0]
        return Done("scan", finding.key, code=code, finding=finding)
    return Done("scan", code=code) if found.code == wanted else None


def _by_answer(check: Check, answer: Answered) -> Done | None:
    """The camera's picture, the printer's result."""
    if check.asks == "picture":
        why = answer.fault.code if answer.fault else "" if answer.photo else "no-answer"
        return Done("picture", why, photo=answer.photo)
    if check.asks == "print":
        return Done("print", answer.fault.code if answer.fault else "")
    return None


def _by_state(check: Check, state: InstrumentState) -> Done | None:
    """It went away in the middle."""
    asks = check.asks
    if asks is None or asks == "label" or state.state in ("ready", "starting"):
        return None
    return Done(asks, state.code or state.state)
