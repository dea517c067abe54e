"""A pytest plugin: how every test ended, one JSON line each, in the file named by OUTCOMES.

Killed is what an *assertion* stopped. A test that breaks in another way (an import that fails, a
timeout) proves only that the patch is bad.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

OUTCOMES = "LOTBOOK_MUTANT_OUTCOMES"
"""Environment variable."""


def _by_assertion(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return any(_by_assertion(one) for one in error.exceptions)
    if isinstance(error, pytest.fail.Exception):  # `pytest.raises` that saw nothing, too
        return not str(error).startswith("Timeout")
    return isinstance(error, AssertionError)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write a line for the test itself, and for a set-up or tear-down that did not pass."""
    report = yield
    if call.when == "call" or not report.passed:
        error = call.excinfo.value if call.excinfo is not None else None
        asserted = call.when == "call" and error is not None and _by_assertion(error)
        line = {
            "test": item.nodeid,
            "outcome": report.outcome,
            "asserted": asserted,
            "said": "" if error is None else f"{type(error).__name__}: {error}".strip()[:300],
        }
        with Path(os.environ[OUTCOMES]).open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
    return report
