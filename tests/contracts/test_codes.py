"""Every code the programs can utter is in a catalogue, in both languages, and documented."""

from __future__ import annotations

import ast
import re
from string import Formatter

import pytest

from devices.faults import FAULTS as DEVICE_FAULTS
from forms.identifiers import FINDINGS, NOTES
from forms.identifiers.words import SAYINGS as CODE_SAYINGS
from forms.rules import RULES
from server.sayings_alarms import ALARMS
from server.words import SAYINGS
from sync.faults import FAULTS as SYNC_FAULTS
from sync.findings import WORDS as VERIFIER_WORDS
from tests.contracts.source import ROOT, calls, modules, script

CATALOGUES = {
    "sync.faults.Fault": set(SYNC_FAULTS),
    "devices.faults.DeviceFault": set(DEVICE_FAULTS),
    "server.words.Refusal": set(SAYINGS),
    "forms.rules.because": set(RULES),
}


@pytest.mark.parametrize(
    "page",
    ["docs/alarms.md", "docs/errors.md", "docs/findings.md", "docs/rights.md", "docs/rules.md"],
)
def test_documented_as_the_code_says(page: str) -> None:
    made = script("docs_tables").PAGES[page]()
    assert (ROOT / page).read_text(encoding="utf-8") == made, "run `make docs-tables`"


@pytest.mark.parametrize("maker", CATALOGUES)
def test_every_code_raised_is_in_its_catalogue(maker: str) -> None:
    wrong = [
        f"{module.at(call)}: {call.args[0].value!r}"
        for module in modules()
        for name, call in calls(module)
        if name == maker
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value not in CATALOGUES[maker]
    ]
    assert not wrong


def test_codes_are_short_and_plain() -> None:
    every = [
        *ALARMS,
        *SYNC_FAULTS,
        *DEVICE_FAULTS,
        *SAYINGS,
        *RULES,
        *VERIFIER_WORDS,
        *CODE_SAYINGS,
    ]
    assert not [code for code in every if not re.fullmatch(r"[a-z0-9]+([-.][a-z0-9]+)*", code)]


def pairs() -> list[tuple[str, str, str]]:
    """Every catalogued text as (code, English, Chinese)."""
    found = [(f"sync {c}", e.en, e.zh_CN) for c, e in SYNC_FAULTS.items()]
    found += [(f"device {c}", k.hint["en"], k.hint["zh_CN"]) for c, k in DEVICE_FAULTS.items()]
    for code, saying in SAYINGS.items():
        found.append((f"server {code}", saying.message.en, saying.message.zh_CN))
        found.append((f"server {code} hint", saying.hint.en, saying.hint.zh_CN))
    for code, alarm in ALARMS.items():
        found.append((f"alarm {code}", alarm.what.en, alarm.what.zh_CN))
        found.append((f"alarm {code} hint", alarm.todo.en, alarm.todo.zh_CN))
    for code, rule in RULES.items():
        found.append((f"rule {code}", rule.text.en, rule.text.zh_CN))
        found.append((f"rule {code} meanwhile", rule.meanwhile.en, rule.meanwhile.zh_CN))
    for code, said in CODE_SAYINGS.items():
        found.append((f"code {code}", said.text.en, said.text.zh_CN))
        found.append((f"code {code} hint", said.hint.en, said.hint.zh_CN))
    return found + [(f"verify {c}", en, zh) for c, (en, zh) in VERIFIER_WORDS.items()]


def test_every_finding_of_a_code_has_words_and_no_words_are_left_over() -> None:
    assert set(CODE_SAYINGS) == {*FINDINGS, *NOTES}


def test_both_languages_are_there_with_the_same_facts() -> None:
    for code, english, chinese in pairs():
        assert english, code
        assert english.strip() == english, code
        said = re.sub(r"\{\w+\}", "", english).strip()
        assert not said or re.search(r"[\u4e00-\u9fff]", chinese), code
        assert fields(english) == fields(chinese), f"{code}: the facts in braces differ"


def test_chinese_takes_chinese_punctuation() -> None:
    half = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]")
    assert not [f"{code}: {chinese}" for code, _, chinese in pairs() if half.search(chinese)]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_a_rule_says_where_it_comes_from() -> None:
    assert not [code for code, rule in RULES.items() if not rule.source.strip()]
