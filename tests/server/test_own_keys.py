"""The server's own keys: in files, or on a token; a copied data folder alone signs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.own_keys import PLACES, SERVER_KEY, OwnKeys
from server.words import Refusal
from sync.faults import Fault
from sync.keys import Verifier
from tests.sync.token_kit import LABEL, MODULE, PIN, SoftToken, token

__all__ = ["token"]

PREFIX = "plant.example/S1"
ON_TOKEN = f'kind = "pkcs11"\nmodule = "{MODULE}"\ntoken = "{LABEL}"\npin_variable = "PIN"\n'


def keys(folder: Path, **environment: str) -> OwnKeys:
    return OwnKeys(folder, lambda size: bytes(range(size)), environment)


@pytest.mark.covers("T07")
def test_in_files_they_open_only_with_the_machine_secret(tmp_path: Path) -> None:
    keys(tmp_path).make(PREFIX)
    server, office = keys(tmp_path).open()
    assert (server.name, office.name) == (f"{PREFIX}/LOG/1", f"{PREFIX}/OFFICE/1")
    (tmp_path / "machine.secret").write_bytes(b"of another machine")
    with pytest.raises(Fault, match="key-of-another-machine"):
        keys(tmp_path).open()


@pytest.mark.covers("T07")
def test_on_a_token_the_folder_holds_no_key_of_the_server(token: SoftToken, tmp_path: Path) -> None:
    (tmp_path / PLACES).write_text(f'prefix = "{PREFIX}"\n[server]\n{ON_TOKEN}')
    keys(tmp_path, PIN=PIN).make(PREFIX)
    server, office = keys(tmp_path, PIN=PIN).open()
    assert Verifier.of(server).verify(b"x", server.sign(b"x"))
    assert Verifier.of(office).verify(b"x", office.sign(b"x"))
    assert not (tmp_path / SERVER_KEY).exists()
    token.pull()
    with pytest.raises(Fault, match="key-token-missing"):
        keys(tmp_path, PIN=PIN).open()
    token.put_back()
    assert keys(tmp_path, PIN=PIN).open()[0].public_key == server.public_key


@pytest.mark.parametrize(
    "text",
    [
        "\xff",
        "prefix =",
        "[server]\nkind = 'nowhere'\n",
        f"[server]\n{ON_TOKEN}",
        f'prefix = "other.example/S1"\n[server]\n{ON_TOKEN}',
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / PLACES).write_bytes(text.encode("latin-1"))
    with pytest.raises(Refusal, match=PLACES):
        keys(tmp_path, PIN=PIN).make(PREFIX)
