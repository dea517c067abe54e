"""The machine and the data folder: disk, database engine, clock, keys, certificate, spool."""

from __future__ import annotations

import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forms.checkup import Finding, bad, good
from server.audit.spool import SPOOL
from server.own_keys import OFFICE_KEY, PLACES, SECRET, SERVER_KEY
from server.store.opening import FILE, is_there
from server.tls import Tls
from server.words import Refusal
from sync.faults import Fault
from sync.sqlite import assert_engine, engine_version

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LEAST_FREE = 2 * 1024**3
"""Bytes: with less the server's own alarm is near."""
FAR = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"})
"""File systems of another machine: a database on them loses what it said was durable."""
SOON_DAYS = 30
_MOUNTS = Path("/proc/self/mounts")
_SHARED = stat.S_IRWXG | stat.S_IRWXO
_GIB = 1024**3


@dataclass(frozen=True)
class Machine:
    """What the checks ask of the machine; a constructor's arguments, so that tests can say it."""

    folder: Path
    now: datetime
    free: Callable[[], int]
    """Bytes free under the folder."""
    clock: str
    """Time quality: ``synchronised``, ``free``, ``unknown``."""
    certificate: Path | None = None
    mounts: Path = _MOUNTS


def look(machine: Machine) -> list[Finding]:
    """Every line about the machine. Nothing is opened for writing."""
    return [
        _disk(machine),
        _kind(machine),
        _database(machine),
        _engine(),
        _clock(machine),
        *_keys(machine),
        *_certificate(machine),
        _spool(machine),
        _encoding(),
    ]


def _disk(machine: Machine) -> Finding:
    free = machine.free()
    said = (f"{free / _GIB:.1f} GiB free.", f"剩余 {free / _GIB:.1f} GiB。")
    if free >= LEAST_FREE:
        return good("disk", *said)
    cure = f"du -xh --max-depth=2 {machine.folder} | sort -h | tail"
    return bad(
        "disk",
        "attention",
        said,
        (f"Free space; what takes it: {cure}", f"请清理空间；查看占用：{cure}"),
    )


def _kind(machine: Machine) -> Finding:
    kind = _file_system(machine.folder.resolve(), machine.mounts)
    if kind not in FAR:
        return good("file system", f"{kind}.", f"{kind}。")
    return bad(
        "file system",
        "broken",
        (f"{kind}: the disk is another machine's.", f"{kind}：磁盘属于另一台机器。"),
        (
            "Move the data folder to a local disk; for three machines use PostgreSQL.",
            "请将数据目录移至本地磁盘；多台机器请使用 PostgreSQL。",
        ),
    )


def _file_system(folder: Path, mounts: Path) -> str:
    """The kind of file system that holds the folder: of the longest mount point above it."""
    try:
        lines = [line.split() for line in mounts.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return "unknown"
    above = [(len(one[1]), one[2]) for one in lines if folder.is_relative_to(one[1])]
    return max(above, default=(0, "unknown"))[1]


def _database(machine: Machine) -> Finding:
    try:
        there = is_there(machine.folder)
    except Refusal as refusal:
        return bad("database", "broken", (refusal.words("en"), refusal.words("zh_CN")),
                   (refusal.hint("en"), refusal.hint("zh_CN")))  # fmt: skip
    if not there:
        return bad(
            "database",
            "broken",
            ("There is no server here.", "此处没有服务器。"),
            (
                f"lotbook-server init --data {machine.folder} --plan PLAN",
                f"lotbook-server init --data {machine.folder} --plan PLAN",
            ),
        )
    where = "PostgreSQL" if (machine.folder / FILE).exists() else "SQLite"
    return good("database", f"{where}.", f"{where}。")


def _engine() -> Finding:
    shown = engine_version()
    with suppress(Fault):
        assert_engine()
        return good("sqlite", f"SQLite {shown}.", f"SQLite {shown}。")
    return bad(
        "sqlite",
        "broken",
        (f"SQLite {shown} can lose data.", f"SQLite {shown} 可能丢失数据。"),
        (
            "Install the locked environment again: packaging/set-up",
            "请重新安装锁定的环境：packaging/set-up",
        ),
    )


def _clock(machine: Machine) -> Finding:
    if machine.clock == "synchronised":
        return good("clock", "The clock is kept by a time source.", "时钟由时间源校准。")
    return bad(
        "clock",
        "attention",
        (
            f"Nothing is known to keep the clock ({machine.clock}); it says {machine.now}.",
            f"未发现校准时钟的时间源（{machine.clock}）；当前显示 {machine.now}。",
        ),
        (
            "timedatectl set-ntp true; timedatectl status",
            "timedatectl set-ntp true；timedatectl status",
        ),
    )


def _keys(machine: Machine) -> list[Finding]:
    if (machine.folder / PLACES).exists():
        return [
            good(
                "keys",
                "The signing keys are where keys.toml says.",
                "签名密钥位于 keys.toml 所指位置。",
            )
        ]
    return [_key(machine.folder / name) for name in (SERVER_KEY, OFFICE_KEY, SECRET)]


def _key(path: Path) -> Finding:
    check = f"key {path.name}"
    if not path.exists():
        return bad(
            check,
            "broken",
            ("It is not there.", "文件不存在。"),
            (
                "Put it back from where the server's keys are kept apart.",
                "请从单独保存服务器密钥之处取回。",
            ),
        )
    mode = path.stat().st_mode
    if sys.platform != "win32" and mode & _SHARED:
        return bad(
            check,
            "broken",
            (
                f"Others may read it (mode {mode & 0o777:o}).",
                f"其他账户可读取（权限 {mode & 0o777:o}）。",
            ),
            (f"chmod 600 {path}", f"chmod 600 {path}"),
        )
    return good(check, "Readable by its owner alone.", "仅其所有者可读。")


def _certificate(machine: Machine) -> list[Finding]:
    if machine.certificate is None:
        return []
    try:
        left = (Tls(machine.certificate, machine.certificate).until() - machine.now).days
    except Refusal as refusal:
        return [
            bad(
                "certificate",
                "broken",
                (refusal.words("en"), refusal.words("zh_CN")),
                (refusal.hint("en"), refusal.hint("zh_CN")),
            )
        ]
    said = (f"It ends in {left} days.", f"{left} 天后到期。")
    if left > SOON_DAYS:
        return [good("certificate", *said)]
    return [
        bad(
            "certificate",
            "broken" if left < 0 else "attention",
            said,
            (
                f"Renew it, stop the server and: lotbook-server run --data {machine.folder} …",
                f"请更新后停止并重新启动服务器：lotbook-server run --data {machine.folder} …",
            ),
        )
    ]


def _spool(machine: Machine) -> Finding:
    left = len(list((machine.folder / SPOOL).glob("*.json")))
    if not left:
        return good("spool", "Nothing waits to be stated.", "无待入日志的事实。")
    return bad(
        "spool",
        "attention",
        (f"{left} facts wait to be stated.", f"{left} 项事实待入日志。"),
        (
            f"Start the server: lotbook-server run --data {machine.folder} …",
            f"请启动服务器：lotbook-server run --data {machine.folder} …",
        ),
    )


def _encoding() -> Finding:
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding == "utf8":
        return good("locale", "UTF-8.", "UTF-8。")
    return bad(
        "locale",
        "attention",
        (f"The terminal's encoding is {encoding}.", f"终端编码为 {encoding}。"),
        ("export LANG=C.UTF-8", "export LANG=C.UTF-8"),
    )
