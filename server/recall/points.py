"""What is open in a recall case, most urgent first; none is terminated while there is any. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from forms.terms import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from server.recall.balance import MassBalance
    from server.recall.case import Check, Notice, RecallCase

SAID: dict[str, Text] = {
    "scope-missing": Text(
        en="No scope is frozen, or what was frozen cannot be read.",
        zh_CN="尚未冻结召回范围，或已冻结的范围无法读取。",
    ),
    "not-held": Text(
        en="Suspect lots that could not be held yet ({count}), tried again by itself: {first}",
        zh_CN="{count} 个可疑批次尚未冻结，系统将自动重试：{first}",
    ),
    "scope-grew": Text(
        en="Lots and shipment lines known now and not in the frozen scope: {count}",
        zh_CN="现已知的内容超出已冻结的范围：{count} 个批次或发货行。",
    ),
    "station-silent": Text(
        en="{about} has not been heard from: what it holds may enlarge the scope.",
        zh_CN="尚未收到 {about} 的消息：其记录可能扩大范围。",
    ),
    "unread": Text(
        en="Records of a kind this server cannot read yet may enlarge the scope: {count}",
        zh_CN="{count} 条本服务器尚不能读取其类型的记录可能扩大范围。",
    ),
    "quarantined": Text(
        en="Records that cannot be read may enlarge the scope: {count}",
        zh_CN="{count} 条无法读取的记录可能扩大范围。",
    ),
    "snapshot-unchecked": Text(
        en="The kept genealogy is being checked since the start; this ends by itself.",
        zh_CN="启动后正在核对已保存的谱系，完成后此项自动消失。",
    ),
    "late-use": Text(
        en="Deviation {number} is open: worked on while on hold, units: {count}",
        zh_CN="偏差 {number} 未关闭：{count} 件在冻结期间仍被作业。",
    ),
    "notice-missing": Text(
        en="Consignees without a notice of the newest scope ({count}): {first}",
        zh_CN="{count} 个收货方没有针对最新范围的通知：{first}",
    ),
    "notice-unsent": Text(
        en="Notices not sent ({count}): {first}", zh_CN="{count} 份通知未发出：{first}"
    ),
    "notice-unanswered": Text(
        en="Consignees that have not acknowledged ({count}): {first}",
        zh_CN="{count} 个收货方尚未确认收到：{first}",
    ),
    "check-missing": Text(
        en="Consignees that no effectiveness check reached ({count}): {first}",
        zh_CN="{count} 个收货方尚无已送达的有效性检查：{first}",
    ),
    "balance-contradiction": Text(
        en="Lots with more found than made, or with units that differ ({count}): {first}",
        zh_CN="{count} 个批次自相矛盾（找到的多于生产的，或单位不一致）：{first}",
    ),
    "balance-unsayable": Text(
        en="Lots of imported history of which nobody can say how much was made: {count}",
        zh_CN="导入的历史中有 {count} 个批次，无法得知生产数量。",
    ),
    "balance-unknown": Text(
        en="Lots not fully accounted for, nor explained ({count}): {first}",
        zh_CN="{count} 个批次的去向未全部查明，也未说明原因：{first}",
    ),
}
"""What each means, in both languages; ``first`` names a few."""
HISTORY = "imported-history"
"""What quality accounts for instead of an origin, where imported history has no amounts."""
_NAMED = 3


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One open point."""

    code: str
    params: dict[str, str]

    def words(self, language: str) -> str:
        """The sentence."""
        return SAID[self.code].in_language(language).format(**self.params)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the case's own steps do not say."""

    unread: bool = False
    """There is no newest frozen scope, or it cannot be read."""
    consignees: tuple[str, ...] = ()
    """Of it."""
    grown: int = 0
    """Lots and lines known now and not in it."""
    silent: tuple[str, ...] = ()
    """Whose records may still add to it."""
    unplaced: tuple[tuple[str, int], ...] = ()
    """Code and count of what may still add to it and lies at no station in particular."""
    late_uses: tuple[tuple[int, int], ...] = ()
    """Number and units of open deviations about held lots of the case."""
    balances: tuple[MassBalance, ...] = ()
    unsayable: int = 0
    """Lots of imported history: what was made of them is not known here."""
    unheld: tuple[tuple[str, str], ...] = ()
    """Suspect lots that are to be held and are not yet."""


def open_points(case: RecallCase, facts: Facts) -> tuple[Point, ...]:
    """Every reason why the case cannot be terminated."""
    return tuple(_points(case, facts))


def _points(case: RecallCase, facts: Facts) -> Iterator[Point]:
    if case.newest is None or facts.unread:
        yield Point(code="scope-missing", params={})
    yield from _some("not-held", (f"{item}/{lot}" for item, lot in facts.unheld))
    if facts.grown:
        yield Point(code="scope-grew", params={"count": str(facts.grown)})
    for origin in facts.silent:
        if origin not in case.accounted:
            yield Point(code="station-silent", params={"about": origin})
    yield from _unplaced(case, facts.unplaced)
    for number, units in facts.late_uses:
        yield Point(code="late-use", params={"number": str(number), "count": str(units)})
    yield from _about_consignees(case, facts.consignees)
    yield from _about_balances(case, facts.balances)
    if facts.unsayable and HISTORY not in case.accounted:
        yield Point(code="balance-unsayable", params={"count": str(facts.unsayable)})


def _unplaced(case: RecallCase, unplaced: Iterable[tuple[str, int]]) -> Iterator[Point]:
    """Quality accounts for so many of them; one more is open again."""
    for code, count in unplaced:
        about = f"{code} {count}" if count else ""
        if about not in case.accounted:
            yield Point(code=code, params={"count": str(count), "about": about})


def _about_consignees(case: RecallCase, consignees: tuple[str, ...]) -> Iterator[Point]:
    newest = case.newest.number if case.newest else 0
    notices = {one: case.notices.get(one) for one in consignees}
    yield from _some("notice-missing", (
        one for one, notice in notices.items() if notice is None or notice.revision < newest
    ))  # fmt: skip
    yield from _some("notice-unsent", _lacking(notices, "sent_at"))
    yield from _some("notice-unanswered", _lacking(notices, "acknowledged_at"))
    yield from _some("check-missing", (
        one for one, notice in notices.items() if not reached(case.checks.get(one), notice)
    ))  # fmt: skip


def reached(check: Check | None, notice: Notice | None) -> bool:
    """Whether a check reached the consignee; one from before its notice was of another scope."""
    return check is not None and check.reached and not (notice and check.index < notice.written)


def _lacking(notices: dict[str, Notice | None], name: str) -> Iterator[str]:
    return (one for one, notice in notices.items() if notice and not getattr(notice, name))


def _about_balances(case: RecallCase, balances: Iterable[MassBalance]) -> Iterator[Point]:
    wrong, unknown = [], []
    for one in balances:
        key = f"{one.item}/{one.lot}"
        count = case.counts.get(key)
        explained = bool(count and count.explained)
        if one.contradiction and not explained:
            wrong.append(key)
        elif not one.closed and not explained:
            unknown.append(key)
    yield from _some("balance-contradiction", wrong)
    yield from _some("balance-unknown", unknown)


def _some(code: str, names: Iterable[str]) -> Iterator[Point]:
    found = list(names)
    if found:
        more = ", …" if len(found) > _NAMED else ""
        first = ", ".join(found[:_NAMED]) + more
        yield Point(code=code, params={"count": str(len(found)), "first": first})
