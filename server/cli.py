"""``lotbook-server``: one program for founding, running, checking and asking the server."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nacl.utils

from server.audit.machine import running
from server.folder import DataFolder
from server.log_lines import shown
from server.plan_error import PlanError
from server.run_command import add_run
from server.words import Refusal
from sync.clock import SystemClock
from sync.faults import Fault
from sync.keys import PERSON_COST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.audit.program import Running

USAGE_ERROR, FAILED = 2, 1
COST = PERSON_COST
"""What deriving from a secret costs here."""


def parser(arguments: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The command line, whole; of ``run``, which ``arguments`` may ask for, that command alone."""
    top = argparse.ArgumentParser(
        prog="lotbook-server", description="Signed batch records: the server."
    )
    top.add_argument("--language", choices=("en", "zh_CN"), default=None, help="of messages")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    add_run(verbs)
    if tuple(arguments[:1]) != ("run",):
        from server.verbs import add_verbs  # noqa: PLC0415  a server that starts waits for none

        add_verbs(verbs, SystemClock(), nacl.utils.random)
    return top


def folder_at(path: Path, running: Running | None = None, database: str = "") -> DataFolder:
    """The data folder with this machine's clock and chance."""
    folder = DataFolder(path, SystemClock(), nacl.utils.random, COST, os.environ, running)
    folder.database = database
    return folder


def language_of(environment: str, asked: str | None) -> str:
    """The language of messages: what was asked, else what LANG says."""
    if asked:
        return asked
    return "zh_CN" if environment.lower().startswith("zh") else "en"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 refused or failed, 2 unusable input."""
    words = sys.argv[1:] if arguments is None else arguments
    given = parser(words).parse_args(words)
    language = language_of(os.environ.get("LC_ALL") or os.environ.get("LANG", ""), given.language)
    given.language = language
    data = getattr(given, "data", None)
    database = getattr(given, "database", "")
    folder = folder_at(data, running(given), database) if data is not None else None
    try:
        return int(given.run(given, folder))
    except PlanError as error:
        return _complain(str(error), "", USAGE_ERROR)
    except Refusal as refusal:
        return _complain(refusal.words(language), refusal.hint(language), FAILED)
    except Fault as fault:
        return _complain(fault.hint[language], f"({fault})", FAILED)
    except EOFError:
        nobody = Refusal("nobody-to-ask")
        return _complain(nobody.words(language), nobody.hint(language), USAGE_ERROR)
    except OSError as error:
        return _complain(*_system(error, language), FAILED)


def _system(error: OSError, language: str) -> tuple[str, str]:
    """What the operating system refused, and a cure where one is known."""
    if isinstance(error, FileNotFoundError) and error.filename:
        missing = Refusal("path-missing", path=str(error.filename))
        return missing.words(language), missing.hint(language)
    return str(error), ""


def _complain(message: str, hint: str, code: int) -> int:
    sys.stderr.write(f"lotbook-server: {shown(message)}\n")
    if hint:
        sys.stderr.write(f"  {shown(hint)}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
