"""The leaf of a request that reads, exports or signs in: who, as what, from where."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import Request

    from forms.terms import Person


def noted(request: Request, about: str, count: int, person: Person | None = None) -> None:
    """Write the audit leaf of this read or export, or of this sign-in of ``person``."""
    session = getattr(request.state, "session", None)
    who = person or (session.person if session is not None else None)
    request.app.state.parts.trail.note(
        who.id if who else "",
        f"{request.method} {request.scope['route'].path}",
        about,
        count,
        role=",".join(who.classes) if who else "",
        place=place_of(request.client),
    )
    request.state.noted = True


def place_of(client: tuple[str, int] | None) -> str:
    """The address that asks; empty for none."""
    return str(client[0]) if client else ""
