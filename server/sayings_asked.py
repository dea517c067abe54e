"""What the server refuses for how it was asked: a field that does not fit, an unknown lot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.sayings import say

if TYPE_CHECKING:
    from server.sayings import Saying

ASKED: dict[str, Saying] = {
    "field-unfit": say(
        400,
        "Field {field} {wrong}.",
        "字段 {field}：{wrong}。",
        "To do: {cure}",
        "改正：{cure}",
    ),
    "lot-misspelt": say(
        400,
        "{given} names no lot.",
        "{given} 不是批次。",
        "Write ITEM/LOT, as in TUB-410/T26-0418.",
        "请写成 物料号/批号，例如 TUB-410/T26-0418。",
    ),
    "lot-unheard": say(
        404,
        "Nobody here ever heard of lot {name}.",
        "此处从未有过批次 {name} 的任何记录。",
        "Check the spelling. Names one slip away: {near}",
        "请检查拼写。相近的批次：{near}",
    ),
    "lot-unheard-yet": say(
        404,
        "Nobody here has heard of lot {name} yet; records are outstanding ({count}): {first}",
        "此处尚无批次 {name} 的记录；仍有未到的记录（{count}）：{first}",
        "Check the spelling (one slip away: {near}); else ask again when they have reported.",
        "请检查拼写（相近的批次：{near}）；如无误，请待其上报后再查。",
    ),
}
