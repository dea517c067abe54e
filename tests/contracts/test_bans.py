"""House rules that no linter knows: clocks, chance, floats, rich text, swallowed errors, SQL."""

from __future__ import annotations

import ast

import pytest

from tests.contracts.source import Module, calls, modules, names_used

CLOCK_AND_CHANCE = (
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.sleep",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "os.urandom",
    "uuid.uuid1",
    "uuid.uuid4",
    "nacl.utils.random",
)
CHANCE_MODULES = ("random", "secrets")
COMPOSITION_ROOTS = {
    "sync.clock": "the one real clock of both programs, handed down by their roots",
    "devices.clock": "the one real clock of the instruments process",
    "sync.key_file": "as sync.keys",
    "sync.keys": "keys and nonces come from the operating system's chance and nowhere else",
    "sync.verify_cli": "a program",
    "terminal.app": "a program",
    "terminal.enrol": "makes the station's key: the operating system's chance",
    "terminal.commands": "a program: enrolling waits for approval",
    "terminal.tasks": "the only door to threads: waits and timers",
    "server.app": "a program",
    "server.cli": "a program",
    "witness.cli": "a program",
}
"""Where the real clock and chance are chosen. Adding one needs a reason that a reader accepts."""

THREADS = (
    "threading.",
    "_thread.",
    "multiprocessing.",
    "concurrent.",
    "asyncio.to_thread",
    "anyio.to_thread",
)
SIMULATED = ("forms", "sync", "terminal", "server")
DOORS_TO_THREADS = {
    "terminal.tasks": "the only door to threads of a terminal",
    "server.workers": "the only door to threads of a server",
    "server.standby": "answers while this process waits for its turn: before there is a server",
    "server.following": "looks who serves while this process waits for its turn",
    "sync.framing": "what compresses, made once for each thread: none is started",
    "sync.pkcs11_signer": "a lock around a token, which takes one caller at a time",
}
"""Everything else runs in whatever thread calls it: so that the simulator needs only one."""

LABEL_FACTORIES = ("terminal.widgets.label", "terminal.widgets.text", "terminal.widgets.labels")
RICH = ("setHtml", "insertHtml", "setMarkdown", "setTextFormat", "setOpenExternalLinks")
RUNS_TEXT = ("eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.loads")
TEST_KITS = ("devices.testing", "devices.sim")
"""Imported by tests and the demo only (import-linter)."""

QUANTITY_PACKAGES = ("forms", "sync", "devices", "server", "witness")
NO_QUANTITIES = {
    "devices.engines": "pixels",
    "devices.views": "pixels",
    "devices.vision": "pixels",
    "sync.backoff": "seconds to wait",
}
"""Modules whose floats are no amounts of anything recorded."""


def everywhere_but(*names: str) -> list[Module]:
    return [module for module in modules() if module.name not in names]


def test_clock_and_chance_are_arguments() -> None:
    wrong = [
        f"{module.at(node)} uses {name}"
        for module in everywhere_but(*COMPOSITION_ROOTS)
        if not module.name.startswith(TEST_KITS)
        for name, node in names_used(module)
        if name in CLOCK_AND_CHANCE or name.startswith(tuple(f"{one}." for one in CHANCE_MODULES))
    ]
    assert not wrong, "take a Clock or a source of chance as a constructor argument"


def test_composition_roots_exist() -> None:
    known = {module.name for module in modules()}
    assert not {*COMPOSITION_ROOTS, *DOORS_TO_THREADS} - known, "take it out of the list"


def test_threads_are_behind_named_doors() -> None:
    """What the simulator runs in one thread may start none of its own."""
    wrong = [
        f"{module.at(node)} uses {name}"
        for module in everywhere_but(*DOORS_TO_THREADS)
        if module.name.split(".")[0] in SIMULATED
        for name, node in names_used(module)
        if name.startswith(THREADS)
    ]
    assert not wrong


