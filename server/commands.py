"""What each command of ``lotbook-server`` does; each returns the exit code."""

from __future__ import annotations

import getpass
import os
import sys
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from forms.authoring import AuthoringErrors, read_master
from forms.terms import LotStatus, MaterialLot, Quantity
from forms.workpack import JobOrder
from server.exports import REMOTE, export_all, exported_files
from server.integrate.remote import Remote
from server.plan import PlanSerials, read_plan
from server.progress import Progress
from server.words import Refusal

if TYPE_CHECKING:
    import argparse

    from forms.masters import WorkMaster
    from server.folder import DataFolder
    from server.parts import Parts
    from server.people.directory import Acting


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")


def init(given: argparse.Namespace, folder: DataFolder) -> int:
    """Found a server."""
    plan = read_plan(given.plan)
    folder.init(plan, given.plan.parent, _secrets(given.secrets))
    _say(f"Founded {plan.domain}/{plan.site} in {folder.path} by {' and '.join(plan.founders)}.")
    _say(f"Next: lotbook-server run --data {folder.path}")
    return 0


def forms_check(given: argparse.Namespace, _folder: None) -> int:
    """Check a work master's text."""
    try:
        master = read_master(given.file.read_text(encoding="utf-8"), str(given.file))
    except AuthoringErrors as errors:
        raise Refusal("master-unfit", why=f"{given.file}\n{errors}") from errors
    except UnicodeDecodeError as error:
        raise Refusal("master-unfit", why=f"{given.file}: not UTF-8 ({error.reason})") from error
    _say(f"{given.file}: good: {master.id} revision {master.revision}, "
         f"{len(master.operations)} operations")  # fmt: skip
    return 0


