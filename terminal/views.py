"""What the kiosk shows: one immutable :class:`Frame`, in words already in the person's language.

``terminal.board`` composes frames; ``terminal.screens`` draw them and know nothing else. Every
touch and every command code comes back as an intent: a name and string parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Mark(StrEnum):
    """The only states that have a colour; each also has a shape and a word."""

    PASS = "pass"  # noqa: S105 - green check; a verdict, not a password
    FAIL = "fail"  # red octagon with a cross
    WARN = "warn"  # amber triangle
    INFO = "info"  # blue circle
    NONE = "none"  # grey dash


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the action bar, with the command code that does the same by scanner."""

    intent: str
    label: str
    usual: bool = False
    destructive: bool = False
    enabled: bool = True
    params: tuple[tuple[str, str], ...] = ()
    command: str = ""
    """Text of the command code (``LB:DO:…``); empty: none is shown."""


@dataclass(frozen=True, slots=True)
class TopBar:
    """Where am I, on what, as whom."""

    station: str
    work_unit: str
    job_order: str = ""
    lot: str = ""
    product: str = ""
    person: str = ""
    role: str = ""
    lock_in: str = ""
    """Time to auto-lock, as words; empty when nobody is signed in."""


@dataclass(frozen=True, slots=True)
class RailItem:
    """A step (or an operation's heading) in the left rail."""

    key: str
    title: str
    state: str
    """``heading``, ``done``, ``now``, ``todo`` or ``blocked``."""
    word: str = ""
    """The state in words (and progress, such as ``2 / 3``)."""
    repeats: int = 0
    deviations: int = 0
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Light:
    """An instrument's light in the status strip."""

    name: str
    word: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Strip:
    """Is my work safe? Four different words, never merged."""

    saved: int
    sent: int
    accepted: int
    witnessed: int
    words: tuple[str, str, str, str]
    """The words for the four counts, in this order."""
    link: Light
    """The server link: online, or offline since when, with the age of the oldest unsent."""
    instruments: tuple[Light, ...]
    clock: Light
    """Time now and the clock's quality."""
    language: str
    """Name of the language a touch switches to."""
    date: str = ""
    """Day of the clock; left out where there is no room."""
    ready: str = ""
    """Words for how many instruments are ready, where there is no room for each."""
    troubled: str = ""
    """Words for how many instruments are not ready, where there is no room for each."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The band across the stage."""

    mark: Mark
    word: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and a value in a list of facts."""

    label: str
    value: str
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class Band:
    """Limits drawn as a band; positions are fractions of the drawn width, text beside them."""

    low: str = ""
    high: str = ""
    target: str = ""
    low_at: float = 0.2
    high_at: float = 0.8
    target_at: float | None = None
    value_at: float | None = None
    """Where the live value stands (clamped to 0…1); None when there is none."""


@dataclass(frozen=True, slots=True)
class Pad:
    """An on-screen pad that asks for digits; ``secret`` shows dots."""

    prompt: str
    typed: str = ""
    unit: str = ""
    secret: bool = False
    decimal: bool = False
    sign: bool = False
    """Whether there is a key that changes the sign."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SignInStage:
    """Nobody is signed in: scan the badge, then enter the secret."""

    title: str
    hint: str
    picture: str
    pad: Pad | None = None
    person: str = ""
    problem: Verdict | None = None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A job order in the work list."""

    job_order: str
    product: str
    lot: str
    progress: str
    now: str
    """The operation and step it stands at."""
    done: float
    """0 to 1."""
    mark: Mark
    word: str


@dataclass(frozen=True, slots=True)
class WorkListStage:
    """The job orders of this station; one touch opens one (intent ``open_job``)."""

    title: str
    items: tuple[WorkItem, ...]
    empty: str


@dataclass(frozen=True, slots=True)
class StepStage:
    """The step: instruction left, answer right, verdict across."""

    kind: str
    """``confirm``, ``identify``, ``measure``, ``inspect``, ``label`` or ``sign``."""
    where: str
    """Operation n of m, step n of m."""
    title: str
    instruction: str
    critical: str
    picture: str
    expected_label: str
    expected: str
    value: str
    """The live value in large figures, or what was just read; empty when there is none."""
    unit: str
    source: str
    """Instrument and its state, in words."""
    sample: str
    """Sample n of m, or unit serial; empty when there is only one."""
    band: Band | None = None
    facts: tuple[Fact, ...] = ()
    verdict: Verdict | None = None
    pad: Pad | None = None
    image: bytes = b""
    """A PNG to show at the right (camera picture, label)."""
    history: tuple[Fact, ...] = ()
    """Earlier attempts of this step, oldest first; discarded and failed ones too."""


@dataclass(frozen=True, slots=True)
class BlockedStage:
    """Blocked is a full answer."""

    title: str
    verdict: Verdict
    rule: str
    source: str
    known: tuple[Fact, ...]
    lifted_by: str
    meanwhile: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few large choices (dispositions, outcomes)."""

    intent: str
    label: str
    detail: str = ""
    chosen: bool = False
    params: tuple[tuple[str, str], ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True)
