"""What no file of the repository may hold, and what the locked requirements must."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest

from tests.contracts.source import ROOT

PICTURES = {".png", ".jpg", ".ico", ".woff2", ".ttf", ".pdf", ".zip"}
SPLIT = (
    ("a path of one machine", ("/wo", "rk/"), ("/ro", "ot/"), ("/ho", "me/"), ("/tm", "p/w")),
    (
        "the host of a package registry",
        ("files.python", "hosted"),
        ("--index", "-url http"),
        ("pypi.", "org/simple"),
    ),
    (
        "a word about how it was written",
        ("clau", "de"),
        ("anthro", "pic"),
        ("chat", "gpt"),
        ("as an ai ", "language"),
        ("co-authored", "-by"),
    ),
    ("a secret", ("BEGIN PRIVATE", " KEY"), ("BEGIN OPENSSH PRIVATE", " KEY")),
)
"""Written in two halves, so that this file does not hold them."""


def files() -> list[str]:
    """Tracked files and new ones that git does not ignore; without git, everything here."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("group", SPLIT, ids=lambda group: str(group[0]))
def test_no_file_holds(group: tuple[str, ...]) -> None:
    what, *halves = group
    words = ["".join(pair) for pair in halves]
    wrong = []
    for name in files():
        if (ROOT / name).suffix.lower() in PICTURES:
            continue
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace").lower()
        wrong += [f"{name}: {word!r}" for word in words if word.lower() in text]
    assert not wrong, what


def test_no_large_files_and_no_odd_names() -> None:
    for name in files():
        size = (ROOT / name).stat().st_size
        assert size <= 1_000_000, f"{name}: {size} bytes"
        assert re.fullmatch(r"[A-Za-z0-9_./+-]+", name), name


@pytest.mark.parametrize("name", ["dev", "terminal", "server", "witness", "uv"])
def test_requirements_are_pinned_and_hashed(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.split(
        r"\n(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n?", "", text).strip(), flags=re.IGNORECASE
    )
    for entry in entries:
        assert re.match(r"[A-Za-z0-9_.\[\]-]+==\S+", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]
    assert not (ROOT / "uv.lock").exists()


def declared() -> set[str]:
    """Every library the product asks for by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        wanted += extra
    return {re.split(r"[<>=!~\[; ]", one)[0].lower() for one in wanted}


def test_a_server_needs_no_qt_and_a_terminal_no_web_framework() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    assert not [one for one in extras["server"] if one.lower().startswith(("pyside", "opencv"))]
    assert not [one for one in extras["terminal"] if one.lower().startswith(("fastapi", "uvicorn"))]


def test_a_witness_needs_neither_screen_nor_console() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[<>=]", one)[0] for one in project["optional-dependencies"]["witness"]}
    assert wanted == {"starlette", "uvicorn", "h11"}


def test_every_library_has_a_line_of_reason() -> None:
    """docs/decisions/libraries.md names each library the product asks for."""
    page = (ROOT / "docs" / "decisions" / "libraries.md").read_text(encoding="utf-8").lower()
    missing = sorted(one for one in declared() if f"`{one}`" not in page)
    assert not missing


def test_every_decision_names_what_was_rejected() -> None:
    for page in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        text = page.read_text(encoding="utf-8")
        assert "## Rejected" in text, page.name
        assert len(text.splitlines()) <= 60, f"{page.name}: a decision is one short page"


def test_the_changelog_knows_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {project['version']}" in text
