"""Write the requirement matrix: every requirement, the tests that cover it, how they ended.

``python packaging/matrix.py [--covers FILE] [--requirements FOLDER] [--out FOLDER]``. Input is
what ``pytest --covers-out`` wrote; output is ``matrix.md`` and ``matrix.html``. Nothing is
hand-written: a requirement without a test is listed as open.
"""

from __future__ import annotations

import argparse
import html
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

TITLES = {
    "regulations": "Regulations and standards",
    "threats": "Threats",
    "faults": "Faults",
    "attacks": "Attacks on the log",
    "tamper": "Tampering with a record",
    "complaints": "Complaints of users of other systems",
}

NOTE = (
    "Made from the tests' own marks. *Passed*: at least one test that is marked with the line ran "
    "and none failed; a line with several demands may still have open ones. *Open*: no test yet."
)

STYLE = """
body{font:16px/1.5 "Noto Sans","Noto Sans CJK SC",sans-serif;max-width:72rem;margin:2rem auto;
padding:0 1rem;color:#222}table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;
padding:.3rem .5rem;vertical-align:top;text-align:left}td:first-child{white-space:nowrap}
.passed{color:#0a5d2c}.failed{color:#a3121a;font-weight:700}.open{color:#666}
code{font-size:.85em}
"""


@dataclass(frozen=True)
class Requirement:
    """A row of a table of requirements."""

    id: str
    text: str


@dataclass(frozen=True)
class Covered:
    """A requirement with its tests as (name, outcome)."""

    requirement: Requirement
    tests: tuple[tuple[str, str], ...]

    @property
    def state(self) -> str:
        """``failed`` if any test failed, ``passed`` if one passed, else ``open``."""
        outcomes = {outcome for _, outcome in self.tests}
        if "failed" in outcomes:
            return "failed"
        return "passed" if "passed" in outcomes else "open"


def requirements(folder: Path) -> dict[str, list[Requirement]]:
    """The requirements by table, in the order written; empty where the folder is absent."""
    found: dict[str, list[Requirement]] = {}
    for table in sorted(
        folder.glob("*.tsv"),
        key=lambda one: list(TITLES).index(one.stem) if one.stem in TITLES else len(TITLES),
    ):
        rows = [row.split("\t") for row in table.read_text(encoding="utf-8").splitlines() if row]
        found[table.stem] = [
            Requirement(row[0].strip(), " — ".join(row[1:3])) for row in rows if row[0] != "id"
        ]
    return found


def tests_by_id(covers: Path) -> dict[str, list[tuple[str, str]]]:
    """Which tests cover which id, and how they ended."""
    document = json.loads(covers.read_text(encoding="utf-8"))
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, test in document["tests"].items():
        for one in test["covers"]:
            found[one].append((name, test["outcome"]))
    return found


def matrix(
    tables: dict[str, list[Requirement]], tests: dict[str, list[tuple[str, str]]]
) -> dict[str, list[Covered]]:
    """Requirements with their tests; ids that no table holds stand under ``unlisted``."""
    known = {one.id for rows in tables.values() for one in rows}
    whole = {
        name: [Covered(one, tuple(sorted(tests.get(one.id, ())))) for one in rows]
        for name, rows in tables.items()
    }
    orphans = [
        Covered(Requirement(i, ""), tuple(t)) for i, t in sorted(tests.items()) if i not in known
    ]
    return {**whole, "unlisted": orphans} if orphans else whole


def counts(rows: list[Covered]) -> str:
    """How many passed, failed, are open."""
    states = [row.state for row in rows]
    return ", ".join(f"{states.count(s)} {s}" for s in ("passed", "failed", "open"))


def as_markdown(whole: dict[str, list[Covered]]) -> str:
    """The matrix as Markdown."""
    lines = ["# Requirement matrix", "", NOTE, ""]
    for name, rows in whole.items():
        lines += [
            f"## {TITLES.get(name, name)}: {counts(rows)}",
            "",
            "| id | requirement | state | tests |",
            "| --- | --- | --- | --- |",
        ]
        for row in rows:
            tests = "<br>".join(f"`{test}` {outcome}" for test, outcome in row.tests)
            text = row.requirement.text.replace("|", "\\|")
            lines.append(f"| {row.requirement.id} | {text} | {row.state} | {tests} |")
        lines.append("")
    return "\n".join(lines)


def as_html(whole: dict[str, list[Covered]]) -> str:
    """The matrix as one self-contained page."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8>",
        f"<title>Lotbook: requirement matrix</title><style>{STYLE}</style>",
        "<h1>Requirement matrix</h1>",
        f"<p>{html.escape(NOTE.replace('*', ''))}</p>",
    ]
    for name, rows in whole.items():
        parts.append(
            f"<h2>{html.escape(TITLES.get(name, name))}: {counts(rows)}</h2><table>"
            "<tr><th>id<th>requirement<th>state<th>tests</tr>"
        )
        for row in rows:
            tests = "<br>".join(
                f"<code>{html.escape(test)}</code> <span class={outcome}>{outcome}</span>"
                for test, outcome in row.tests
            )
            parts.append(
                f"<tr><td>{html.escape(row.requirement.id)}<td>{html.escape(row.requirement.text)}"
                f"<td class={row.state}>{row.state}<td>{tests}</tr>"
            )
        parts.append("</table>")
    return "".join(parts) + "</html>\n"


def main(arguments: list[str]) -> int:
    """Write both forms; 1 if a covering test failed, 2 if there is nothing to read."""
    parser = argparse.ArgumentParser(description="Write the requirement matrix.")
    parser.add_argument("--covers", type=Path, default=ROOT / "out" / "covers.json")
    parser.add_argument(
        "--requirements", type=Path, default=ROOT.parent / "shared" / "requirements"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "out")
    given = parser.parse_args(arguments)
    if not given.covers.exists():
        print(f"{given.covers} is not there: run `make matrix`, or pytest with --covers-out")
        return 2
    whole = matrix(requirements(given.requirements), tests_by_id(given.covers))
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "matrix.md").write_text(as_markdown(whole), encoding="utf-8")
    (given.out / "matrix.html").write_text(as_html(whole), encoding="utf-8")
    for name, rows in whole.items():
        print(f"{TITLES.get(name, name):40} {counts(rows)}")
    return 1 if any(row.state == "failed" for rows in whole.values() for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
