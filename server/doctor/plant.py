"""What the server knows: the rules of alarms, alarms open, the fold, recovery, the last backup."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from forms.checkup import Finding, bad, good
from forms.terms import Text
from server.alarms.rules import RULES, World
from server.log.alarmed import all_open
from server.sayings_alarms import ALARMS
from server.scrub.standing import newest
from server.scrub.told import hurt, words

if TYPE_CHECKING:
    from server.alarms.rules import Rule
    from server.store.protocol import Store

SHOWN = 5
LAST = {"backup-overdue": "backup.made", "drill-overdue": "restore.drilled"}
"""Rules about something that is done again and again, and the statement that it was."""
SCRUBBED_WITHIN = timedelta(days=7)
"""A round takes an hour at most and begins every day: with an older one it does not run."""


def look(world: World, *, behind: int, recovery: bool) -> list[Finding]:
    """Every line about what the server knows; nothing is written."""
    return [
        _recovery(recovery=recovery),
        *(_rule(world, rule) for rule in RULES),
        _alarms(world.store),
        _behind(behind),
        _scrub(world),
    ]


def _rule(world: World, rule: Rule) -> Finding:
    """How it is by a rule of the alarms, in the alarm's own words."""
    found = sorted(one.about for one in rule.find(world))
    if not found and rule.code in LAST:
        return _last(world, rule.code)
    if not found:
        return good(rule.code, "Nothing found.", "未发现问题。")
    more = f" (+{len(found) - SHOWN})" if len(found) > SHOWN else ""
    listed, saying = ", ".join(found[:SHOWN]) + more, ALARMS[rule.code]
    return Finding(
        check=rule.code,
        state="broken" if rule.severity == "urgent" else "attention",
        what=Text(en=f"{saying.what.en} {listed}", zh_CN=f"{saying.what.zh_CN}{listed}"),
        cure=saying.todo,
    )


def _last(world: World, code: str) -> Finding:
    """How long ago it was done last, where that is not too long."""
    row = world.store.newest("trail", kind=LAST[code])
    if row is None:
        return good(code, "None yet; there is still time.", "尚无；仍在时限内。")
    hours = int((world.now - datetime.fromisoformat(row["at"])).total_seconds() // 3_600)
    at = str(row["at"])[:16].replace("T", " ")
    return good(code, f"The last one: {at}, {hours} h ago.", f"最近一次：{at}，{hours} 小时前。")


def _recovery(*, recovery: bool) -> Finding:
    if not recovery:
        return good("recovery", "The log goes on from what was signed.", "日志延续已签署内容。")
    return bad(
        "recovery",
        "broken",
        ("The server is in recovery: it signs nothing.", "服务器处于恢复状态：不签署任何内容。"),
        (
            "Run it, switch all stations on; what it lacks: lotbook-server recovery show --url URL",
            "请启动服务器并开启所有终端；查看仍缺内容：lotbook-server recovery show --url URL",
        ),
    )


def _alarms(store: Store) -> Finding:
    rows = all_open(store)
    if not rows:
        return good("alarms", "None is open.", "无未关闭的报警。")
    counts = Counter(str(row["code"]) for row in rows)
    listed = ", ".join(f"{code} ({count})" for code, count in sorted(counts.items()))
    return bad(
        "alarms",
        "attention",
        (f"{len(rows)} are open: {listed}", f"{len(rows)} 项未关闭：{listed}"),
        (
            "Open the console's page Status; docs/alarms.md says what each means.",
            "请打开控制台“状态”页面；含义见 docs/alarms.md。",
        ),
    )


def _behind(count: int) -> Finding:
    if count < 10_000:  # noqa: PLR2004 - a few seconds' work
        return good("projections", f"{count} leaves to fold.", f"待折叠 {count} 个叶节点。")
    return bad(
        "projections",
        "attention",
        (f"{count} leaves are not folded yet.", f"{count} 个叶节点尚未折叠。"),
        (
            "It catches up by itself; if not: lotbook-server rebuild --data DATA",
            "会自行赶上；否则：lotbook-server rebuild --data DATA",
        ),
    )


def _scrub(world: World) -> Finding:
    """Everything stored was read again lately, and found sound."""
    standing, found = newest(world.store), hurt(world.store)
    said = words(standing)
    if found:
        places = ", ".join(one.about for one in found[:SHOWN])
        return Finding(
            check="scrub", state="broken", cure=ALARMS["verification-failed"].todo,
            what=Text(en=f"Damage was found: {places}. {said.en}",
                      zh_CN=f"发现损坏：{places}。{said.zh_CN}"),
        )  # fmt: skip
    at = "" if standing is None else standing.ended_at or standing.began_at
    if at and world.now - datetime.fromisoformat(at) <= SCRUBBED_WITHIN:
        return good("scrub", said.en, said.zh_CN)
    return bad(
        "scrub",
        "attention",
        (said.en, said.zh_CN),
        (
            "Keep the server running, it reads by itself; or stop it: lotbook-server fsck --data …",
            "请保持服务器运行，其会自行复读；或停止后执行：lotbook-server fsck --data …",
        ),
    )
