"""Commands about trust: revocation, two histories, marks on labels, people's new keys."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from server.people.enrolment import NewKey
from server.people.factor_changes import Proven

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from server.folder import DataFolder
    from server.integrate.remote import Remote
    from server.parts import Parts
    from server.people.directory import Acting

WORDS: dict[str, tuple[str, str]] = {
    "revoked": (
        "{origin}: revoked. Valid up to record {size}; nothing from #{size} on counts.",
        "{origin}：已吊销。有效至第 {size} 条记录；自 #{size} 起均不作数。",
    ),
    "revoked-next": (
        "  Records above that are here are disputed; the station's next epoch is a new enrolment.",
        "  已在此处的更后记录列为存疑；该工位须以新纪元重新登记。",
    ),
    "branch": (
        "{origin} branch {branch}: {count} records from #{from_size}, {cause}, {status} {decision}",
        "{origin} 分支 {branch}：自 #{from_size} 起，{count} 条记录，{cause}，{status} {decision}",
    ),
    "decided": (
        "{origin} branch {branch}: {decision}. Lots stay frozen until quality lifts each hold.",
        "{origin} 分支 {branch}：{decision}。各批次在质量部门逐一解除冻结前保持冻结。",
    ),
    "break": (
        "{origin} -> {next}: {kept} records here of {claimed} known; missing: {missing}",
        "{origin} -> {next}：已知 {claimed} 条，现存 {kept} 条；缺失：{missing}",
    ),
    "none": ("None.", "无。"),
    "mark-known": (
        "The label agrees with the log that is here.",
        "标签与现有日志一致。",
    ),
    "mark-missing": (
        "Records up to this mark existed and are not here: an alarm was raised.",
        "该标记之前的记录曾经存在而现在缺失：已发出警报。",
    ),
    "mark-contradicts": (
        "The label contradicts the log: two histories were signed. An alarm was raised.",
        "标签与日志矛盾：存在两个已签名的历史。已发出警报。",
    ),
    "deactivated": (
        "{person}: may no longer act. Records and signatures stay.",
        "{person}：不得再操作。其记录与签名保留。",
    ),
    "factor-reset": (
        "{person}: has no second factor any more; every session of the person has ended.",
        "{person}：第二因素已清除；其所有会话已结束。",
    ),
    "rekeyed": (
        "{person}: has a new key; what arrives under the old one from now on does not count.",
        "{person}：已有新密钥；此后以旧密钥到达的签名不作数。",
    ),
}
"""What the commands say: English, Chinese."""


def say(given: argparse.Namespace, code: str, **facts: object) -> None:
    """One line for a person, in the language of messages."""
    sys.stdout.write(WORDS[code][given.language == "zh_CN"].format(**facts) + "\n")


class TrustCommands:
    """The commands, over a running server or a stopped one's folder."""

    def __init__(
        self,
        remote: Callable[[argparse.Namespace], Remote],
        opened: Callable[[DataFolder | None], AbstractContextManager[Parts]],
        components: Callable[[argparse.Namespace], tuple[str, str]],
    ) -> None:
        """``components``: badge and secret of who signs."""
        self._remote, self._opened, self._components = remote, opened, components

    def revoke(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """Revoke a station by record number, never by time."""
        if given.url:
            body = {"valid_to": given.valid_to, "reason": given.reason, "epoch": given.epoch}
            path = f"/api/stations/{_path(given.station)}/revocation"
            row = self._remote(given).act(path, **body)
            origin, size = row["origin"], row["valid_to"]
        else:
            with self._opened(folder) as parts:
                who = self._acting(given, parts)
                done = parts.stations.revoke(
                    given.station, given.valid_to, given.reason, who, given.epoch
                )
                origin, size = done.origin, done.valid_to
        say(given, "revoked", origin=origin, size=size)
        say(given, "revoked-next")
        return 0

    def branches(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """Histories kept beside the logs, and what was decided."""
        rows = self._read(given, folder, "/api/branches", lambda parts: parts.forks.all())
        for row in rows:
            say(given, "branch", count=row["size"] - row["from_size"], **row)
        if not rows:
            say(given, "none")
        return 0

    def decide(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """Quality's decision on a branch."""
        if given.url:
            place = f"{_path(given.station)}/{given.epoch}/branches/{given.branch}"
            body = {"decision": given.decision, "reason": given.reason}
            row = self._remote(given).act(f"/api/stations/{place}/decision", **body)
        else:
            with self._opened(folder) as parts:
                origin = parts.stations.origin(given.station, given.epoch)
                who = self._acting(given, parts)
                row = parts.forks.decide(origin, given.branch, given.decision, given.reason, who)
        say(given, "decided", **row)
        return 0

    def breaks(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """Epochs that ended, and exactly which records of them are missing."""

        def read(parts: Parts) -> list[dict[str, Any]]:
            return [
                {name: getattr(one, name) for name in one.__struct_fields__}
                for one in parts.continuity.all()
            ]

        rows = self._read(given, folder, "/api/breaks", read)
        for row in rows:
            missing = f"#{row['kept']}-#{row['claimed'] - 1}" if row["missing"] else "-"
            say(given, "break", **{**row, "missing": missing})
        if not rows:
            say(given, "none")
        return 0

    def mark(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """A log mark was read on a label; 1 if the log contradicts it."""
        if given.url:
            path = f"/api/stations/{_path(given.station)}/{given.epoch}/marks"
            body = {"mark": given.mark, "place": given.place}
            finding = self._remote(given).act(path, **body)["finding"]
        else:
            with self._opened(folder) as parts:
                origin = parts.stations.origin(given.station, given.epoch)
                who = self._acting(given, parts)
                finding = parts.continuity.mark_seen(origin, given.mark, given.place, who)
        say(given, f"mark-{finding}")
        return int(finding == "contradicts")

    def deactivate(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """End a person's right to act."""
        if given.url:
            self._remote(given).act(f"/api/people/{_path(given.person)}/deactivation")
        else:
            with self._opened(folder) as parts:
                parts.enrolment.deactivate(given.person, self._acting(given, parts))
        say(given, "deactivated", person=given.person)
        return 0

    def rekey(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """Another key for the same person: a forgotten secret, a lost badge, a key in doubt."""
        new = NewKey(
            id=given.person,
            badge=_asked("LOTBOOK_NEW_BADGE", "New badge: "),
            secret=_hidden("LOTBOOK_NEW_SECRET", "New secret: "),
            document=given.document,
            checked_by=given.checked_by,
        )
        if given.url:
            names = ("badge", "secret", "document", "checked_by")
            self._by_two(given, "key", {name: getattr(new, name) for name in names})
        else:
            with self._opened(folder) as parts:
                parts.enrolment.rekey(new, *self._both(given, parts))
        say(given, "rekeyed", person=given.person)
        return 0

    def reset_factor(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """Take a lost second factor away."""
        proven = Proven(given.document, given.checked_by)
        if given.url:
            self._by_two(given, "second-factor-reset", proven._asdict())
        else:
            with self._opened(folder) as parts:
                parts.factors.reset(given.person, proven, *self._both(given, parts))
        say(given, "factor-reset", person=given.person)
        return 0

    def _by_two(self, given: argparse.Namespace, what: str, body: dict[str, Any]) -> None:
        """Post what two do about a person, signed in as the first."""
        server, second = self._remote(given), _second()
        both = {
            "first": server.credentials,
            "second": {"badge": second[0], "secret": second[1], "code": _second_code(given)},
        }
        server.call("POST", f"/api/people/{_path(given.person)}/{what}", body | both)

    def _both(self, given: argparse.Namespace, parts: Parts) -> tuple[Acting, Acting]:
        """The two who do something about a person, at the stopped server's machine."""
        return self._acting(given, parts), parts.sessions.check(*_second())

    def _acting(self, given: argparse.Namespace, parts: Parts) -> Acting:
        return parts.sessions.check(*self._components(given))

    def _read(
        self,
        given: argparse.Namespace,
        folder: DataFolder | None,
        path: str,
        read: Callable[[Parts], list[dict[str, Any]]],
    ) -> list[dict[str, Any]]:
        if given.url:
            found: list[dict[str, Any]] = self._remote(given).call("GET", path)
            return found
        with self._opened(folder) as parts:
            return read(parts)


def _path(name: str) -> str:
    return quote(name, safe="")


def _asked(variable: str, prompt: str) -> str:
    return os.environ.get(variable, "") or input(prompt)


def _hidden(variable: str, prompt: str) -> str:
    return os.environ.get(variable, "") or getpass.getpass(prompt)


def _second() -> tuple[str, str]:
    """Badge and secret of the second person."""
    badge = _asked("LOTBOOK_SECOND_BADGE", "Badge of the second person: ")
    return badge, _hidden("LOTBOOK_SECOND_SECRET", "Secret of the second person: ")


def _second_code(given: argparse.Namespace) -> str:
    """The second person's code; asked for where a person is there to type it."""
    if given.secret_stdin or os.environ.get("LOTBOOK_SECOND_SECRET", ""):
        return os.environ.get("LOTBOOK_SECOND_CODE", "")
    return _asked("LOTBOOK_SECOND_CODE", "Code of the second person (empty for none): ")
