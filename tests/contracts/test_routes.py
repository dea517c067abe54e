"""Every route is in the access table, and every read or act of a person leaves a trace."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from forms.rights import RIGHTS
from forms.terms import PersonnelClass
from server.access import ACCESS, PUBLIC, STATION, Action, Right, Rule
from server.console import interfaces
from server.console.routes import CONSOLE_ACCESS
from server.console.texts_deeds import deed
from tests.contracts.source import Module, dotted, modules

WEB = ("server.api", "server.console", "server.evidence")
METHODS = {"get", "post", "put", "delete", "patch"}
LEAVES_A_TRACE = {"note", "noted", "acting", "whole", "confirmed"}
"""``note`` writes an audit leaf; ``acting`` and ``whole`` unlock a key whose signature is the
trace; ``confirmed`` states what was signed before."""

TRACELESS = {
    "GET /healthz": "says nothing of anybody",
    "DELETE /api/sessions": "forgets a token; holds no record",
    "GET /api/me": "tells a person who they are",
    "GET /console": "leads to the list",
    "GET /console/style.css": "holds no record",
    "GET /console/sign-in": "holds no record",
    "POST /console/sign-out": "forgets a token; holds no record",
    "GET /console/language/{tag}": "sets a cookie; holds no record",
}
"""Routes of people without a trace, and why."""


def handlers() -> Iterator[tuple[str, Module, ast.AsyncFunctionDef | ast.FunctionDef]]:
    """Every route handler under server.api and server.console with its ``METHOD path``."""
    for module in modules():
        if not module.name.startswith(WEB):
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


def table() -> dict[tuple[str, str], Rule]:
    """The whole access table, the console's and the exports' entries too."""
    whole = dict(ACCESS)
    for _, entries in interfaces():
        assert not set(whole) & set(entries), "a route has two entries"
        whole |= entries
    return whole


def test_handlers_are_found() -> None:
    assert len({name for name, _, _ in handlers()}) >= len(ACCESS) * 3 // 4


@pytest.mark.covers("T28")
def test_every_route_is_in_the_access_table() -> None:
    assert {name for name, _, _ in handlers()} == {f"{m} {p}" for m, p in table()}


@pytest.mark.covers("T32")
def test_every_read_and_act_of_a_person_leaves_a_trace() -> None:
    others = {f"{m} {p}" for (m, p), rule in table().items() if rule in {PUBLIC, STATION}}
    leave = tracing()
    silent = [
        f"{module.at(node)} {name}"
        for name, module, node in handlers()
        if name not in others | set(TRACELESS) and not _called(node) & leave
    ]
    assert not silent


def _called(node: ast.AST) -> set[str]:
    names = {dotted(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
    return names | {name.rpartition(".")[2] for name in names if name.endswith(".note")}


def tracing() -> set[str]:
    """Functions of the web layers that leave a trace, directly or through one another."""
    functions = {
        node.name: _called(node)
        for module in modules()
        if module.name.startswith(WEB)
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.AsyncFunctionDef, ast.FunctionDef))
    }
    found = set(LEAVES_A_TRACE)
    while more := {name for name, called in functions.items() if called & found} - found:
        found |= more
    return found


def test_traceless_routes_exist() -> None:
    assert set(TRACELESS) <= {name for name, _, _ in handlers()}


def test_only_quality_releases() -> None:
    for path in ("/api/jobs/{job}/release", "/console/jobs/{job}/release"):
        rule = table()["POST", path]
        assert isinstance(rule, Right)
        assert rule.action is Action.RELEASE
    assert RIGHTS[Action.RELEASE] == (PersonnelClass.QUALITY,)


def test_an_auditor_changes_nothing() -> None:
    doing = [
        (method, path)
        for (method, path), rule in table().items()
        if isinstance(rule, Right)
        and PersonnelClass.AUDITOR in RIGHTS[rule.action]
        and method != "GET"
    ]
    assert sorted(doing) == [
        ("DELETE", "/api/me/sessions/{name}"),
        ("DELETE", "/api/sessions"),
        ("POST", "/api/me/second-factor"),
        ("POST", "/api/me/second-factor/confirmation"),
        ("POST", "/api/me/second-factor/recovery-codes"),
        ("POST", "/api/me/second-factor/removal"),
        ("POST", "/api/me/secret"),
        ("POST", "/console/account"),
        ("POST", "/console/account/second-factor"),
        ("POST", "/console/account/sessions"),
        ("POST", "/console/sign-out"),
    ]


@pytest.mark.covers("P11-10e")
def test_every_reading_has_words_in_the_audit_trail() -> None:
    """Who reviews the trail reads what was done, not a route."""
    for (method, path), rule in {**ACCESS, **CONSOLE_ACCESS}.items():
        if method == "GET" and isinstance(rule, Right):
            assert deed(f"{method} {path}", "en").isascii(), path
            assert not deed(f"{method} {path}", "zh_CN").isascii(), path
            assert deed(f"{method} {path}", "en"), path
