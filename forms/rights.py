"""Who may do what, where: one table of personnel classes by action, and one function that asks it.

A person holds a class at a place of the equipment hierarchy: the whole site, an area, or a work
center. An action is allowed to who holds one of its classes at a place that holds the object.
What the table does not allow is refused. Source: 21 CFR 11.10(d), 11.10(g); ISA-95 part 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from forms.terms import SITE, Grant, Person, PersonnelClass, Scope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_O, _S, _Q = PersonnelClass.OPERATOR, PersonnelClass.SUPERVISOR, PersonnelClass.QUALITY
_A, _U = PersonnelClass.ADMINISTRATOR, PersonnelClass.AUDITOR

PAIR = (_A, _Q)
"""What takes two persons takes one of each of these."""


class Action(StrEnum):
    """Everything that a person may ask for; a closed list, and the names in docs/rights.md."""

    OWN = "account.own"
    LIST = "work.list"
    READ = "record.read"
    OVERSEE = "plant.read"
    EXPORT = "record.export"
    AUDIT = "audit.read"
    WORK = "work.record"
    REVIEW = "record.review"
    CONCEDE_FIRST = "record.concede"
    CONCEDE = "record.concede-second"
    RELEASE = "lot.release"
    RECEIVE = "lot.receive"
    SET_STATUS = "lot.status"
    DECIDE_LOT = "lot.decide"
    """Opens the console's form; what is decided there has its own right."""
    MOVE = "lot.move"
    """Shipments, returns, splits, merges, rework."""
    HOLD = "lot.hold"
    LIFT = "hold.lift"
    DISPATCH = "order.dispatch"
    PROPOSE = "master.propose"
    CHECK = "master.check"
    APPROVE = "master.approve"
    DEFINE_MATERIAL = "material.define"
    DEFINE_SUPPLIER = "supplier.define"
    DEFINE_ASSET = "asset.define"
    FREE_ASSET = "asset.free"
    CALIBRATE = "asset.calibrate"
    ASK_METROLOGY = "metrology.ask"
    SET_PARAMETERS = "site.parameters"
    REVIEW_TRAIL = "audit.review"
    HOLD_TOUCHED = "deviation.hold"
    CLOSE_DEVIATION = "deviation.close"
    SET_HOLD_RULES = "hold.rules"
    RECALL = "recall.run"
    """Opening a recall case or drill, and each of its steps."""
    FREEZE = "evidence.freeze"
    IMPORT = "history.import"
    ENROL = "person.enrol"
    REKEY = "person.rekey"
    DEACTIVATE = "person.deactivate"
    UNLOCK = "person.unlock"
    GRANT = "person.grant"
    RESET_FACTOR = "person.reset-factor"
    LINK = "person.link"
    """Binding the word of the plant's identity provider to a person, or ending it."""
    END_SESSIONS = "person.end-sessions"
    ADMIT_STATION = "station.approve"
    REVOKE_STATION = "station.revoke"
    REPORT_MARK = "station.mark"
    DECIDE_BRANCH = "station.decide-branch"
    DEFINE_PLACE = "place.define"
    GO_ON = "log.go-on"
    CLOSE_ALARM = "alarm.close"
    CLOSE_ALARM_BY_QUALITY = "alarm.close-by-quality"


_EVERYONE = (_O, _S, _Q, _A, _U)
_READERS = (_S, _Q, _A, _U)
_DOERS = (_S, _Q, _A)

