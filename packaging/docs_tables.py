"""Renew the generated pages of docs/: every code a program can utter, every rule of the judge.

``python packaging/docs_tables.py [--check]``; ``--check`` writes nothing and is 1 if a page is
not what the code says. The words are the product's own, so screen and document cannot differ.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from devices.faults import FAULTS as DEVICE_FAULTS
from devices.own_errors import families
from forms.identifiers import FINDINGS, NOTES
from forms.identifiers.words import SAYINGS as CODE_SAYINGS
from forms.rights import BY_TWO, RIGHTS
from forms.rules import RULES
from forms.terms import PersonnelClass
from forms.words import VALUES
from server.access import ACCESS, Right
from server.alarms.rules import RULES as ALARM_RULES
from server.console import interfaces
from server.sayings_alarms import ALARMS
from server.words import SAYINGS
from sync.faults import FAULTS as SYNC_FAULTS
from sync.findings import WORDS as VERIFIER_WORDS

ROOT = Path(__file__).resolve().parent.parent

Row = tuple[str, ...]

GENERATED = "<!-- Made by `make docs-tables` from the code. Edit the catalogue, not this page. -->"

ERRORS_HEAD = """# Error codes

Every code a Lotbook program can show, with the words it shows. Read the code out when you call
for help: it means the same in every language and every version. Codes are added, never renamed.

*Kind* says what to expect: **transient** may pass by itself and is tried again; **ambiguous** may
or may not have had its effect, so look before you repeat; **permanent** needs a person.
"""

RULES_HEAD = """# Rules of the judge

The one rule book, `forms.judge`, runs on the station when a record is made and again on the
server over all records before release. A record that breaks a rule is kept; this table says what
is shown, where the rule comes from, who can lift it and what can be done meanwhile. `{words in
braces}` are the facts of the case. *Result* marks a rule whose breach is a valid bad result that
blocks the step; the others leave the record without effect, as a finding for review. Of a code that
cannot be trusted, what to do stands with [the finding](findings.md).
"""


FINDINGS_HEAD = """# What is said against a code

Every finding and note of a scanned or typed code, with the words the kiosk and
`lotbook-terminal parse-code` show. [Identifiers](identifiers.md) says what is read, and how.
"""


ALARMS_HEAD = """# Alarms of the server

An alarm is a leaf of the server's log. It stays open on the console's page *Status* until a person
closes it by signature, saying what was found. What a rule finds is raised once for each time. Where
the table says so it ends by the fact that what it was raised for is over; that is a leaf too.
"""


RIGHTS_HEAD = """# Who may do what

