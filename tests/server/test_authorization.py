"""The authorization matrix: every route by caller, object and field, each cell asked for real."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from forms.rights import RIGHTS
from server.access import ACCESS, PUBLIC, STATION, Of, Right, Rule
from server.api.application import routes_of
from server.console import interfaces
from tests.server.authorization import (
    ANYWHERE,
    AT_CENTER,
    AT_SITE,
    CALLERS,
    CENTER,
    SITE,
    Matrix,
)
from tests.server.authorization_bodies import (
    BODIES,
    ENDS,
    NEVER,
    Route,
    body_of,
    objects,
    path_of,
    query_of,
    variants,
)
from tests.server.authorization_recall import recalled
from tests.server.plant import Plant
from tests.server.test_trace_door import ODD, without_known

REPORT = Path("out/authorization.tsv")
DENIED = {401, 403}


class Cell(NamedTuple):
    """One question, and whether the caller has the right."""

    route: str
    caller: str
    about: str
    variant: str
    right: bool
    named: dict[str, str]


def table() -> dict[Route, Rule]:
    """Every route with what it takes."""
    whole: dict[Route, Rule] = dict(ACCESS)
    for _, entries in interfaces():
        whole |= entries
    return whole


def may(caller: str, rule: Rule, place: str) -> bool:
    """What should be, said once more: the class allows it, and is held around the object."""
    if rule == PUBLIC:
        return True
    if rule == STATION or not isinstance(rule, Right):
        return caller == "station"
    role = (AT_SITE | AT_CENTER).get(caller, "")
    here = caller in AT_SITE or place in {CENTER, ANYWHERE}
    return here and role in RIGHTS[rule.action]


def denied(answer: Any) -> bool:  # noqa: ANN401
    """Whether nobody is signed in for it, or the table does not allow it."""
    signed_out = "set-cookie" in answer.headers  # that leads to the same page
    to_sign_in = answer.headers.get("location") == "/console/sign-in" and not signed_out
    return answer.status_code in DENIED or to_sign_in


def cells_of(matrix: Matrix, route: Route, rule: Rule) -> list[Cell]:
    """Every cell of a route, those that must be refused first: they must change nothing."""
    found = [
        Cell(" ".join(route), caller, about, variant, may(caller, rule, place), named)
        for caller in CALLERS
        for about, place, named in objects(matrix, rule)
        for variant in variants(route, rule)
    ]
    return sorted(found, key=lambda one: one.right)


@pytest.mark.timeout(600)
@pytest.mark.covers("T28", "T29", "P11-10d", "P11-10g", "P11-200a2")
def test_every_route_by_caller_object_and_field(plant: Plant) -> None:
    matrix = Matrix(plant).prepared()
    recalled(matrix)
    statuses: dict[tuple[str, ...], int] = {}
    wrong: list[str] = []
    product, done = 0, set[str]()
    for route, rule in table().items():
        product += len(CALLERS) * len(objects(matrix, rule)) * len(variants(route, rule))
        before, cells = matrix.digest(), cells_of(matrix, route, rule)
        for cell in cells:
            if cell.right:
                wrong += [f"{cell.route}: a refusal left a trace"] * (matrix.digest() != before)
                break
            statuses[cell[:4]] = status = ask(matrix, route, cell)
            wrong += [] if status < 0 else [f"{cell[:4]}: {status}"]
        for cell in filter(_right, cells):
            statuses[cell[:4]] = status = ask(matrix, route, cell)
            wrong += [] if expected(status, cell, rule) else [f"{cell[:4]}: {status}"]
            done |= {cell.route} if cell.variant == "plain" and 0 < status < 400 else set()
    written(statuses)
    assert not wrong, "\n".join(wrong[:60])
    assert len(statuses) == product
    people = {" ".join(route) for route, rule in table().items() if isinstance(rule, Right)}
    assert people - done == set(NEVER)


def _right(cell: Cell) -> bool:
    return cell.right


def ask(matrix: Matrix, route: Route, cell: Cell) -> int:
    """The status of one cell; negative where nobody is signed in for it or it is not allowed."""
    caller, named = cell.caller, cell.named
    body = body_of(matrix, route, caller, named, cell.variant)
    path, query = path_of(matrix, route, named), query_of(matrix, route, named)
    answer = matrix.ask(caller, route[0], path, query, body)
    if path.startswith("/api/trace/"):  # at the door; the route behind it says the same
        behind = matrix.ask(caller, route[0], path, query | ODD, body)
        assert without_known(behind) == without_known(answer)
    status = int(answer.status_code)
    if denied(answer):
        return -status
    if status < 400 and cell.route in ENDS:
        matrix.sign_in(caller)
    if status < 400 and body and cell.route == "POST /api/me/secret":
        matrix.known[caller] = matrix.known[caller] | {"secret": body["new_secret"]}
    return status


def expected(status: int, cell: Cell, rule: Rule) -> bool:
    """Whether who has the right is answered so: never by the door, never 500, never as another."""
    if abs(status) >= 500:
        return status == 507
    if cell.variant == "plain" or not isinstance(rule, Right):
        return status > 0
    return abs(status) in {400, 401, 403, 404, 409, 422}


def written(cells: dict[tuple[str, ...], int]) -> None:
    """Every cell and its status, for who wants to look."""
    REPORT.parent.mkdir(exist_ok=True)
    lines = ["\t".join((*cell, str(abs(status)))) for cell, status in cells.items()]
    REPORT.write_text("\n".join(["route\tcaller\tobject\tfields\tstatus", *lines, ""]))


@pytest.mark.covers("T28")
def test_the_matrix_is_made_of_what_the_router_has(plant: Plant) -> None:
    app: Any = plant.transport._inner.app
    while not hasattr(app, "routes"):
        app = getattr(app, "_inner", None) or getattr(app, "_app", None)
    assert routes_of(app) == set(table())
    writing = {
        " ".join(route)
        for route, rule in table().items()
        if isinstance(rule, Right) and route[0] == "POST"
    }
    assert writing == set(BODIES), "every route that writes has a body in the catalogue"
    assert set(NEVER) <= {" ".join(route) for route in table()}
    assert {rule.of for rule in table().values() if isinstance(rule, Right)} == set(Of)
    assert str(Of.SITE) == SITE
