"""Work masters in YAML: what is right, and where and how it is wrong."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import codec
from forms.authoring import MAX_ERRORS, AuthoringErrors, read_master

GOOD = """\
id: WM-X
revision: 1
title: {en: X, zh_CN: 某}
product:
  item: X
  gtin: "09506000151007"
  name: {en: X, zh_CN: 某}
  shelf_life_days: 365
bom:
  - item: A
    name: {en: A, zh_CN: 甲}
    per_unit: {value: "1.5", unit: m}
    gtin: "09506000211008"
operations:
  - id: OP10
    title: {en: One, zh_CN: 一}
    work_unit: WU-1
    personnel_class: operator
    steps:
      - type: identify
        id: S1
        title: {en: Scan, zh_CN: 扫描}
        instruction: {en: Scan, zh_CN: 扫描}
        item: A
      - type: measure
        id: S2
        title: {en: Measure, zh_CN: 测量}
        instruction: {en: Measure, zh_CN: 测量}
        characteristic: OD
        equipment_class: caliper
        limits: {unit: mm, low: "4.00", high: "4.20", target: "4.10"}
        sampling: [{n: 2, up_to: 10}, {n: 5}]
      - type: label
        id: S3
        title: {en: Label, zh_CN: 标签}
        instruction: {en: Label, zh_CN: 标签}
      - type: sign
        id: S4
        title: {en: Sign, zh_CN: 签名}
        instruction: {en: Sign, zh_CN: 签名}
        meaning: verified
        personnel_class: supervisor
