"""A SoftHSM token for tests: a folder of its own, one token, PIN 246810."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pkcs11
import pytest

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
LABEL, PIN = "lotbook-test", "246810"


class SoftToken:
    """The token in its folder, as a plug that can be pulled."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.aside = folder / "tokens", folder / "pulled"
        self.folder.mkdir(parents=True)
        self.conf = folder / "softhsm2.conf"
        self.conf.write_text(f"directories.tokendir = {self.folder}\nlog.level = ERROR\n")

    def initialise(self) -> None:
        words = ["softhsm2-util", "--init-token", "--free", "--label", LABEL]
        words += ["--so-pin", "87654321", "--pin", PIN]
        subprocess.run(words, check=True, capture_output=True)

    def start_again(self) -> None:
        """As a new process would: nobody is logged in."""
        pkcs11.lib(MODULE).reinitialize()

    def pull(self) -> None:
        self.folder.rename(self.aside)
        self.folder.mkdir()
        self.start_again()  # a driver that notices: every session is over

    def put_back(self) -> None:
        self.folder.rmdir()
        self.aside.rename(self.folder)


def soft_token(folder: Path) -> Iterator[SoftToken]:
    """For fixtures: the module reads its configuration when it starts, so it starts anew."""
    token = SoftToken(folder)
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(token.conf)
    token.initialise()
    pkcs11.lib(MODULE).reinitialize()
    yield token
    if before is None:
        del os.environ["SOFTHSM2_CONF"]


@pytest.fixture
def token(tmp_path: Path) -> Iterator[SoftToken]:
    yield from soft_token(tmp_path / "hsm")
