"""The plant is founded once; each test gets a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.badinput.plant import Site, copy_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A plant as it is on the first morning."""
    site = Site(tmp_path_factory.mktemp("founded") / "site")
    site.folder.mkdir()
    site.found()
    return site


@pytest.fixture(scope="session")
def running(founded: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy whose server runs all the time; it is sound when it ends."""
    site = copy_of(founded, tmp_path_factory.mktemp("running") / "site")
    with site.serving():
        yield site
    site.server_sound()
    assert "Traceback" not in (site.folder / "server.log").read_text(encoding="utf-8")


@pytest.fixture
def site(founded: Site, tmp_path: Path) -> Site:
    """A copy of the founded plant."""
    return copy_of(founded, tmp_path / "site")
