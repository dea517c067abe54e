"""The house has the rooms that architecture.md draws, and none of them is too big to read."""

from __future__ import annotations

import ast
import tomllib

import pytest

from tests.contracts.source import PACKAGES, ROOT, Module, modules

LONGEST_MODULE = 300
"""Lines that hold something; blank ones are free."""
LONGEST_FUNCTION = 60
OVERLONG_MODULES: dict[str, str] = {}
"""Debts: module -> why. This list only shrinks."""


def test_folders_are_those_of_the_architecture() -> None:
    for folder in (*PACKAGES, "packaging", "tests", "docs", "requirements"):
        assert (ROOT / folder).is_dir(), folder
    for package in PACKAGES:
        assert (ROOT / package / "__init__.py").exists(), package
        assert (ROOT / package / "py.typed").exists(), package


def test_packaging_is_a_folder_not_a_package() -> None:
    """It would shadow the library of that name."""
    assert not list((ROOT / "packaging").rglob("__init__.py"))


def test_every_folder_with_modules_is_a_package() -> None:
    bare = {
        str(module.path.parent.relative_to(ROOT))
        for module in modules()
        if not (module.path.parent / "__init__.py").exists()
    }
    assert not bare, f"no __init__.py in {sorted(bare)}"


def test_the_wheel_holds_the_six_packages_and_four_programs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(wheel["packages"]) == set(PACKAGES)
    assert set(project["project"]["scripts"]) == {
        "lotbook-terminal",
        "lotbook-server",
        "lotbook-verify",
        "lotbook-witness",
    }


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_module_says_what_it_is_and_fits_a_reader(module: Module) -> None:
    assert not module.text.strip() or ast.get_docstring(module.tree), "no docstring"
    lines = sum(1 for line in module.text.splitlines() if line.strip())
    if module.name not in OVERLONG_MODULES:
        assert lines <= LONGEST_MODULE, f"{lines} lines: split it"
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{module.at(node)} {node.name}: {length} lines"


def test_at_most_three_in_a_hundred_functions_are_over_forty_lines() -> None:
    lengths = [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    long = sum(length > 40 for length in lengths)
    assert long <= 0.03 * len(lengths), f"{long} of {len(lengths)}"