def test_quantities_are_never_floats() -> None:
    """``float()`` accepts what no instrument says, and loses the digits it said."""
    wrong = [
        module.at(node)
        for module in everywhere_but(*NO_QUANTITIES)
        if module.name.split(".")[0] in QUANTITY_PACKAGES
        for name, node in calls(module)
        if name == "float"
    ]
    assert not wrong


@pytest.mark.covers("T30")
def test_labels_come_from_one_factory() -> None:
    """A QLabel guesses rich text; only the factory may make one, and it sets plain text."""
    wrong = [
        f"{module.at(node)} calls {name}"
        for module in everywhere_but(*LABEL_FACTORIES)
        for name, node in calls(module)
        if name.endswith((".QLabel", ".QMessageBox", ".QTextEdit", ".QTextBrowser", ".QToolTip"))
    ]
    assert not wrong


@pytest.mark.covers("T30")
def test_nothing_shows_rich_text() -> None:
    wrong = [
        f"{module.at(node)} calls {name}"
        for module in modules()
        for name, node in calls(module)
        if name.rsplit(".", 1)[-1] in RICH and not _sets_plain(node)
    ]
    assert not wrong


def _sets_plain(call: ast.Call) -> bool:
    return any("PlainText" in ast.unparse(argument) for argument in call.args)


def test_nothing_runs_text_it_was_given() -> None:
    wrong = [
        f"{module.at(node)} calls {name}"
        for module in modules()
        for name, node in calls(module)
        if name in RUNS_TEXT
    ]
    assert not wrong


def test_no_shell() -> None:
    wrong = [
        module.at(node)
        for module in modules()
        for name, node in calls(module)
        if name.startswith(("subprocess.", "asyncio.create_subprocess_shell"))
        and any(word.arg == "shell" for word in node.keywords)
    ]
    assert not wrong


def test_no_error_is_swallowed_unseen() -> None:
    """A handler of everything must do something; ``pass`` alone hides the next fault."""
    wrong = [
        module.at(handler)
        for module in modules()
        for handler in ast.walk(module.tree)
        if isinstance(handler, ast.ExceptHandler)
        and _catches_all(handler)
        and _does_nothing(handler)
    ]
    assert not wrong


def _catches_all(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"}


def _does_nothing(handler: ast.ExceptHandler) -> bool:
    return all(isinstance(line, (ast.Pass, ast.Continue)) for line in handler.body)


SQL_WORDS = ("select ", "insert ", "update ", "delete ", "pragma ", "create ", "drop ")
SQL_BY_CONSTANTS = {
    "sync.sqlite": "names of pragmas and tables from constants of the module",
    "sync.journal_store": "names of tables from constants of the module",
    "server.store.schema": "names of tables and columns from the schema",
    "server.store.postgres_schema": "names of tables and columns from the schema",
    "server.store.postgres_scratch": "a schema's name, of lower-case letters, digits and _ alone",
    "server.store.postgres_settings": "a setting that was one of those allowed",
    "server.store.sqlite": "names of tables and columns checked against the schema",
    "server.store.migrations.frozen_tables": "names of tables of versions that were released",
}


@pytest.mark.covers("T27")
def test_sql_is_never_put_together_from_values() -> None:
    """Values travel as parameters; only the named modules build SQL, from constants."""
    wrong = [
        module.at(node)
        for module in everywhere_but(*SQL_BY_CONSTANTS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.JoinedStr) and _starts_like_sql(node)
    ]
    assert not wrong


def _starts_like_sql(text: ast.JoinedStr) -> bool:
    first = text.values[0] if text.values else None
    return (
        isinstance(first, ast.Constant)
        and isinstance(first.value, str)
        and first.value.lstrip().lower().startswith(SQL_WORDS)
        and first.value.lstrip()[:1].isupper()
        and first.value.lstrip().split(" ")[0].isupper()
    )
