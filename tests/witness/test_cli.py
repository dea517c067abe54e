from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from sync.checkpoint import Checkpoint, cosigned_at
from sync.cosigner import cosigner_vkey, parse_cosigner
from sync.keyring import line
from sync.keys import BadKey, TestSigner, Verifier
from sync.merkle import root_of
from sync.tlog_witness import AddCheckpoint
from tests.witness.plant import LOG, ORIGIN, WITNESS, asked, note
from witness import folder
from witness.cli import main
from witness.judge import Refused, read
from witness.words import Trouble


def logs(folder: Path) -> Path:
    path = folder / "keys.txt"
    path.write_text(line("server", ORIGIN, Verifier.of(LOG)) + "\n", encoding="utf-8")
    return path


def test_a_witness_runs_as_a_program_and_stops_when_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path / "w")
    assert main(["init", "--data", data, "--name", "witness.test/box"]) == 0
    assert main(["vkey", "--data", data]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    purpose, name, vkey = first.split()
    assert (purpose, name) == ("witness", "witness.test/box")
    command = [sys.executable, "-m", "witness.cli", "run", "--data", data]
    command += ["--logs", str(logs(tmp_path)), "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        address = said.split()[3].rstrip(";")
        request = urllib.request.Request(f"http://{address}/add-checkpoint", asked(0, 3))
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            both = note(3) + answer.read().decode()
        assert cosigned_at(both, parse_cosigner(vkey)) > 0
        assert "cosigned" in process.stdout.readline()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()
    assert process.returncode == 0


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_cannot_be_done_is_said(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, keys = str(tmp_path / "w"), logs(tmp_path)
    top = ["--language", language]

    def says(*arguments: str, env: str = "") -> str:
        assert main([*top, *arguments]) == 1, env
        return capsys.readouterr().err

    run = ("run", "--data", data, "--logs", str(keys), "--listen")
    assert "no blanks" in says("init", "--data", data, "--name", "a b") or language == "zh_CN"
    assert data in says("vkey", "--data", data)
    assert data in says(*run, "127.0.0.1:0")
    assert main(["init", "--data", data, "--name", "w"]) == 0
    assert data in says("init", "--data", data, "--name", "w")
    assert "here" in says(*run, "here")
    assert "192.0.2.1:9" in says(*run, "192.0.2.1:9")
    missing = tmp_path / "none.txt"
    assert "none.txt" in says("run", "--data", data, "--logs", str(missing))
    (tmp_path / "w" / "witness.db").unlink()
    assert data in says(*run, "127.0.0.1:0")
    (tmp_path / "w" / "witness.key").chmod(0o644)
    assert "0600" in says("vkey", "--data", data)
    assert "File exists" in says("init", "--data", str(keys), "--name", "w")


def test_a_witness_key_as_text() -> None:
    text = cosigner_vkey(WITNESS)
    assert parse_cosigner(text) == Verifier.of(WITNESS)
    assert parse_cosigner(Verifier.of(WITNESS).vkey) == Verifier.of(WITNESS)
    name, _, body = text.split("+", 2)
    for bad in ("x", f"{name}+00000000+{body}", text[:-3], f"{name}+00000000+A=B="):
        with pytest.raises(BadKey):
            parse_cosigner(bad)
    assert cosigner_vkey(TestSigner("a", "b")) != text


def test_a_later_name_of_a_log_is_watched_when_somebody_agrees(tmp_path: Path) -> None:
    later = f"{ORIGIN.removesuffix('1')}2"
    shown = AddCheckpoint(0, (), Checkpoint(later, 1, root_of([b"x" * 32])).sign(LOG))
    refused = read(shown, folder.trusted(logs(tmp_path)))
    assert isinstance(refused, Refused)
    assert "not witnessed here" in refused.why
    assert isinstance(read(shown, folder.trusted(logs(tmp_path), [later])), Checkpoint)
    with pytest.raises(Trouble):
        folder.trusted(logs(tmp_path), ["other.example/S1/LOG/2"])
