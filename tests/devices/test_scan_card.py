"""The scanner test card: its codes read back, and each wrong setting is told by its own finding."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from devices.kinds import CodeRead, Faulted
from devices.layouts import LAYOUTS, retyped
from devices.scan_card import CODES, CardCode, picture, sheet, write
from devices.scan_judge import FINDINGS, SETTINGS, Judged, judge, received, shown
from devices.scan_words import FINDING_WORDS, SETTING_WORDS, rows, said
from forms.identifiers import scanned

A, B, C, D = CODES
GS = "\x1d"


def sent(code: CardCode, text: str = "", *, head: str | None = None, tail: str = "\r") -> bytes:
    """A scan of a code as a well-set scanner sends it, but for what is given."""
    aim = code.aims[0] if head is None else head
    return f"{aim}{text or code.text}{tail}".encode()


def keys(judged: Judged) -> tuple[str, ...]:
    """The findings' names."""
    return tuple(each.key for each in judged.findings)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.key)
def test_each_code_reads_back_and_a_good_scanner_has_no_finding(code: CardCode) -> None:
    seen = zxingcpp.read_barcodes(picture(code))
    assert [(one.bytes, one.symbology_identifier) for one in seen] == [
        (code.text.encode("latin-1"), code.aims[0])
    ]
    for data in (sent(code), sent(code, tail="\n"), sent(code, tail="\r\n")):
        judged = judge(data)
        assert (judged.code, judged.findings) == (code.key, ())
        untested = {"bits"} if code.text.isascii() else set()
        untested |= set() if GS in code.text else {"gs"}
        assert set(judged.right) == set(SETTINGS) - untested


def test_the_card_is_one_page_with_all_codes(tmp_path: Path) -> None:
    assert {one.symbology_identifier for one in zxingcpp.read_barcodes(sheet())} == {
        each.aims[0] for each in CODES
    }
    write(tmp_path / "card.png")
    write(tmp_path / "card.PDF")
    with Image.open(tmp_path / "card.png") as page:
        assert page.size == (2520, 3564)  # A4 at 300 dpi
    assert (tmp_path / "card.PDF").read_bytes().startswith(b"%PDF")
    with pytest.raises(ValueError, match=r"\.pdf or \.png"):
        write(tmp_path / "card.doc")


@pytest.mark.covers("F60")
def test_the_items_on_the_card_are_sound() -> None:
    for code in (A, B):
        found = scanned(code.text.encode(), code.aims[0])
        assert (found.findings, found.lot, found.serial) == (
            (),
            code.text[18:].partition(GS)[0],
            code.text.partition(GS)[2][2:],
        )


WRONG = [
    ("aim-missing", sent(A, head="")),
    ("aim-missing", sent(C, head="")),
    ("aim-other", sent(A, head="]d1")),
    ("aim-other", sent(B, head="]C0")),
    ("prefix-added", sent(A, head="*]d2")),
    ("prefix-added", sent(D, head="\x02]Q1")),
    ("gs-missing", sent(A, A.text.replace(GS, ""))),
    ("gs-missing", sent(B, B.text.replace(GS, ""))),
    ("suffix-missing", sent(A, tail="")),
    ("suffix-other", sent(C, tail="\t")),
    ("suffix-other", sent(C, tail="\x03")),
    ("case-swapped", sent(C, C.text.swapcase(), head="]c0")),
    ("case-upper", sent(A, A.text.upper(), head="]D2")),
    ("case-lower", sent(A, A.text.lower(), head="]d2")),
    ("bits-lost", sent(D, "LOTBOOK 8-BIT dv|_i5 END")),
    ("bits-lost", sent(D, "LOTBOOK 8-BIT  END")),
    ("bits-lost", sent(D, "LOTBOOK 8-BIT ?????? END")),
    ("doubled", sent(A) * 2),
    ("doubled", sent(B)[:-1] * 2 + b"\r"),
    ("cut-short", sent(A)[:25]),
    ("cut-short", sent(A)[-20:]),
    ("cut-short", sent(A)[:25] + b"\r"),
    ("not-card", b"LOT-0001\r"),
    ("not-card", sent(A).replace(b"aAyY", b"aAyX")),
    ("not-card", b"]d2010\r"),
    ("no-scan", b""),
    *[
        ("gs-spelled", sent(A, A.text.replace(GS, each)))
        for each in ("<GS>", "{GS}", "^", "^]", "]", "|", "~", "\u241d", "029", "\x1a", "\r")
    ],
]  # fmt: skip