class ChooseStage:
    """Choose one of a few, with the facts beside (nonconformity, disposition, reason)."""

    title: str
    question: str
    facts: tuple[Fact, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SignStage:
    """Exactly what is signed, the meaning, the person, and the components asked for."""

    title: str
    text: str
    """The exact text whose digest goes into the signature."""
    meaning: str
    person: str
    asks: str
    """Which component is asked for now."""
    pad: Pad | None = None
    problem: Verdict | None = None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record in the lot overview."""

    time: str
    operation: str
    what: str
    value: str
    person: str
    mark: Mark
    word: str
    heading: bool = False
    """Not a record: ``what`` names the rows below, ``value`` says how many they are."""


@dataclass(frozen=True, slots=True)
class OverviewStage:
    """The whole lot on one screen: what is recorded, signed, open; release readiness.

    The rows begin with what needs a look: refused, out of limits, repeated, typed, corrected.
    """

    title: str
    facts: tuple[Fact, ...]
    rows: tuple[RecordRow, ...]
    open_points: tuple[Fact, ...]
    verdict: Verdict | None = None
    dated: str = ""
    """Day and zone of all times in the rows."""


@dataclass(frozen=True, slots=True)
class HelpStage:
    """What this screen is for, with the picture of the right and the wrong."""

    title: str
    lines: tuple[str, ...]
    right_picture: str = ""
    wrong_picture: str = ""
    right_word: str = ""
    wrong_word: str = ""


@dataclass(frozen=True, slots=True)
class MessageStage:
    """Starting, waiting, rescue and crash screens: what happened, why, what to do now."""

    title: str
    verdict: Verdict
    lines: tuple[str, ...]
    code: str = ""
    """A code to read out."""
    progress: float | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class InstrumentCard:
    """An instrument on the rig page; a touch checks it (intent ``check``)."""

    name: str
    params: tuple[tuple[str, str], ...]
    mark: Mark
    word: str
    value: str
    """The live value with its unit; empty where there is none."""
    cure: str
    """What is wrong with it and what to do; empty where nothing is."""
    facts: tuple[Fact, ...]
    command: str = ""
    """Text of the command code; empty where it cannot be checked now."""


@dataclass(frozen=True, slots=True)
class RigStage:
    """The station's instruments, a card each."""

    title: str
    cards: tuple[InstrumentCard, ...]
    empty: str
    """Said where there is none."""


Stage = (
    SignInStage
    | WorkListStage
    | StepStage
    | BlockedStage
    | ChooseStage
    | SignStage
    | OverviewStage
    | HelpStage
    | MessageStage
    | RigStage
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One whole screen."""

    name: str
    """Stable name of the screen, such as ``step-measure``; used for help and screenshots."""
    language: str
    top: TopBar
    strip: Strip
    stage: Stage
    rail: tuple[RailItem, ...] = ()
    actions: tuple[Action, ...] = ()
    notice: Verdict | None = None
    """A line over the action bar that needs no choice (an unexpected scan, saving …)."""
    sound: Mark = Mark.NONE
    extra: dict[str, str] = field(default_factory=dict)
