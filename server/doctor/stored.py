"""What the database says of itself: its settings, how fast it grows, who witnesses its log."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from forms.checkup import Finding, bad, good
from server.doctor import factors
from server.store.opening import DATABASE
from server.store.postgres_settings import DEMANDED
from server.store.schema import SCHEMA_VERSION
from server.witnesses.outsiders import FILE, read_witnesses
from server.words import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from server.store.protocol import Store

NEEDED: dict[str, tuple[str, ...]] = {**DEMANDED, "journal_mode": ("wal",), "synchronous": ("2",)}
"""Settings without which a power cut takes what was confirmed; ``2`` is SQLite's FULL."""
SOON_DAYS, NEAR_DAYS = 90, 14
_DAY_S = 86_400
_GIB = 1024**3


def look(store: Store, folder: Path, free: int, now: datetime) -> list[Finding]:
    """Every line; nothing is written."""
    return [_version(), _settings(store), _growth(store, folder, free, now),
            factors.look(store, folder), *_witnesses(store, folder)]  # fmt: skip


def _version() -> Finding:
    """An older or newer database is not even opened: it is named in place of all this."""
    return good("schema", f"Version {SCHEMA_VERSION}.", f"版本 {SCHEMA_VERSION}。")


def _settings(store: Store) -> Finding:
    found = store.settings()
    listed = ", ".join(f"{name}={value}" for name, value in sorted(found.items()))
    wrong = [name for name, value in found.items() if value not in NEEDED[name]]
    if not wrong:
        return good("database settings", f"{listed}.", f"{listed}。")
    needed = ", ".join(f"{name}={NEEDED[name][0]}" for name in sorted(wrong))
    return bad(
        "database settings", "broken", (f"{listed}.", f"{listed}。"),
        (f"Set {needed}: what is confirmed would not outlive a power cut.",
         f"请设置 {needed}：否则断电会丢失已确认的内容。"),
    )  # fmt: skip


def _growth(store: Store, folder: Path, free: int, now: datetime) -> Finding:
    """When the disk is full at the pace at which the newer half of the log came."""
    files = [folder / DATABASE, folder / f"{DATABASE}-wal"]
    size = sum(path.stat().st_size for path in files if path.exists())
    if not size:
        return good("growth", "It lies on PostgreSQL: the disk to watch is that machine's.",
                    "数据库位于 PostgreSQL：请监控其所在机器的磁盘。")  # fmt: skip
    newest = store.newest("checkpoints")
    half = store.rows("checkpoints", start=int(newest["size"]) // 2, limit=1) if newest else []
    days = _days(half[0]["signed_at"], now) if half else 0.0
    if days < 1:
        return good("growth", "Too young to tell.", "时间太短，无法估计。")
    left = int(free / (size / 2 / days))
    said = (
        f"{size / _GIB:.1f} GiB, half of it within {days:.0f} days: room for {left} days more.",
        f"{size / _GIB:.1f} GiB，其中一半产生于最近 {days:.0f} 天：尚可容纳 {left} 天。",
    )
    if left >= SOON_DAYS:
        return good("growth", *said)
    return bad(
        "growth", "attention" if left >= NEAR_DAYS else "broken", said,
        ("Give the data folder a larger disk; nothing that was recorded is ever deleted.",
         "请为数据目录更换更大的磁盘；已记录的内容永不删除。"),
    )  # fmt: skip


def _days(at: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(at)).total_seconds() / _DAY_S


def _witnesses(store: Store, folder: Path) -> list[Finding]:
    """Whether those outside who are named in ``witnesses.toml`` answer."""
    try:
        named = [one.name for one in read_witnesses(folder / FILE)]
    except Refusal as refusal:
        return [bad("witness", "broken", (refusal.words("en"), refusal.words("zh_CN")),
                    (refusal.hint("en"), refusal.hint("zh_CN")))]  # fmt: skip
    if not named:
        return [
            good(
                "witness",
                "None outside is named: the stations watch.",
                "未指定外部见证方：由各终端见证。",
            )
        ]
    return [_witness(store, name) for name in named]


def _witness(store: Store, name: str) -> Finding:
    row = store.one("witnesses", name=name)
    if row is not None and not row["trouble"]:
        said = f"{row['size']}, {str(row['cosigned_at'])[:19]}"
        return good(f"witness {name}", f"Cosigned {said}.", f"已联合签署 {said}。")
    why = "not asked yet" if row is None else f"{row['trouble']} {row['why']}".strip()
    return bad(
        f"witness {name}", "attention", (f"{why}.", f"{why}。"),
        ("Check the line to it, and ask its administrator what its log says.",
         "请检查与其的连接，并向其管理员询问日志内容。"),
    )  # fmt: skip
