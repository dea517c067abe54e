"""``lotbook-server``: one program for founding, running, checking and asking the server."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nacl.utils

from server import commands, drill_command, list_commands, recovery_commands, trace_commands
from server.asset_commands import AssetCommands
from server.audit.machine import running
from server.backup_commands import add_commands
from server.doctor_command import add_doctor
from server.folder import DataFolder
from server.fsck_command import add_fsck
from server.history_commands import add_history
from server.log_lines import shown
from server.mend import add_mend
from server.move_command import MoveCommand
from server.plan import PlanError
from server.proof_commands import add_proof
from server.run_command import add_run
from server.status_command import add_status
from server.trail_commands import TrailCommands
from server.trust_commands import TrustCommands
from server.trust_parser import add_people, add_stations
from server.upgrade import add_upgrade
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


def parser() -> argparse.ArgumentParser:
    """The command line, whole."""
    top = argparse.ArgumentParser(
        prog="lotbook-server", description="Signed batch records: the server."
    )
    top.add_argument("--language", choices=("en", "zh_CN"), default=None, help="of messages")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    _founding(verbs)
    add_run(verbs, _data)
    add_status(verbs, _data)
    _forms(verbs)
    _acts(verbs)
    _care(verbs)
    add_commands(verbs, SystemClock(), nacl.utils.random)
    add_mend(verbs, _data)
    add_upgrade(verbs, _data)
    MoveCommand(SystemClock()).add(verbs, _data)
    AssetCommands(commands.remote, commands.opened, commands.components).add(verbs, _signed)
    TrailCommands(commands.remote, commands.opened, commands.components).add(verbs, _signed)
    drill_command.add(verbs, _signed)
    trace_commands.add(verbs, _signed)
    add_history(verbs, _data, SystemClock().monotonic_ns, commands.components)
    add_doctor(verbs, _signed, commands.remote, SystemClock())
    add_proof(verbs, _signed, commands.remote, commands.opened)
    return top


def _founding(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = _data(verbs.add_parser("init", help="found a server from a plan"))
    init.add_argument("--plan", type=Path, required=True, help="YAML or TOML, see server/plan.py")
    init.add_argument("--secrets", default="", help="file of lines P-001=secret; - for stdin")
    init.set_defaults(run=commands.init)


def _forms(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    forms = verbs.add_parser("forms", help="work masters: check, propose, approve")
    steps = forms.add_subparsers(dest="step", required=True, metavar="STEP")
    check = steps.add_parser("check", help="is this YAML a work master; names line and cure")
    check.add_argument("file", type=Path)
    check.set_defaults(run=commands.forms_check)
    propose = _signed(steps.add_parser("propose", help="hand in a new revision, signed"))
    propose.add_argument("file", type=Path)
    propose.set_defaults(run=commands.forms_propose)
    for step, what in (("review", "a second person's check"), ("approve", "quality's approval")):
        act = _signed(steps.add_parser(step, help=what))
        act.add_argument("id")
        act.add_argument("revision", type=int)
        act.set_defaults(run=commands.forms_sign)


def _acts(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    people = verbs.add_parser("people", help="who is enrolled").add_subparsers(
        dest="step", required=True, metavar="STEP"
    )
    _signed(people.add_parser("list", help="everyone")).set_defaults(run=list_commands.people_list)
    change = _signed(people.add_parser("change-secret", help="choose a new secret for oneself"))
    change.set_defaults(run=commands.people_change_secret)
    unlock = _signed(people.add_parser("unlock", help="let a locked person try again"))
    unlock.add_argument("person")
    unlock.set_defaults(run=commands.people_unlock)
    trust = TrustCommands(commands.remote, commands.opened, commands.components)
    add_people(people, _signed, trust)
    stations = verbs.add_parser("stations", help="stations").add_subparsers(
        dest="step", required=True, metavar="STEP"
    )
    _signed(stations.add_parser("list", help="all")).set_defaults(run=list_commands.stations_list)
    approve = _signed(stations.add_parser("approve", help="approve an enrolment (two persons)"))
    approve.add_argument("station")
    approve.set_defaults(run=commands.stations_approve)
    add_stations(stations, _signed, trust)
    lots = verbs.add_parser("lots", help="lots").add_subparsers(
        dest="step", required=True, metavar="STEP"
    )
    receive = _signed(lots.add_parser("receive", help="receive a lot"))
    for name in ("item", "lot", "quantity", "unit"):
        receive.add_argument(name)
    receive.add_argument("--expiry", default=None, help="2031-06-30")
    receive.add_argument("--supplier", default="")
    receive.add_argument("--status", default="quarantine")
    receive.set_defaults(run=commands.lots_receive)
    jobs = verbs.add_parser("jobs", help="job orders").add_subparsers(
        dest="step", required=True, metavar="STEP"
    )
    dispatch = _signed(jobs.add_parser("dispatch", help="dispatch a job order"))
    for name in ("id", "lot", "work_master"):
        dispatch.add_argument(name)
    dispatch.add_argument("units", type=int)
    dispatch.add_argument("--serial-prefix", default="")
    dispatch.add_argument("--serial-first", type=int, default=1)
    dispatch.set_defaults(run=commands.jobs_dispatch)


def _care(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for verb, what, run in (
        ("rebuild", "compute all projections again from the log", commands.rebuild),
        ("keys", "all public keys, for lotbook-verify --keys", commands.keys),
    ):
        _data(verbs.add_parser(verb, help=what)).set_defaults(run=run)
    recovery = verbs.add_parser("recovery", help="what a server put back from a backup lacks")
    steps = recovery.add_subparsers(dest="step", required=True, metavar="STEP")
    shown = _at_server(steps.add_parser("show", help="what is missing, and who signed already"))
    shown.set_defaults(run=recovery_commands.show)
    going = _at_server(steps.add_parser("go-on", help="go on without it: two persons sign"))
    going.add_argument("--reason", default="", help="why; of the first person")
    going.set_defaults(run=recovery_commands.go_on)
    add_fsck(verbs, _signed, commands.remote)
    export = _signed(
        verbs.add_parser(
            "export", help="evidence pack, batch record and keys; without JOB: all there is"
        )
    )
    export.add_argument("job", nargs="?", default="", help="a job order; none: the whole server")
    export.add_argument(
        "--attachments", action="store_true", help="of the whole server: photos and files too"
    )
    export.add_argument("-o", "--out", type=Path, required=True)
    export.add_argument("--by", default="", help="person id; must be the one who authenticates")
    export.set_defaults(run=commands.export)


def _data(sub: argparse.ArgumentParser) -> argparse.ArgumentParser:
    sub.add_argument("--data", type=Path, required=True, help="the server's data folder")
    sub.add_argument(
        "--database", default="", metavar="URL", help="postgresql://role@host/name; init keeps it"
    )
    return sub


def _signed(sub: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """A command that a person signs, at a running server or on its folder."""
    sub.add_argument("--data", type=Path, default=None, help="data folder of a stopped server")
    sub.add_argument("--url", default="", help="a running server, such as http://127.0.0.1:8080")
    sub.add_argument("--badge", default="", help="badge code (else LOTBOOK_BADGE, else asked)")
    sub.add_argument("--secret-stdin", action="store_true", help="read the secret from stdin")
    return sub


def _at_server(sub: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """A command that a person signs, at a running server only: it must have asked its stations."""
    sub.add_argument("--url", required=True, help="the server, such as http://127.0.0.1:8080")
    sub.add_argument("--badge", default="", help="badge code (else LOTBOOK_BADGE, else asked)")
    sub.add_argument("--secret-stdin", action="store_true", help="read the secret from stdin")
    return sub


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
    given = parser().parse_args(arguments)
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