@pytest.mark.covers("F60", "T19")
@pytest.mark.parametrize(("key", "data"), WRONG, ids=lambda each: str(each)[:40])
def test_each_wrong_setting_has_its_own_finding(key: str, data: bytes) -> None:
    judged = judge(data)
    assert keys(judged) == (key,)
    assert FINDINGS[key] not in judged.right


def test_every_finding_is_proved_here_and_has_words() -> None:
    assert {key for key, _ in WRONG} | {"layout-differs"} == set(FINDINGS) == set(FINDING_WORDS)
    assert set(FINDINGS.values()) == set(SETTINGS) == set(SETTING_WORDS)


@pytest.mark.covers("F69")
@pytest.mark.parametrize(("sender", "reader"), list(product(LAYOUTS, LAYOUTS)))
def test_layouts_that_differ_are_told(sender: str, reader: str) -> None:
    """Of A and C together; what a dead key swallows is *not-card*, never right."""
    pair = LAYOUTS[sender], LAYOUTS[reader]
    found = [judge(retyped(sent(each).decode(), *pair).encode()) for each in (A, C)]
    if sender == reader:
        assert [each.findings for each in found] == [(), ()]
        return
    wrong = [each for one in found for each in one.findings]
    assert {each.key for each in wrong} <= {"layout-differs", "not-card"}
    assert any(f"{sender}→{reader}" in each.detail for each in wrong)


@pytest.mark.covers("F60", "F69")
def test_several_wrong_settings_are_all_named() -> None:
    text = A.text.replace(GS, "<GS>").swapcase()
    assert keys(judge(sent(A, text, head="*", tail=""))) == (
        "aim-missing",
        "prefix-added",
        "gs-spelled",
        "suffix-missing",
        "case-swapped",
    )
    data = retyped(f"{B.text.replace(GS, '')}", LAYOUTS["us"], LAYOUTS["de"]).encode()
    judged = judge(data)
    assert keys(judged) == ("gs-missing", "suffix-missing", "layout-differs")
    assert "aim" not in judged.right


CASES = {
    "": lambda text: text,
    "case-swapped": str.swapcase,
    "case-upper": str.upper,
    "case-lower": str.lower,
}
HEADS = {"": "{aim}", "aim-missing": "", "prefix-added": "*{aim}"}
TAILS = {"": "\r", "suffix-missing": "", "suffix-other": "\t"}
SEPARATORS = {"": (GS,), "gs-missing": ("",), "gs-spelled": ("<GS>", "{GS}", "^", "029", "\x1a")}


@pytest.mark.covers("F60", "F69", "T19")
@pytest.mark.parametrize("pair", ["us-us", "us-de", "fr-us"])
def test_any_settings_that_are_wrong_together_are_each_named(pair: str) -> None:
    sender, reader = (LAYOUTS[name] for name in pair.split("-"))
    for case, head, tail, gs in product(CASES, HEADS, TAILS, SEPARATORS):
        for spelling in SEPARATORS[gs]:
            text = HEADS[head].format(aim=A.aims[0]) + A.text.replace(GS, spelling)
            typed = text if sender is reader else retyped(text, sender, reader)
            judged = judge(f"{CASES[case](typed)}{TAILS[tail]}".encode())
            layout = "" if sender is reader else "layout-differs"
            # what stands in front cannot be told before the layout is right
            wanted = {case, tail, gs, layout, "" if layout else head} - {""}
            assert {each.key for each in judged.findings} == wanted, (text, judged)
            assert judged.code == "A"


def test_a_sent_first_separator_is_no_fault() -> None:
    assert judge(b"]d2\x1d" + A.text.encode() + b"\r").findings == ()


def test_what_drivers_report_can_be_judged() -> None:
    code = CodeRead(name="scanner", raw=A.text.encode(), frame=sent(A)[:-1])
    assert judge(received(code)).findings == ()
    half = Faulted(name="scanner", code="half-frame", kind="transient", raw=sent(A)[:-1])
    assert keys(judge(received(half))) == ("suffix-missing",)


def test_rows_say_each_setting_in_both_languages() -> None:
    judged = judge(sent(A, A.text.replace(GS, "\x1a")))
    for language in ("en", "zh_CN"):
        table = rows(judged, language)
        assert [row.setting for row in table] == list(SETTINGS)
        verdicts = {row.setting: row.verdict for row in table}
        assert (verdicts["gs"], verdicts["aim"], verdicts["bits"]) == ("wrong", "right", "untested")
        assert "␚" in next(row.said for row in table if row.setting == "gs")
        for key in FINDINGS:
            finding = judged.findings[0]._replace(key=key, detail="DETAIL")
            assert "{" not in said(finding, language)
    assert shown(b"\x1da\xff") == "␝a\\xff"
