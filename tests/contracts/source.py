"""The product's source as syntax trees, for the rules that no linter knows."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("forms", "sync", "devices", "terminal", "server", "witness")


@dataclass(frozen=True)
class Module:
    """A module: its dotted name, its file, its tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        """``file:line`` of a node."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product."""
    files = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(_read(path) for path in files)


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, path, text, ast.parse(text, str(path)))


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with its dotted name, import aliases resolved (``dt.now`` is what it was)."""
    known = aliases(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield _resolved(dotted(node.func), known), node


def names_used(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Every dotted name that is read, called or not, aliases resolved."""
    known = aliases(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.Attribute, ast.Name)):
            yield _resolved(dotted(node), known), node


def imports(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Every imported dotted name: ``from a import b`` gives ``a.b``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((one.name, node) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{one.name}", node) for one in node.names)


def aliases(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                top = one.name.split(".")[0]
                found[one.asname or top] = one.name if one.asname else top
        elif isinstance(node, ast.ImportFrom):
            found |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    return found


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of a name or attribute; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else f"?.{node.attr}"
    return ""


def _resolved(name: str, known: dict[str, str]) -> str:
    head, _, tail = name.partition(".")
    whole = known.get(head, head)
    return f"{whole}.{tail}" if tail else whole


def script(name: str) -> ModuleType:
    """A script of packaging/, which is a folder and not a package."""
    known = f"packaging_{name}"
    spec = importlib.util.spec_from_file_location(known, ROOT / "packaging" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[known] = module
    spec.loader.exec_module(module)
    return module
