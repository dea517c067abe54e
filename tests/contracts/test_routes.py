"""Every route is in the access table, and every read or act of a person leaves a trace."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from forms.terms import PersonnelClass
from server.access import ACCESS, PUBLIC, STATION
from tests.contracts.source import Module, dotted, modules

METHODS = {"get", "post", "put", "delete", "patch"}
LEAVES_A_TRACE = {"note", "acting", "trail.note"}
"""``note`` writes an audit leaf; ``acting`` unlocks a key whose signature is the trace."""

TRACELESS = {
    "GET /healthz": "says nothing of anybody",
    "DELETE /api/sessions": "forgets a token; holds no record",
    "GET /api/me": "tells a person who they are",
}
"""Routes of people without a trace, and why."""


def handlers() -> Iterator[tuple[str, Module, ast.AsyncFunctionDef | ast.FunctionDef]]:
    """Every route handler under server.api and server.console with its ``METHOD path``."""
    for module in modules():
        if not module.name.startswith(("server.api", "server.console")):
            continue
        prefixes = _prefixes(module.tree)
        for node in ast.walk(module.tree):
            if isinstance(node, (ast.AsyncFunctionDef, ast.FunctionDef)):
                for name, method, path in _declared(node):
                    yield f"{method.upper()} {prefixes.get(name, '')}{path}", module, node


def _prefixes(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            for word in node.value.keywords:
                if word.arg == "prefix" and isinstance(word.value, ast.Constant):
                    found |= {dotted(target): str(word.value.value) for target in node.targets}
    return found


def _declared(node: ast.AsyncFunctionDef | ast.FunctionDef) -> Iterator[tuple[str, str, str]]:
    for mark in node.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute):
            first = mark.args[0] if mark.args else None
            if mark.func.attr in METHODS and isinstance(first, ast.Constant):
                yield dotted(mark.func.value), mark.func.attr, str(first.value)


def test_handlers_are_found() -> None:
    assert len({name for name, _, _ in handlers()}) >= len(ACCESS) * 3 // 4


@pytest.mark.covers("T28", "P11-10g")
def test_every_route_of_the_api_is_in_the_access_table() -> None:
    table = {f"{method} {path}" for method, path in ACCESS}
    declared = {name for name, module, _ in handlers() if module.name.startswith("server.api")}
    assert declared == table


@pytest.mark.covers("T32", "P11-10e")
def test_every_read_and_act_of_a_person_leaves_a_trace() -> None:
    others = {f"{m} {p}" for (m, p), rule in ACCESS.items() if rule in {PUBLIC, STATION}}
    silent = [
        f"{module.at(node)} {name}"
        for name, module, node in handlers()
        if module.name.startswith("server.api")
        and name not in others | set(TRACELESS)
        and not _leaves_a_trace(node)
    ]
    assert not silent


def _leaves_a_trace(node: ast.AST) -> bool:
    return any(
        dotted(call.func).endswith(tuple(LEAVES_A_TRACE))
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
    )


def test_traceless_routes_exist() -> None:
    assert set(TRACELESS) <= {f"{method} {path}" for method, path in ACCESS}


@pytest.mark.covers("A11-15", "P11-10g")
def test_only_quality_releases() -> None:
    assert ACCESS["POST", "/api/jobs/{job}/release"] == frozenset({PersonnelClass.QUALITY})


def test_an_auditor_changes_nothing() -> None:
    doing = [
        (method, path)
        for (method, path), rule in ACCESS.items()
        if not isinstance(rule, str) and PersonnelClass.AUDITOR in rule and method != "GET"
    ]
    assert doing == [("DELETE", "/api/sessions")]
