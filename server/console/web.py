"""What every page needs: the parts, the session, the language, the templates, safe headers."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from forms.rights import allows, may
from server.audit.noting import noted
from server.console.texts import texts
from server.unfit import unfit
from server.words import Refusal

if TYPE_CHECKING:
    from fastapi import Request, Response
    from pydantic import ValidationError
    from starlette.datastructures import FormData

    from forms.rights import Action
    from forms.terms import Person
    from server.parts import Parts
    from server.people.directory import Acting
    from server.people.sessions import Session

COOKIE = "lotbook"
"""The session's cookie, the same as the API's."""
LANGUAGE_COOKIE = "lotbook_language"
SIGN_IN = "/console/sign-in"
MOST_LISTED = 50_000
"""Characters of a field of many lines; a whole form may be 128 KiB."""
DONE = "done"
"""In the query of a page that follows an act."""
HOME, ACCOUNT = "/console/jobs", "/console/account"
LEADS = {"sign-in-needed": SIGN_IN, "secret-initial": ACCOUNT, "factor-needed": ACCOUNT}
"""Refusals that a page cures, and the page."""
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def parts_of(request: Request) -> Parts:
    """The server's parts."""
    return cast("Parts", request.app.state.parts)


def session_of(request: Request) -> Session | None:
    """The person's session; None on pages for nobody in particular."""
    return cast("Session | None", getattr(request.state, "session", None))


def allowed(request: Request, action: Action) -> bool:
    """Whether the person signed in may do that to what this page is about; nobody may nothing."""
    session = session_of(request)
    return session is not None and allows(session.person.classes, action)


def allowed_at_site(request: Request, action: Action) -> bool:
    """Whether the person may do that to what is the whole site's, whatever this page is about."""
    session = session_of(request)
    return session is not None and may(session.whole, action).allowed


def language_of(request: Request) -> str:
    """The language chosen, else the browser's."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in {"en", "zh_CN"}:
        return chosen
    wish = request.headers.get("accept-language", "").strip().lower()
    return "zh_CN" if wish.startswith("zh") else "en"


def opened(request: Request, token: str, person: Person, response: Response) -> Response:
    """``response`` with the cookie of the session just opened; the sign-in is noted.

    The cookie cannot be read by scripts nor sent from elsewhere.
    """
    if not parts_of(request).book.recovery:  # then nothing is signed, nor shown but the status
        noted(request, "sign-in", 1, person)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure)
    return response


def csrf_of(request: Request) -> str:
    """A token only a page of this session can know: derived from the cookie scripts cannot read."""
    cookie = request.cookies.get(COOKIE, "")
    return hashlib.sha256(b"lotbook/csrf/1\n" + cookie.encode()).hexdigest()


def page(request: Request, template: str, status: int = 200, **facts: object) -> HTMLResponse:
    """A rendered page with the headers every page has."""
    language = language_of(request)
    session = session_of(request)
    html = _ENVIRONMENT.get_template(template).render(
        w=texts(language),
        language=language,
        html_language=language.replace("_", "-"),
        person=session.person if session else None,
        csrf=csrf_of(request),
        path=request.url.path,
        in_recovery=parts_of(request).book.recovery,
        identity=sign_on.provider.name if (sign_on := parts_of(request).sign_on) else "",
        acted=DONE in request.query_params and status < 400,  # noqa: PLR2004
        **facts,
    )
    return HTMLResponse(html, status, _HEADERS)


def done(url: str) -> Response:
    """To the page on which what was done is seen; it says so."""
    return RedirectResponse(f"{url}{'&' if '?' in url else '?'}{DONE}=1", 303)


async def form_of(request: Request, most: int = 20, *, files: int = 0) -> FormData:
    """The form sent, of ``most`` fields, once its token is found right. Refusal ``wrong-token``."""
    form = await request.form(max_files=files, max_fields=most)
    token = str(form.get("csrf", ""))
    if not hmac.compare_digest(token.encode(), csrf_of(request).encode()):
        raise Refusal("wrong-token")
    return form


def field(form: FormData, name: str, most: int = 500) -> str:
    """A field of a form as text, bounded, in the one spelling records have (NFC).

    Empty if it is missing or a file.
    """
    value = form.get(name, "")
    return unicodedata.normalize("NFC", value[:most]) if isinstance(value, str) else ""


def listed(form: FormData, name: str) -> str:
    """A field of many lines, whole: what was cut off would be missing unseen. Refusal."""
    value = field(form, name, MOST_LISTED + 1)
    if len(value) > MOST_LISTED:
        raise Refusal("too-large", limit=MOST_LISTED)
    return value


def needed(form: FormData, name: str, refusal: str, most: int = 500) -> str:
    """A field that must say something; Refusal ``refusal`` if it does not."""
    value = field(form, name, most).strip()
    if not value:
        raise Refusal(refusal)
    return value


def concluded(form: FormData) -> str:
    """The conclusion that closes something, as long as its form takes it. Refusal."""
    return needed(form, "conclusion", "reason-needed", 1_000)


def numbered(form: FormData, what: str) -> int:
    """The number of a ``what`` that the form names; Refusal if it is none."""
    number = field(form, "number")
    if not (number.isascii() and number.isdigit()):
        raise Refusal("not-found", what=what, name=number)
    return int(number[:15])


def unreadable(error: ValidationError) -> Refusal:
    """The refusal that names the field of a form that does not fit."""
    return unfit(error.errors())


async def acting(request: Request, form: FormData) -> Acting:
    """The signed-in person with the key unlocked by badge and secret of this form."""
    parts = parts_of(request)
    found = await parts.sessions.check_aside(
        field(form, "badge").strip(), field(form, "secret"), parts.workers
    )
    session = session_of(request)
    if session is None or found.person.id != session.person.id:
        raise Refusal("sign-in-failed")
    return found.at(session.person)


def names(parts: Parts, language: str) -> dict[str, str]:
    """Names of items and suppliers by their ids, in ``language``."""
    found = {one.item: one.name.in_language(language) for one in parts.catalogue.materials()}
    suppliers = parts.store.rows("suppliers")
    return found | {str(row["id"]): str(row["name"]) for row in suppliers}


def people(parts: Parts) -> dict[str, str]:
    """Names of everybody enrolled, by their ids."""
    return {one.id: one.name for one in parts.directory.everyone()}


def note(request: Request, about: str, count: int) -> None:
    """The audit leaf of this page."""
    noted(request, about, count)


class ConsoleRoute(APIRoute):
    """A route whose refusals are pages: to the sign-in where nobody is signed in."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with refusals turned into pages."""
        handler = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handler(request)
            except Refusal as refusal:
                return refused(request, refusal)
            except RequestValidationError as error:
                return refused(request, unfit(error.errors()))
            finally:
                await request.close()  # files of a form

        return handled


def refused(request: Request, refusal: Refusal) -> Response:
    """The page that says no, why, and what to do; or the page on which it is done."""
    request.state.refused = refusal.code
    if (place := LEADS.get(refusal.code)) and request.url.path != place:
        return RedirectResponse(place, 303)
    language = language_of(request)
    template = "sign_in.html" if request.url.path == SIGN_IN else "refused.html"
    answer = page(request, template, refusal.status, said=told(refusal, language))
    if refusal.retry_after is not None:
        answer.headers["retry-after"] = str(refusal.retry_after)
    return answer


def told(refusal: Refusal | None, language: str) -> dict[str, str] | None:
    """A refusal as a page shows it; None for none."""
    if refusal is None:
        return None
    return {"message": refusal.words(language), "hint": refusal.hint(language)}
