"""Ending all of a person's sessions, by somebody else's signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.rights import Action
from server.people.directory import Directory

if TYPE_CHECKING:
    from server.log.book import Book
    from server.people.directory import Acting
    from server.people.sessions import Sessions

ENDED = "sessions.ended"
"""Kind of the statement."""


def end_sessions(book: Book, sessions: Sessions, person: str, acting: Acting) -> int:
    """End them wherever they are; how many there were. What was signed stays. Refusal."""
    acting.must(Action.END_SESSIONS)
    Directory(book.store).person(person)
    said = {"id": person}
    with book.unit():
        book.state(ENDED, said, (acting.sign(ENDED, said),))
        return sessions.end(person)
