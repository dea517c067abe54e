"""What answers a request runs on the event loop: only there may the store be asked."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.contracts.source import ROOT

ASKED = ("Depends", "Security")


def handlers(tree: ast.Module) -> set[str]:
    """Functions that FastAPI would run in another thread if they were not ``async``."""
    names = {
        call.args[0].id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ASKED
        and call.args
        and isinstance(call.args[0], ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for one in node.decorator_list:
                called = one.func if isinstance(one, ast.Call) else one
                if isinstance(called, ast.Attribute) and called.attr in {
                    "get", "post", "put", "delete", "patch", "exception_handler",
                }:  # fmt: skip
                    names.add(node.name)
    return names


def in_threads(text: str) -> list[str]:
    """Handlers and dependencies of a module that are not ``async``, and dependencies that are
    classes."""
    tree = ast.parse(text)
    found = handlers(tree)
    plain = {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
    bare = [
        f"line {call.lineno}"
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ASKED
        and not call.args
    ]
    return sorted(found & plain) + bare


def test_no_handler_and_no_dependency_runs_in_another_thread() -> None:
    modules = [path for path in (ROOT / "server").rglob("*.py") if "fastapi" in path.read_text()]
    assert len(modules) > 20
    found = {_named(path): in_threads(path.read_text(encoding="utf-8")) for path in modules}
    assert {name: said for name, said in found.items() if said} == {}


def test_one_that_would_is_found() -> None:
    text = "@router.get('/x')\ndef x(one: Annotated[A, Depends(y)]): ...\ndef y(): ...\n"
    assert in_threads(text) == ["x", "y"]
    assert in_threads("one = Annotated[A, Depends()]") == ["line 1"]


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
