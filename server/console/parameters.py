"""The site's parameters: what each is now, who set it when and why; changing them by signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from forms.rights import Action
from forms.terms import PersonnelClass
from server.api.trail import SetParameters
from server.audit.history import history_of
from server.console.web import (
    ConsoleRoute,
    acting,
    allowed,
    done,
    field,
    form_of,
    language_of,
    needed,
    note,
    page,
    parts_of,
    people,
    told,
    unreadable,
)
from server.quality.parameters import KIND, Parameters
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.datastructures import FormData

    from server.audit.history import Told

NAMES = Parameters.__struct_fields__
CLASSES = "second_factor_classes"
"""The one that is a list: a box for every class."""

router = APIRouter(route_class=ConsoleRoute, include_in_schema=False)


@router.get("/console/parameters")
async def parameters_page(request: Request) -> Response:
    """Each with its value, its usual one, and who set it."""
    return _page(request, {}, None)


@router.post("/console/parameters")
async def ask(request: Request) -> Response:
    """Quality's decision, with a reason."""
    form = await form_of(request)
    typed: dict[str, Any] = {name: field(form, name, 20) for name in NAMES}
    typed[CLASSES] = _classes(form)
    parameters = parts_of(request).oversight.parameters
    try:
        asked, reason = _asked(form), needed(form, "reason", "reason-needed")
        who = await acting(request, form)
        parameters.ask(asked.over(parameters.now()), who, reason)
    except Refusal as refusal:
        return _page(request, typed, refusal)
    return done("/console/parameters")


def _asked(form: FormData) -> SetParameters:
    """What the form asks for; Refusal naming the number that does not fit."""
    said: dict[str, Any] = {name: field(form, name, 20).strip() for name in NAMES if name in form}
    said |= {CLASSES: _classes(form)} if CLASSES in form else {}
    try:
        return SetParameters.model_validate(said | {"badge": "-", "secret": "-"})
    except ValidationError as error:
        raise unreadable(error) from error


def _classes(form: FormData) -> list[str]:
    """The boxes that are ticked; the form itself sends one empty word, so that none is said too."""
    said = [str(one)[:20] for one in form.getlist(CLASSES)]
    return [one for one in said if one][: len(PersonnelClass)]


def _really(line: Told, usual: Mapping[str, object]) -> Told:
    """Without what was the usual value before it was ever set, and stayed so."""
    kept = [
        one for one in line.changes
        if (one.old or str(usual.get(one.name, "")).lower()) != one.new
    ]  # fmt: skip
    return msgspec.structs.replace(line, changes=tuple(kept))


def _set_by(history: Iterable[Told]) -> dict[str, Told]:
    """By parameter the newest statement that changed it."""
    found: dict[str, Told] = {}
    for line in history:
        for change in line.changes:
            found.setdefault(change.name, line)
    return found


def _page(request: Request, typed: dict[str, Any], refusal: Refusal | None) -> Response:
    parts = parts_of(request)
    usual = msgspec.to_builtins(Parameters())
    history = [_really(line, usual) for line in history_of(parts.store, KIND)]
    note(request, "site-parameters", len(NAMES))
    now = msgspec.to_builtins(parts.oversight.parameters.now())
    set_by = _set_by(history)
    return page(
        request,
        "parameters.html",
        refusal.status if refusal else 200,
        rows=[(name, now[name], usual[name], set_by.get(name)) for name in NAMES],
        typed=typed,
        classes=tuple(PersonnelClass),
        history=history,
        names=people(parts),
        may_set=allowed(request, Action.SET_PARAMETERS),
        said=told(refusal, language_of(request)),
    )