RIGHTS: dict[Action, tuple[PersonnelClass, ...]] = {
    Action.OWN: _EVERYONE,
    Action.LIST: _EVERYONE,
    Action.READ: _READERS,
    Action.OVERSEE: _READERS,
    Action.EXPORT: _READERS,
    Action.AUDIT: (_Q, _A, _U),
    Action.WORK: (_O, _S, _Q),
    Action.REVIEW: (_S, _Q),
    Action.CONCEDE_FIRST: (_Q,),
    Action.CONCEDE: (_S, _Q),
    Action.RELEASE: (_Q,),
    Action.RECEIVE: _DOERS,
    Action.SET_STATUS: (_Q,),
    Action.DECIDE_LOT: _DOERS,
    Action.MOVE: _DOERS,
    Action.HOLD: (_O, _S, _Q, _A),
    Action.LIFT: (_Q,),
    Action.DISPATCH: (_S, _A),
    Action.PROPOSE: _DOERS,
    Action.CHECK: (_S, _Q),
    Action.APPROVE: (_Q,),
    Action.DEFINE_MATERIAL: (_A,),
    Action.DEFINE_SUPPLIER: (_Q,),
    Action.DEFINE_ASSET: (_Q, _A),
    Action.FREE_ASSET: (_Q,),
    Action.CALIBRATE: (_Q, _A),
    Action.ASK_METROLOGY: (_Q,),
    Action.SET_PARAMETERS: (_Q,),
    Action.REVIEW_TRAIL: (_Q,),
    Action.HOLD_TOUCHED: _DOERS,
    Action.CLOSE_DEVIATION: (_Q,),
    Action.SET_HOLD_RULES: (_Q,),
    Action.RECALL: (_Q,),
    Action.FREEZE: _DOERS,
    Action.IMPORT: PAIR,
    Action.ENROL: PAIR,
    Action.REKEY: PAIR,
    Action.DEACTIVATE: PAIR,
    Action.UNLOCK: _DOERS,
    Action.GRANT: PAIR,
    Action.RESET_FACTOR: PAIR,
    Action.LINK: PAIR,
    Action.END_SESSIONS: PAIR,
    Action.ADMIT_STATION: PAIR,
    Action.REVOKE_STATION: PAIR,
    Action.REPORT_MARK: _DOERS,
    Action.DECIDE_BRANCH: (_Q,),
    Action.DEFINE_PLACE: PAIR,
    Action.GO_ON: PAIR,
    Action.CLOSE_ALARM: _DOERS,
    Action.CLOSE_ALARM_BY_QUALITY: (_Q,),
}
"""The table: which classes an action is for. The first one named is the one to ask."""

BY_TWO = frozenset(
    {
        Action.ENROL,
        Action.REKEY,
        Action.GRANT,
        Action.LINK,
        Action.RESET_FACTOR,
        Action.ADMIT_STATION,
        Action.GO_ON,
    }
)
"""Takes two different persons, one of each class of ``PAIR``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether an action is allowed; if not, which classes it takes and where the person has one."""

    allowed: bool
    needs: tuple[PersonnelClass, ...] = ()
    elsewhere: tuple[Scope, ...] = ()
    """Places at which the person may, none of which holds the object."""


def covers(held: Scope, wanted: Scope) -> bool:
    """Whether the place ``held`` holds the place ``wanted``."""
    if held == SITE:
        return True
    return held.area == wanted.area and held.work_center in {"", wanted.work_center}


def common(places: Iterable[Scope]) -> Scope:
    """The smallest place that holds them all; the site for none."""
    found = list(dict.fromkeys(places))
    if len(found) == 1:
        return found[0]
    areas = {one.area for one in found}
    return Scope(area=areas.pop()) if len(areas) == 1 else SITE


def grants_of(person: Person) -> tuple[Grant, ...]:
    """Everything granted to a person: the classes held at the whole site, and the narrower ones."""
    return (*(Grant(role=one) for one in person.classes), *person.grants)


def classes_at(person: Person, place: Scope | None) -> tuple[PersonnelClass, ...]:
    """The classes that a person holds at a place, or anywhere at all for None."""
    held = {one.role for one in grants_of(person) if place is None or covers(one.scope, place)}
    return tuple(one for one in PersonnelClass if one in held)


def seen_at(person: Person, place: Scope | None) -> Person:
    """The person as a place knows them: with the classes held there, as held outright."""
    if not person.grants:
        return person
    return msgspec.structs.replace(person, classes=classes_at(person, place), grants=())


def may(person: Person, action: Action, place: Scope | None = SITE) -> Answer:
    """Whether the person may do that to an object at ``place``; None: wherever they hold a class.

    Pure. Nobody who is not active may do anything.
    """
    needs = RIGHTS[action]
    if not person.active:
        return Answer(allowed=False, needs=needs)
    if set(classes_at(person, place)) & set(needs):
        return Answer(allowed=True)
    elsewhere = tuple(one.scope for one in grants_of(person) if one.role in needs)
    return Answer(allowed=False, needs=needs, elsewhere=elsewhere)


def allows(classes: Collection[PersonnelClass], action: Action) -> bool:
    """Whether one of these classes, held at the right place, allows the action."""
    return not set(classes).isdisjoint(RIGHTS[action])
