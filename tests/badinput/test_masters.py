"""Work masters nobody can read: named by file, line and cure; the one in force stays in force."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from server import cli
from server.own_keys import SECRET, SERVER_KEY
from sync.faults import Fault
from sync.inbox import Inbox
from sync.keys import FileSigner, Verifier
from sync.signed_pack import seal_pack
from terminal.packs import Packs
from tests.badinput.plant import DEMO, LANGUAGES, Site

if TYPE_CHECKING:
    from pathlib import Path

GOOD = (DEMO / "work-masters" / "WM-IVSET.yaml").read_text(encoding="utf-8")
CASES: dict[str, tuple[bytes, str]] = {
    "bytes": (b"\xff\xfe\x00\x01" * 40, "UTF-8"),
    "nothing": (b"", ":1:1:"),
    "half": (GOOD[: GOOD.rindex("{en:") + 8].encode(), ".yaml:"),  # cut inside a line
    "a tab": (GOOD.replace("\n  ", "\n\t", 1).encode(), ".yaml:"),
    "deep": (b"[" * 5_000, ".yaml:"),
    "an alias bomb": (
        b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n",
        ".yaml:",
    ),
    "a tag": (b"!!python/object/apply:os.system ['true']\n", ".yaml:"),
}


@pytest.mark.covers("T22")
@pytest.mark.parametrize("case", sorted(CASES))
def test_an_unreadable_work_master_is_named_by_file_line_and_cure(
    tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data, word = CASES[case]
    file = tmp_path / "master.yaml"
    file.write_bytes(data)
    for language in LANGUAGES:
        assert cli.main(["--language", language, "forms", "check", str(file)]) == 1
        said = capsys.readouterr().err
        assert "master.yaml" in said
        assert word in said
        assert "Traceback" not in said
        assert ("不可用" in said) == (language == "zh_CN"), said


def test_a_work_master_that_is_not_there_or_a_folder_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (tmp_path / "none.yaml", tmp_path):
        assert cli.main(["forms", "check", str(file)]) != 0
        said = capsys.readouterr().err
        assert file.name in said
        assert "Traceback" not in said


def _pack(site: Site, content: bytes, number: int) -> bytes:
    """A pack of the known server with that content."""
    secret = (site.server / SECRET).read_bytes()
    signer = FileSigner.load(site.server / SERVER_KEY, secret)
    now = datetime.now(UTC)
    return seal_pack(content, number, now, now + timedelta(days=1), signer)


def _broken(site: Site) -> bytes:
    """The pack in force with a master nobody can read, issued as the next one."""
    with site.data_folder().open() as parts:
        row = parts.store.newest("packs", station="ST-01")
        assert row is not None
        content = parts.packs.content(row["sha256"])
    broken = content.replace(b'"operations":[', b'"operations":[7,', 1)
    assert broken != content
    return _pack(site, broken, row["number"] + 1)


@pytest.mark.covers("T22")
def test_a_pack_with_an_unreadable_master_leaves_the_one_in_force(site: Site) -> None:
    signed = _broken(site)
    with site.journal() as journal:
        packs = Packs(Inbox(journal._database, Verifier.parse(site.vkey())))
        before = packs.latest()
        assert before is not None
        for bad in (signed, signed[:-9], signed.replace(b"7,", b"8,"), b"", b"\xff\n\xff\n\xff"):
            with pytest.raises(Fault) as caught:
                packs.accept(bad)
            assert caught.value.code in {"pack-unreadable", "pack-not-signed"}
            assert packs.problem == caught.value.code
            assert all(caught.value.hint[language] for language in LANGUAGES)
            assert packs.latest() == before


@pytest.mark.covers("T22")
def test_a_kiosk_that_cannot_read_its_documents_says_so_and_loses_nothing(site: Site) -> None:
    before = site.kept()
    signed = _broken(site)
    with site.journal() as journal:
        Inbox(journal._database, Verifier.parse(site.vkey())).accept(signed)
    with site.kiosk(bench=True) as kiosk:
        told = kiosk.named("no-pack")
        assert told["code"] == "pack-unreadable"
        assert "cannot be read" in " ".join(told["lines"])
        assert "administrator" in " ".join(told["lines"])
        kiosk.switch_language()
        assert "管理员" in " ".join(kiosk.shown()[-1]["lines"])
    assert site.kept()[: len(before)] == before
