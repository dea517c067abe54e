"""``lotbook-terminal parse-code``: a line in, a JSON line out, whatever the line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from terminal.app import main
from terminal.parse_command import MAX_LINE

GOOD = b"]d20109506000134352" + b"17281130" + b"10L1-A\x1d210001"


class Console:
    """Standard input of these bytes, as far as the command uses it."""

    def __init__(self, given: bytes) -> None:
        self.buffer = io.BytesIO(given)


def asked(
    given: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, list[dict[str, object]]]:
    monkeypatch.setattr("sys.stdin", Console(given))
    code = main(["parse-code", *more])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.covers("UDI-830", "F60")
def test_one_line_for_each_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [GOOD, json.dumps(GOOD.decode()).encode(), b"", b'"', b'"\\ud800"', b"\xff\xfe"]
    code, told = asked(b"\r\n".join(lines), monkeypatch, capsys)
    assert code == 1
    assert [each["line"] for each in told] == [1, 2, 3, 4, 5, 6]
    assert told[0]["accepted"] is True
    assert {**told[0], "line": 2} == told[1]
    assert (told[0]["gtin14"], told[0]["lot"]) == ("09506000134352", "L1-A")
    codes = [[each["code"] for each in line["findings"]] for line in told]  # type: ignore[attr-defined]
    assert codes == [[], [], ["empty"], ["unknown-format"], ["bad-character"], ["bad-character"]]


def test_findings_have_words_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = asked(b"010703206980498810032915210526\n", monkeypatch, capsys)
    assert code == 1
    found = told[0]["findings"]
    assert isinstance(found, list)
    assert (found[0]["code"], found[0]["zh_CN"]) == ("separator-lost", "字段分隔符丢失")
    assert found[0]["en"] == "the separator between fields was lost"
    assert set(found[0]["hint"]) == {"en", "zh_CN"}


def test_the_symbology_of_all_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = asked(GOOD[3:] + b"\n", monkeypatch, capsys, "--aim", "]C1")
    assert (code, told[0]["symbology"], told[0]["notes"]) == (0, "GS1-128", [])


def test_files_are_read_in_turn_and_long_lines_are_not_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_bytes(b"1" * (3 * MAX_LINE) + b"\n" + GOOD)
    two.write_bytes(GOOD + b"\n")
    assert main(["parse-code", str(one), str(two)]) == 1
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["accepted"] for each in told] == [False, True, True]
    assert told[0]["findings"][0]["code"] == "too-long"


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parse-code", str(tmp_path / "none.txt")]) == 2
    assert "none.txt" in capsys.readouterr().err
