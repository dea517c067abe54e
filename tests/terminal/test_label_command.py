"""``lotbook-terminal label``: an author sees the label before the work master is approved."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.commands import arguments, run_command
from tests.contracts.source import ROOT
from tests.forms.test_authoring import GOOD

DEMO = ROOT / "packaging" / "demo" / "work-masters" / "WM-IVSET.yaml"


def run(*words: str) -> int:
    return run_command(arguments(["label", *words]), lambda _: None)


@pytest.mark.covers("QMSR-45a")
@pytest.mark.parametrize(
    ("form", "begins"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("zpl", b"^XA")]
)
def test_the_demos_label_is_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, begins: bytes
) -> None:
    out = tmp_path / f"label.{form}"
    assert run(str(DEMO), "-o", str(out)) == 0
    assert out.read_bytes().startswith(begins)
    assert "(10)LOT-00000000(21)00000000" in capsys.readouterr().out


def test_what_cannot_be_drawn_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad, none = tmp_path / "bad.yaml", tmp_path / "none.yaml"
    bad.write_text(GOOD.replace("revision: 1", "revision: x"), encoding="utf-8")
    none.write_text(
        GOOD.replace("type: label", "type: confirm\n        statement: {en: A, zh_CN: A}")
    )
    out = str(tmp_path / "label.png")
    assert [run(str(file), "-o", out) for file in (bad, none, tmp_path / "gone.yaml")] == [1, 2, 1]
    assert run(str(DEMO), "-o", str(tmp_path / "label.svg")) == 2
    said = capsys.readouterr().err
    assert "wm" not in said
    assert "bad.yaml:2:11" in said
    assert "no label step" in said
    assert "not 'svg'" in said
