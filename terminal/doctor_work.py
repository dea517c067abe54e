"""What a station's own database and its server say of it: records waiting, work documents, line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from forms.checkup import Finding, bad, good
from sync.faults import Fault
from sync.inbox import kept_pack
from sync.sqlite import DatabaseError, reading
from terminal.doctor import SOON, faulty

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sync.engine import Connection
    from sync.keys import Verifier
    from sync.signed_pack import SignedPack

FULL = 10_000
"""Records that wait, from which on something is the matter with the line."""


def look(database: Path, server: Verifier | None, now: datetime) -> list[Finding]:
    """What is in the database; also beside a running kiosk. Nothing is written."""
    if not database.exists():
        return [good("records", "There are none yet.", "尚无记录。")]
    try:
        with reading(database) as connection:
            return [_queue(connection), _standing(connection), _pack(connection, server, now)]
    except Fault as fault:
        return [faulty("records", fault)]


def _queue(connection: Connection) -> Finding:
    asked = "SELECT size, accepted, witnessed FROM journal"
    try:
        row = connection.execute(asked).fetchone()
    except DatabaseError:  # the kiosk never ran: there is no log yet
        row = None
    saved, accepted, witnessed = row or (0, 0, 0)
    waiting = saved - accepted
    said = (
        f"{saved} saved, {accepted} accepted, {witnessed} witnessed: {waiting} wait.",
        f"已保存 {saved}，已接收 {accepted}，已见证 {witnessed}：待发送 {waiting}。",
    )
    if waiting < FULL:
        return good("queue", *said)
    return bad(
        "queue", "attention", said,
        ("Check the line to the server below; records are kept until they are accepted.",
         "请检查下方与服务器的连接；记录在被接收前一直保留。"),
    )  # fmt: skip


def _standing(connection: Connection) -> Finding:
    try:
        row = connection.execute("SELECT code, detail FROM frozen").fetchone()
    except DatabaseError:
        row = None
    if row is None:
        return good("records", "The log may grow.", "日志可继续记录。")
    return faulty("records", Fault(*row))


def _pack(connection: Connection, server: Verifier | None, now: datetime) -> Finding:
    """How old the work documents in force are, and when they end."""
    if server is None:
        return bad(
            "work documents", "broken",
            ("The server's key is not known: no documents are taken.",
             "服务器密钥未知：不接收作业文件。"),
            ("lotbook-terminal enrol --config station.toml --server-vkey VKEY",
             "lotbook-terminal enrol --config station.toml --server-vkey VKEY"),
        )  # fmt: skip
    try:
        pack = kept_pack(connection, server)
    except Fault as fault:
        return faulty("work documents", fault)
    return _aged(pack, now)


def _aged(pack: SignedPack | None, now: datetime) -> Finding:
    reach = (
        "Reach the server: the next ones come by themselves.",
        "请连接服务器：新文件会自动到达。",
    )
    if pack is None:
        return bad("work documents", "broken", ("There are none yet.", "尚无作业文件。"), reach)
    age = max(0, int((now - datetime.fromisoformat(pack.issued_at)).total_seconds() // 3_600))
    ends = datetime.fromisoformat(pack.expires_at)
    said = (
        f"Number {pack.number}, {age} h old, good until {pack.expires_at[:10]}.",
        f"编号 {pack.number}，已 {age} 小时，有效至 {pack.expires_at[:10]}。",
    )
    if pack.expired(now):
        return bad("work documents", "broken", said, reach)
    if ends - now < SOON:
        return bad("work documents", "attention", said, reach)
    return good("work documents", *said)


def line(url: str, ask: Callable[[], object]) -> Finding:
    """Whether the server answers this station; ``ask`` asks it. Raises nothing but mistakes."""
    try:
        ask()
    except Fault as fault:
        return faulty("server", fault)
    return good("server", f"{url} answers this station.", f"{url} 已应答本工位。")
