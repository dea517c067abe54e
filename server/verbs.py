"""The commands of ``lotbook-server`` but ``run``: a server that starts waits for none of them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from server import commands, drill_command, list_commands, recovery_commands, trace_commands
from server.asset_commands import AssetCommands
from server.backup_commands import add_commands
from server.doctor_command import add_doctor
from server.fsck_command import add_fsck
from server.history_commands import add_history
from server.mend import add_mend
from server.move_command import MoveCommand
from server.proof_commands import add_proof
from server.run_command import data
from server.status_command import add_status
from server.trail_commands import TrailCommands
from server.trust_commands import TrustCommands
from server.trust_parser import add_people, add_stations
from server.upgrade import add_upgrade
from server.ways import Ways

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.clock import Clock


def add_verbs(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    clock: Clock,
    random: Callable[[int], bytes],
) -> None:
    """Add them all; clock and chance are the program's."""
    _founding(verbs)
    add_status(verbs, data)
    _forms(verbs)
    _acts(verbs)
    _care(verbs)
    add_commands(verbs, clock, random)
    add_mend(verbs, data)
    add_upgrade(verbs, data)
    MoveCommand(clock).add(verbs, data)
    ways = Ways(commands.remote, commands.opened, commands.components)
    AssetCommands(ways).add(verbs, _signed)
    TrailCommands(ways).add(verbs, _signed)
    drill_command.add(verbs, _signed)
    trace_commands.add(verbs, _signed)
    add_history(verbs, data, clock.monotonic_ns, commands.components)
    add_doctor(verbs, _signed, commands.remote, clock)
    add_proof(verbs, _signed, commands.remote, commands.opened)


def _founding(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = data(verbs.add_parser("init", help="found a server from a plan"))
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
        data(verbs.add_parser(verb, help=what)).set_defaults(run=run)
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
