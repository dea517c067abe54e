"""How the scrub is, for people: its figures and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from forms.terms import Text
from server.log.alarmed import open_alarms
from server.scrub.scrub import ALARM
from server.scrub.standing import Standing
from sync import canonical

if TYPE_CHECKING:
    from server.parts import Parts
    from server.store.protocol import Store


class Hurt(msgspec.Struct, frozen=True, kw_only=True):
    """An open alarm about what was found."""

    about: str
    first: str
    """The first thing that was wrong there."""
    raised_at: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How far it is and what was found."""

    standing: Standing | None
    percent: int
    alarms: tuple[Hurt, ...]


def hurt(store: Store) -> tuple[Hurt, ...]:
    """What was found and no person closed."""
    return tuple(
        Hurt(
            about=str(row["about"]),
            first=str(canonical.loads(row["params"]).get("first", "")),
            raised_at=str(row["raised_at"]),
        )
        for row in open_alarms(store, ALARM)
    )


def told(parts: Parts) -> Told:
    """Of a running server."""
    standing = parts.oversight.scrub.standing()
    percent = 0 if standing is None else standing.percent
    return Told(standing=standing, percent=percent, alarms=hurt(parts.store))


def words(standing: Standing | None) -> Text:
    """One line for a person."""
    if standing is None:
        return Text(
            en="Nothing was read again yet: it begins with the running server.",
            zh_CN="尚未开始复读：服务器运行后自动开始。",
        )
    number, at = standing.round, (standing.ended_at or standing.began_at)[:19].replace("T", " ")
    if standing.ended_at:
        return Text(
            en=f"Round {number} ended {at}: {standing.rows} rows read, {standing.found} wrong.",
            zh_CN=f"第 {number} 轮于 {at} 结束：已复读 {standing.rows} 行，"
            f"异常 {standing.found} 处。",
        )
    return Text(
        en=f"Round {number} since {at}: {standing.percent} %, now {standing.area}; "
        f"{standing.rows} rows read, {standing.found} wrong.",
        zh_CN=f"第 {number} 轮自 {at} 起：{standing.percent} %，正在复读 {standing.area}；"
        f"已复读 {standing.rows} 行，异常 {standing.found} 处。",
    )