def forms_propose(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """Hand in a work master."""
    text = given.file.read_text(encoding="utf-8")
    if given.url:
        found = remote(given).act("/api/work-masters", text=text)
        _say(f"Proposed {found['id']} revision {found['revision']}: {found['digest']}")
        return 0
    master = _master(text, given.file)
    with opened(folder) as parts:
        digest = parts.masters.propose(master, _acting(given, parts))
    _say(f"Proposed {master.id} revision {master.revision}: {digest}")
    return 0


def forms_sign(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """Check (review) or approve a proposed work master."""
    if given.url:
        verb = "check" if given.step == "review" else "approve"
        remote(given).act(f"/api/work-masters/{given.id}/{given.revision}/{verb}")
    else:
        with opened(folder) as parts:
            sign = parts.masters.check if given.step == "review" else parts.masters.approve
            sign(given.id, given.revision, _acting(given, parts))
    _say(f"Signed: {given.step} of {given.id} revision {given.revision}")
    return 0


def people_change_secret(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """A new secret for who gives the old one; asked for, never an argument."""
    badge, old = components(given)
    new = os.environ.get("LOTBOOK_NEW_SECRET", "") or getpass.getpass("New secret: ")
    if given.url:
        remote = Remote(given.url, badge, old, given.language, code_of(given))
        remote.act("/api/me/secret", new_secret=new)
    else:
        with opened(folder) as parts:
            acting = parts.sessions.check(badge, old, initial=True)
            wrapped = parts.enrolment.rewrapped(parts.directory.claim(badge, old), new)
            parts.enrolment.change_secret(acting, wrapped)
    _say("Changed. Stations take the new secret with their next work pack.")
    return 0


def people_unlock(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """Lift the lock of a person's badge."""
    if given.url:
        remote(given).act(f"/api/people/{given.person}/unlocking")
    else:
        with opened(folder) as parts:
            parts.sessions.lockout.lift(given.person, _acting(given, parts))
    _say(f"{given.person}: unlocked")
    return 0


def stations_approve(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """One person's approval of a station."""
    if given.url:
        status = remote(given).act(f"/api/stations/{given.station}/approvals")["status"]
    else:
        with opened(folder) as parts:
            status = parts.stations.approve(given.station, _acting(given, parts)).status
    _say(f"{given.station}: {status}")
    if status == "requested":
        _say("  A second, different person (administrator or quality) must approve too.")
    return 0


def lots_receive(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """Receive a lot."""
    if given.url:
        body = {name: getattr(given, name) for name in _LOT}
        remote(given).act("/api/lots", **body)
    else:
        with opened(folder) as parts:
            parts.catalogue.receive(_lot(given), _acting(given, parts))
    _say(f"Received {given.item}/{given.lot}: {given.quantity} {given.unit}, {given.status}")
    return 0


def jobs_dispatch(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """Dispatch a job order."""
    rule = PlanSerials(prefix=given.serial_prefix, first=given.serial_first)
    serials = [f"{rule.prefix}{rule.first + n:0{rule.digits}d}" for n in range(given.units)]
    if given.url:
        body: dict[str, Any] = {name: getattr(given, name) for name in ("id", "lot", "units")}
        remote(given).act("/api/jobs", **body, work_master=given.work_master, serials=serials)
    else:
        with opened(folder) as parts:
            order = JobOrder(
                id=given.id,
                lot=given.lot,
                units=given.units,
                work_master=parts.masters.newest_approved(given.work_master),
                serials=tuple(serials),
            )
            parts.orders.dispatch(order, _acting(given, parts))
    _say(f"Dispatched {given.id}: lot {given.lot}, {given.units} units")
    return 0


def rebuild(_given: argparse.Namespace, folder: DataFolder) -> int:
    """Compute all projections again."""
    with folder.open() as parts, Progress(sys.stderr, "rebuild") as progress:
        parts.book.catch_up()
        count = parts.projections.rebuild(progress)
    _say(f"Rebuilt from {count} leaves.")
    return 0


def keys(_given: argparse.Namespace, folder: DataFolder) -> int:
    """Print the public keys; works while the server runs."""
    sys.stdout.write(folder.keys())
    return 0


def export(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """Write what leaves the house about a job order; who takes it is noted in the audit trail."""
    if not given.job:
        return _export_all(given, folder)
    if given.url:
        server = remote(given)
        files = {
            name: server.fetch(path.format(job=quote(given.job, safe="")))
            for name, path in REMOTE.items()
        }
    else:
        with opened(folder) as parts:
            files = exported_files(parts, given.job, given.by, _acting(given, parts))
    given.out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (given.out / name).write_bytes(data)
    _say(f"Exported {given.job} to {given.out}: {', '.join(files)}")
    _say(f"Check it: lotbook-verify {given.out / 'evidence.zip'} --keys {given.out / 'keys.txt'}")
    return 0


def _export_all(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """Write all that the server holds, from a stopped server."""
    with opened(None if given.url else folder) as parts, Progress(sys.stderr, "export") as progress:
        who = _acting(given, parts)
        count = export_all(parts, given.out, given.by, who, attachments=given.attachments,
                           progress=progress)  # fmt: skip
    keys = given.out.with_name(f"{given.out.name}-keys.txt")
    keys.write_text(folder.keys() if folder else "", encoding="utf-8")
    _say(f"Exported {count} leaves and records to {given.out}; public keys in {keys}")
    _say(f"Check it: lotbook-verify {given.out} --keys {keys}")
    return 0


_LOT = ("item", "lot", "quantity", "unit", "expiry", "supplier", "status")


def _lot(given: argparse.Namespace) -> MaterialLot:
    try:
        return MaterialLot(
            lot=given.lot,
            item=given.item,
            quantity=Quantity(value=Decimal(given.quantity), unit=given.unit),
            status=LotStatus(given.status),
            expiry=date.fromisoformat(given.expiry) if given.expiry else None,
            supplier=given.supplier,
        )
    except (ValueError, InvalidOperation) as error:
        raise Refusal("bad-request", why=str(error)) from error


def _master(text: str, file: Path) -> WorkMaster:
    try:
        return read_master(text, str(file))
    except AuthoringErrors as errors:
        raise Refusal("master-unfit", why=str(errors)) from errors


def _secrets(source: str) -> dict[str, str]:
    """Lines ``P-001=secret`` of a file or of stdin."""
    if not source:
        return {}
    text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {person.strip(): secret.strip() for person, secret in pairs}


def components(given: argparse.Namespace) -> tuple[str, str]:
    """Badge and secret of who signs; the secret is never an argument."""
    badge = given.badge or os.environ.get("LOTBOOK_BADGE", "") or input("Badge: ")
    if given.secret_stdin:
        return badge, sys.stdin.readline().rstrip("\n")
    return badge, os.environ.get("LOTBOOK_SECRET", "") or getpass.getpass("Secret: ")


def code_of(given: argparse.Namespace) -> str:
    """The second factor's code; asked for where the secret is, empty for who has none."""
    typed = not (given.secret_stdin or os.environ.get("LOTBOOK_SECRET", ""))
    return os.environ.get("LOTBOOK_CODE", "") or (input("Code (empty for none): ") if typed else "")


def _acting(given: argparse.Namespace, parts: Parts) -> Acting:
    return parts.sessions.check(*components(given))


def remote(given: argparse.Namespace) -> Remote:
    """A running server, asked as the person who signs."""
    badge, secret = components(given)
    return Remote(given.url, badge, secret, given.language, code_of(given))


def opened(folder: DataFolder | None) -> Any:  # noqa: ANN401 - a context manager of Parts
    """The parts over a stopped server's folder."""
    if folder is None:
        raise Refusal("nowhere-to-ask")
    return folder.open()