"""


def errors(text: str) -> list[str]:
    with pytest.raises(AuthoringErrors) as caught:
        read_master(text, "wm.yaml")
    assert str(caught.value) == "\n".join(map(str, caught.value.errors))
    return [str(error) for error in caught.value.errors]


def test_a_good_one() -> None:
    master = read_master(GOOD, "wm.yaml")
    assert master.operations[0].steps[1].limits.low is not None  # type: ignore[union-attr]
    assert codec.decode_master(codec.canonical(master)) == master


def test_the_demos_work_master_is_good(repository: Path) -> None:
    for file in sorted((repository / "packaging" / "demo" / "work-masters").glob("*.yaml")):
        read_master(file.read_text("utf-8"), file.name)


@pytest.mark.covers("T22", "P11-10k")
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "revision: 1",
            "revison: 1",
            "wm.yaml:2:1: unknown field 'revison'; did you mean 'revision'?",
        ),
        ("revision: 1", "revision: one", "wm.yaml:2:11: 'one' is not a whole number"),
        ("revision: 1", "revision: 0", "0 is too small; at least 1"),
        ("revision: 1", "revision: true", "is not a whole number"),
        ("365", "99999", "99999 is too large; at most 36500"),
        (", zh_CN: 甲", "", "wm.yaml:11:11: the Simplified Chinese text is missing"),
        ("en: A,", "zz: A,", "the English text is missing"),
        ('low: "4.00"', 'low: "4.30"', "low 4.30 is above high 4.20"),
        (
            'low: "4.00"',
            "low: 4.00",
            '4.00 would lose its digits; put it in quotation marks: "4.00"',
        ),
        ('low: "4.00"', 'low: "1e9"', "is not a decimal number"),
        ('low: "4.00"', "low: [4]", "a list is not a decimal number"),
        ('target: "4.10"', 'target: "9"', "target 9 is out of the limits"),
        ("unit: mm", "unit: inch", "'inch' is not a unit; one of ea, g, mg"),
        ('"09506000151007"', '"09506000151008"', "wm.yaml:6:9: '09506000151008' is not a GTIN-14"),
        ('"09506000151007"', '"9506000151007"', 'write it as "09506000151007"'),
        ('"09506000151007"', "09506000151007", "is not a text; put it in quotation marks"),
        ("item: A\n      - type: m", "item: B\n      - type: m", "B is not in the bom"),
        ("id: S2", "id: S1", "S1 comes twice"),
        ("id: S2", "id: s2", "'s2' is not an identifier"),
        ("id: S2\n", "id: S2\n        id: S9\n", "'id' comes twice; keep one of them"),
        ("type: label", "type: lable", "unknown step type 'lable'; one of confirm, identify"),
        ("- type: label\n        id", "- id", "a step needs its 'type'"),
        (
            "personnel_class: supervisor",
            "personnel_class: boss",
            "'boss' is not known; one of operator",
        ),
        (
            "meaning: verified",
            "meaning: verified\n        covers: [OP99]",
            "OP99 is not an operation before",
        ),
        (
            "meaning: verified",
            "meaning: verified\n        not_by_doer: 1",
            "'1' is not true or false",
        ),
        ('value: "1.5"', 'value: "0"', "a unit takes more than nothing"),
        ("sampling: [{n: 2, up_to: 10}, {n: 5}]", "sampling: []", "the sampling plan is empty"),
        ("[{n: 2, up_to: 10}, {n: 5}]", "[{n: 2}, {n: 5}]", "a row after one for any lot size"),
        ("{n: 5}]", "{n: 5, up_to: 3}]", "rows must count up"),
        ("[{n: 2, up_to: 10}, {n: 5}]", "5", "'5' is not a list; write `- …` lines"),
        (
            "title: {en: X, zh_CN: 某}",
            "title: X",
            "'X' is not a group of fields; write en: …, zh_CN: …",
        ),
        ("title: {en: X, zh_CN: 某}", "", "WorkMaster needs 'title'"),
        ("{en: X, zh_CN: 某}\nproduct", '{en: " ", zh_CN: 某}\nproduct', "the text is empty"),
        ("title: {en: X", "title: {en: " + "x" * 2_001, "longer than 2000 characters"),
        ("id: WM-X", "id: &a WM-X", "anchors and aliases are not allowed"),
        ("id: WM-X", "id: *a", "anchors and aliases are not allowed"),
        ("id: WM-X", "id: !!str WM-X", "the tag tag:yaml.org,2002:str is not allowed"),
        ("id: WM-X", "id: WM-X\n? [a]\n: b", "a key must be a word"),
        ("id: WM-X", "id: [[[[[[[[[[[[[1]]]]]]]]]]]]]", "deeper than 12 levels"),
        ("id: WM-X", "id: 'WM-X", "not YAML"),
        (
            "id: S3",
            "id: S3\n        symbology: pdf417",
            "'pdf417' is unknown; one of gs1-datamatrix",
        ),
        ("high:", "hihg:", "did you mean 'high'?"),
        ("equipment_class: caliper", "equipment_class: null", "nothing is not a text"),
        ("id: WM-X", "id: WM-X\nxyzzy: 1", "unknown field 'xyzzy'; known: id, revision"),
    ],
)
def test_what_is_wrong_is_said_with_place_and_cure(old: str, new: str, expected: str) -> None:
    assert old in GOOD
    found = errors(GOOD.replace(old, new, 1))
    assert any(expected in each for each in found), found


def test_structure_of_the_whole() -> None:
    no_steps = GOOD.split("    steps:", maxsplit=1)[0] + "    steps: []\n"
    assert any("operation OP10 has no step" in each for each in errors(no_steps))
    assert any("no step identifies A" in each for each in errors(no_steps))
    none = GOOD.split("operations:", maxsplit=1)[0] + "operations: []\n"
    assert any("there is no operation" in each for each in errors(none))
    steps = GOOD.partition("      - type: identify")[2]
    sign_first = GOOD.replace("      - type: identify" + steps, "")
    sign = "      - type: sign" + GOOD.rpartition("      - type: sign")[2]
    assert any("nothing before it" in each for each in errors(sign_first + sign))
    covering = sign + "        covers: [OP10]\n"
    assert any("nothing in OP10 comes before" in each for each in errors(sign_first + covering))
    assert any("identified twice" in each for each in errors(_again("identify")))
    assert any("a second label step" in each for each in errors(_again("label")))


def _again(kind: str) -> str:
    head, mark, rest = GOOD.partition(f"      - type: {kind}\n")
    step = mark + rest.partition("      - type:")[0]
    return head + step.replace("id: S", "id: T") + mark + rest


def test_too_much() -> None:
    assert errors("#" * 600_000) == ["wm.yaml:1:1: larger than 512000 bytes; split the work master"]
    assert "more than 20000 values" in errors("[" + "1," * 21_000 + "]")[0]
    sign = "      - type: sign" + GOOD.rpartition("      - type: sign")[2]
    many = "".join(sign.replace("S4", f"Z{at}") for at in range(500))
    assert any("more than 500 steps" in each for each in errors(GOOD + many))
    unknown = "\n".join(f"x{at}: 1" for at in range(200))
    assert len(errors(GOOD + unknown)) == MAX_ERRORS


@pytest.mark.parametrize(
    "text", ["", "---\n...\n", "a: 1\n---\nb: 1\n", "\x00", "- 1", "x", "\ud800"]
)
def test_texts_that_are_no_work_master(text: str) -> None:
    assert errors(text)


@given(st.text(max_size=60), st.integers(0, len(GOOD)))
def test_any_text_gives_a_master_or_errors(noise: str, at: int) -> None:
    with suppress(AuthoringErrors):
        read_master(GOOD[:at] + noise + GOOD[at:], "wm.yaml")
