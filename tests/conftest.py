"""What every test gets: requirement marks, no network but loopback, offscreen Qt, Hypothesis."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.covering import CoverRecorder, known_ids, unknown_ids

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"
"""Requirements and corpora that live beside the repository, not in it."""

LOOPBACK = "127.0.0.1,::1,localhost"

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("LC_ALL", "C.UTF-8")

settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=100,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("campaign", parent=settings.get_profile("ci"), max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--covers-out``: where the matrix's raw material goes."""
    parser.addoption(
        "--covers-out",
        metavar="FILE",
        help="write which test covered which requirement, and its outcome, as JSON",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Close the network but for loopback, and record covers where a file is asked for."""
    config.option.allow_hosts = config.option.allow_hosts or LOOPBACK
    config.option.allow_unix_socket = True
    config.addinivalue_line(
        "markers", "covers(*ids): the requirements of shared/requirements this test proves"
    )
    config.addinivalue_line("markers", "campaign: long checks, run by `make campaign`")
    target = config.getoption("--covers-out")
    if target and not hasattr(config, "workerinput"):
        config.pluginmanager.register(CoverRecorder(Path(target)), "lotbook-covers")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse unknown requirement ids, and carry the known ones in every report."""
    known = known_ids(SHARED / "requirements")
    wrong: list[str] = []
    for item in items:
        ids = [str(one) for mark in item.iter_markers("covers") for one in mark.args]
        wrong += [f"{item.nodeid}: {one}" for one in unknown_ids(ids, known)]
        if ids:
            item.user_properties.append(("covers", sorted(set(ids))))
    if wrong:
        msg = "these marks name no requirement of shared/requirements:\n  " + "\n  ".join(wrong)
        raise pytest.UsageError(msg)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of requirements and corpora beside the repository; skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs the corpora in ../shared, which are not part of this repository")
    return SHARED


@pytest.fixture(scope="session")
def repository() -> Path:
    """The repository's root."""
    return REPOSITORY
