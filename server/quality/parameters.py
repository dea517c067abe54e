"""What a site asks of itself: one signed set of numbers, by quality; what was before stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from forms.rights import Action
from forms.terms import PersonnelClass
from server.ingest.statements_audit import PARAMETERS
from sync import canonical

if TYPE_CHECKING:
    from server.log.book import Book
    from server.people.directory import Acting
    from server.store.protocol import Store

KIND = "site.parameters"
Hours = Annotated[int, msgspec.Meta(ge=1, le=8_760)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=525_600)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class Parameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A site's parameters. No value switches the audit trail or an alarm off."""

    station_silent_minutes: Minutes = 60
    """A station not heard of for longer raises an alarm."""
    completeness_percent: Percent = 100
    """Of the records that stations say they saved, how many are to be here."""
    backup_hours: Hours = 26
    """A checked backup is not to be older."""
    drill_days: Annotated[int, msgspec.Meta(ge=1, le=3_650)] = 180
    """A restore is to be tried so often."""
    witness_hours: Hours = 24
    """A checkpoint is to be cosigned by somebody else within."""
    review_before_release: bool = False
    """Whether a lot is released only when the audit trail of its job order was reviewed."""
    second_factor_classes: tuple[PersonnelClass, ...] = ()
    """Who holds one of these, anywhere, must have a second factor at the console."""


def parameters_of(store: Store) -> Parameters:
    """As the projections of ``store`` have them; asked for with every request of a person."""
    return store.derived(("places",), PARAMETERS, lambda: _read(store))


def _read(store: Store) -> Parameters:
    row = store.one("places", id=PARAMETERS)
    known = {} if row is None else canonical.loads(row["data"])
    return msgspec.convert(known, Parameters)


class SiteParameters:
    """Reads and sets them."""

    def __init__(self, book: Book) -> None:
        """Over the book."""
        self._book, self._store = book, book.store

    def now(self) -> Parameters:
        """As they are; the defaults until quality says otherwise."""
        return parameters_of(self._store)

    def ask(self, parameters: Parameters, acting: Acting, reason: str = "") -> None:
        """Quality's decision, signed, from here on; ``reason``: why, kept with it."""
        acting.must(Action.SET_PARAMETERS)
        body = msgspec.to_builtins(parameters) | ({"reason": reason} if reason else {})
        self._book.state(KIND, body, (acting.sign(KIND, body),))