The one table of rights, `forms.rights`, asked by the server for every request and by the rule book
at every station. A person holds a personnel class at the whole site, an area or a work center; the
action is allowed where a place at which one of its classes is held has the object in it. What no
row allows is refused. *Two* marks what takes two different persons, one administrator and one of
quality. A second table says which action each route asks for, and what place it is asked at.
"""


def cell(text: str) -> str:
    """A text that stands inside one table cell."""
    return text.replace("|", "\\|").replace("\n", " ").strip()


def table(head: Row, rows: Iterable[Row]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell(one) for one in line) + " |" for line in lines)


def anchor(code: str) -> str:
    """A code as shown, with a place a link can point to."""
    return f'<a id="{code}"></a>`{code}`'


def errors_page() -> str:
    """docs/errors.md."""
    head = ("code", "kind", "English", "中文")
    records = [(anchor(c), e.kind, e.en, e.zh_CN) for c, e in sorted(SYNC_FAULTS.items())]
    instruments = [
        (anchor(f"device-{c}"), k.kind, k.hint["en"], k.hint["zh_CN"])
        for c, k in sorted(DEVICE_FAULTS.items())
    ]
    own = [
        (f"`{family} {code}`", text.en, text.zh_CN)
        for family, codes in sorted(families().items())
        for code, text in sorted(codes.items())
    ]
    answers = [
        (
            anchor(f"server-{c}"),
            str(s.status),
            f"{s.message.en} {s.hint.en}",
            f"{s.message.zh_CN}{s.hint.zh_CN}",
        )
        for c, s in sorted(SAYINGS.items())
    ]
    verifier = [(anchor(f"verify-{c}"), en, zh) for c, (en, zh) in sorted(VERIFIER_WORDS.items())]
    parts = [
        ERRORS_HEAD,
        "## Keeping and carrying records\n",
        table(head, records),
        "\n## Instruments\n",
        "The code shown on a screen has no `device-` before it.\n",
        table(head, instruments),
        "\n## Errors of the instruments' own\n",
        "What an instrument reports of itself, as kept with the reading.\n",
        table(("code", "English", "中文"), own),
        "\n## Answers of the server\n",
        "`code` in the JSON answer; on this page with `server-` before it.\n",
        table(("code", "HTTP", "English", "中文"), answers),
        "\n## Findings of `lotbook-verify`\n",
        "What the verifier says of a record or file of a pack; with `verify-` before it.\n",
        table(("code", "English", "中文"), verifier),
    ]
    return GENERATED + "\n" + "\n".join(parts) + "\n"


def rules_page() -> str:
    """docs/rules.md."""
    rows = []
    for code, rule in sorted(RULES.items()):
        lifts = VALUES[rule.lifted_by].en if rule.lifted_by else "nobody: put the work right"
        rows.append(
            (
                anchor(code),
                f"{rule.text.en}<br>{rule.text.zh_CN}",
                rule.source,
                lifts,
                f"{rule.meanwhile.en}<br>{rule.meanwhile.zh_CN}",
                "result" if rule.is_result else "",
            )
        )
    head = ("code", "what is shown", "source", "who can lift it", "meanwhile", "")
    return f"{GENERATED}\n{RULES_HEAD}\n{table(head, rows)}\n"


def findings_page() -> str:
    """docs/findings.md."""

    def rows(codes: Iterable[str]) -> list[Row]:
        said = [(code, CODE_SAYINGS[code]) for code in sorted(codes)]
        return [
            (anchor(c), f"{s.text.en}<br>{s.text.zh_CN}", f"{s.hint.en}<br>{s.hint.zh_CN}")
            for c, s in said
        ]

    head = ("code", "what is wrong", "what to do")
    parts = [
        FINDINGS_HEAD,
        "## Findings\n",
        "A code with a finding identifies nothing and is refused.\n",
        table(head, rows(FINDINGS)),
        "\n## Notes\n",
        "Said beside a code that is read; at a station a missing symbology is a finding.\n",
        table(head, rows(NOTES)).replace('<a id="aim-missing"></a>', ""),
    ]
    return GENERATED + "\n" + "\n".join(parts) + "\n"


def alarms_page() -> str:
    """docs/alarms.md."""
    ruled = {one.code: one for one in ALARM_RULES}
    rows = []
    for code, one in sorted(ALARMS.items()):
        rule = ruled.get(code)
        by = "quality" if one.by_quality else "supervisor, quality, administrator"
        rows.append(
            (
                anchor(code),
                f"{one.what.en}<br>{one.what.zh_CN}",
                f"{one.todo.en}<br>{one.todo.zh_CN}",
                rule.severity if rule else "",
                ", ".join(rule.who) if rule else "",
                f"the fact, or {by}" if rule and rule.ends == "fact" else by,
            )
        )
    head = ("code", "what it means", "what to do", "severity", "who cures it", "what ends it")
    return f"{GENERATED}\n{ALARMS_HEAD}\n{table(head, rows)}\n"


def rights_page() -> str:
    """docs/rights.md."""
    classes = tuple(PersonnelClass)
    rows = [
        (
            f"`{action}`",
            *("✓" if one in allowed else "" for one in classes),
            "two" if action in BY_TWO else "",
        )
        for action, allowed in RIGHTS.items()
    ]
    table_ = ACCESS | {key: rule for _, entries in interfaces() for key, rule in entries.items()}
    routes = [
        (f"`{method} {path}`", f"`{rule.action}`", str(rule.of))
        if isinstance(rule, Right)
        else (f"`{method} {path}`", rule, "")
        for (method, path), rule in table_.items()
    ]
    parts = [
        GENERATED,
        RIGHTS_HEAD,
        table(("action", *classes, ""), rows),
        "\n## Routes\n",
        table(("route", "action", "at the place of"), routes),
    ]
    return "\n".join(parts) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "docs/alarms.md": alarms_page,
    "docs/errors.md": errors_page,
    "docs/findings.md": findings_page,
    "docs/rights.md": rights_page,
    "docs/rules.md": rules_page,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or check them."""
    stale = 0
    for name, make in PAGES.items():
        page, text = ROOT / name, make()
        if "--check" not in arguments:
            page.write_text(text, encoding="utf-8")
        elif not page.exists() or page.read_text(encoding="utf-8") != text:
            print(f"{name} is not what the code says: run `make docs-tables`")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
