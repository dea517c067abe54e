"""What a screen is composed from besides the records: what is half typed, live, or waited for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from terminal.conditions import SILENT, condition
from terminal.snapshot import Position, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from devices.config import InstrumentConfig
    from devices.kinds import InstrumentState, Photo, Reading
    from forms.rules import Verdict
    from forms.terms import Disposition, Person, Text
    from terminal.asked import Asked
    from terminal.capture import Place
    from terminal.checks import Check
    from terminal.conditions import Condition
    from terminal.signing import ToSign
    from terminal.unsent import Unsent
    from terminal.views import Mark

STALE_MS = 3_000
"""A live value older than this is not shown as live."""


@dataclass(frozen=True, slots=True)
class Note:
    """A line over the action bar: a mark and a text by key."""

    mark: Mark
    key: str
    params: tuple[tuple[str, str], ...] = ()
    text: Text | None = None
    """Words that come ready made (a fault's hint), shown beside the key's."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict on what was just recorded, shown until it settles or a person chooses."""

    verdict: Verdict
    before: Snapshot
    """What was known before: the step it answers is shown from this."""
    value: str
    """What was offered, in readable form."""
    parts: tuple[tuple[str, str], ...] = ()
    """Its parts: text key and value (item, lot, expiry)."""
    until_ns: int | None = None
    """When it moves on by itself; None: a person chooses."""


@dataclass(frozen=True, slots=True)
class Typing:
    """A value typed by hand, in two steps: the pad, then shown back."""

    value: Decimal | None = None
    """Set when it is shown back to be confirmed."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who is about to sign or sign in, and which components were given."""

    person: Person
    badge: str
    scanned: bool
    """Whether the badge was scanned for this very signature."""


@dataclass(frozen=True, slots=True)
class Rescue:
    """What is known on the rescue screen of the records, and of their export."""

    unsent: Unsent | None = None
    """None while it is counted."""
    unread: str = ""
    """Fault code of why they cannot be counted."""
    progress: float | None = None
    """How far the export is, 0 to 1; None while there is none under way."""
    problem: str = ""
    """Fault code of why the last export failed."""
    written: int = 0
    folder: str = ""
    """Where the last export is, if it is complete."""


@dataclass(frozen=True, slots=True)
class Ui:
    """The screen's own state; everything in it may be lost without losing a record."""

    language: str = "en"
    screen: str = "work"
    """``work``, ``list``, ``overview`` or ``release``."""
    help: bool = False
    rig: bool = False
    """Whether the page of the instruments is over whatever is shown otherwise."""
    check: Check | None = None
    """The check of an instrument, on that page."""
    pad: str = ""
    typing: Typing | None = None
    signer: Signer | None = None
    problem: Note | None = None
    locked_out: Person | None = None
    """Who was just refused because of a lock that somebody else may lift."""
    answer: Answer | None = None
    choose: str = ""
    """``reason``, ``reprint``, ``reject``, ``labels`` or ``label-accept``; empty: nothing."""
    disposition: Disposition | None = None
    signing: ToSign | None = None
    photo: Photo | None = None
    photo_at: Position | None = None
    label_png: bytes = b""
    check_png: bytes = b""
    """The test label that the check of a printer printed; never shown as a unit's."""
    label_next: bytes = b""
    """The label to come, drawn before it is printed."""
    note: Note | None = None
    waiting: str = ""
    """Text key of what is being waited for."""
    waiting_since_ns: int = 0
    asked: Asked | None = None
    """What the server was asked about the release, last."""
    fatal: Note | None = None
    """What keeps the terminal from working at all."""
    fatal_code: str = ""
    rescue: Rescue | None = None
    """Only where there are records to look after."""
    starting: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """The link to the server, as it is known."""

    online: bool = False
    since: datetime | None = None
    """Since when it is so."""
    code: str = ""
    """Fault code while it is not online."""
    certificate_until: datetime | None = None
    """When the certificate that the server showed ends."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The last bytes an instrument sent, good or not."""

    frame: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Live:
    """What the instruments say now, by name in the rig."""

    readings: Mapping[str, Reading] = field(default_factory=dict)
    states: Mapping[str, InstrumentState] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    """Equipment class of each configured instrument."""
    polled: frozenset[str] = frozenset()
    """Names of those that give values all the time; the others when their data key is pressed."""
    configs: Mapping[str, InstrumentConfig] = field(default_factory=dict)
    """Each as the station file names it."""
    heard: Mapping[str, Heard] = field(default_factory=dict)

    def of_class(self, equipment_class: str) -> str:
        """The instrument of that class; empty if the station has none."""
        return next((n for n, c in self.classes.items() if c == equipment_class), "")

    def condition(self, name: str, now_ns: int) -> Condition:
        """How the instrument does at ``now_ns`` (the clock readings are stamped with)."""
        reading = self.readings.get(name)
        old = reading is not None and reading.age_ms(now_ns) > STALE_MS
        if old and name in self.polled and self.ready(name):
            return SILENT
        return condition(self.states.get(name), None if old else reading)

    def ready(self, name: str) -> bool:
        """Whether the instrument's light is green."""
        state = self.states.get(name)
        return state is not None and state.state == "ready"


@dataclass(frozen=True, slots=True)
class View:
    """Everything a frame is composed from."""

    snapshot: Snapshot
    ui: Ui
    live: Live
    link: Link
    place: Place
    now: datetime
    now_ns: int
    lock_in_s: int = 0
    """Seconds until the session is locked."""
