"""The page of a trace: drawn one by one while that can be looked at, in groups beyond."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from server.console.overview import big, cut
from server.console.picture import picture
from server.trace.genealogy import Trace
from server.trace.reach import LotId, ShipmentLine
from tests.console.test_console import entered
from tests.server.plant import Plant
from tests.server.test_history import bring, folder_with

ITEMS, PARTS, SETS, CLINICS = 9, 90, 180, 12
"""One resin went into nine kinds of part, each part into two sets, all sets to twelve clinics."""


def wide(folder: Path) -> Path:
    """Files of a history in which one lot reached a lot."""
    at = "2024-03-01T08:00:00Z"
    lots = [f"R,R1,RESIN,raw,SUP-1,{at}"]
    lots += [f"C{n},C{n},BODY-{n % ITEMS},component,,{at}" for n in range(PARTS)]
    lots += [f"D{n},D{n},SET,device,,{at}" for n in range(SETS)]
    edges = [f"R,C{n},1,{at}" for n in range(PARTS)]
    edges += [f"C{n % PARTS},D{n},2,{at}" for n in range(SETS)]
    lines = [f"L{n},D{n},SH-{n},Clinic {n % CLINICS},3,{at}" for n in range(SETS)]
    lines += [f"M{n},D{n},SI-{n},Clinic 0,1,{at}" for n in range(20)]
    return folder_with(
        folder,
        lots="\n".join(["lot_id,lot_code,item,level,supplier,time", *lots]),
        edges="\n".join(["parent_lot,child_lot,quantity,event_time", *edges]),
        serials="serial,lot_code,line_id\n",
        shipment_lines="\n".join(["line_id,lot_code,shipment,customer,qty,time", *lines]),
    )


def asked(client: httpx.Client, **more: str | int) -> str:
    answer = client.get("/console/trace", params={"item": "RESIN", "lot": "R1", **more})
    assert answer.status_code == 200, answer.text
    return answer.text


def boxes(page: str) -> dict[str, str]:
    """Where each box leads, by what stands in it."""
    found = re.findall(r'(?:<a href="([^"]*)">)?<g class="box[^"]*">(.*?)</g>', page, re.DOTALL)
    return {" | ".join(re.findall(r">([^<>]+)</text>", text)): unescape(to) for to, text in found}


@pytest.mark.covers("TC14", "P11-10b")
def test_a_wide_trace_is_drawn_in_groups_that_open(plant: Plant, tmp_path: Path) -> None:
    bring(plant, wide(tmp_path / "in"))
    client = entered(plant, "P-QA")
    page = asked(client)
    drawn = boxes(page)
    assert {name: to for name, to in drawn.items() if not to} == {"Asked for | R1 | RESIN": ""}
    assert sum(name.startswith("Level 1") for name in drawn) == 7
    assert "Level 1 | 30 lots | 3 other items" in drawn
    assert "Level 2 | 180 lots | SET" in drawn
    assert "Consignee | Clinic 0 | 35 lines" in drawn
    assert "Consignee | 4 others | 60 lines" in drawn
    assert page.count('class="join') == 7 + 7 + 9, "nothing is joined twice"
    assert "<script" not in page
    assert "style=" not in page

    group = client.get(drawn["Level 2 | 180 lots | SET"]).text
    opened = group.split('id="opened"')[1].split("</section>")[0]
    assert opened.count("Trace from here") == 100, "page by page"
    assert "101… →" in opened
    more = client.get(unescape(re.findall(r'href="([^"]*start=100[^"]*)"', opened)[0])).text
    assert more.split('id="opened"')[1].count("Trace from here") == 80
    assert len(boxes(more)) == len(drawn), "and the picture stays"
    rest = client.get(drawn["Level 1 | 30 lots | 3 other items"]).text
    assert rest.split('id="opened"')[1].count("Trace from here") == 30
    lines = client.get(drawn["Consignee | Clinic 0 | 35 lines"]).text
    assert set(re.findall(r"<td>(Clinic \d+)</td>", lines)) == {"Clinic 0"}
    assert 'id="opened"' not in asked(client, depth=99, of="SET"), "there is no such group"

    back = boxes(asked(client, item="SET", lot="D7", direction="from"))
    assert [name.split(" | ")[1] for name in back] == ["R1", "C7", "D7"], "of few, each"
    chinese = asked(entered(plant, "P-QA", "zh-CN"))
    assert "第 2 层 | 180 个批次 | SET" in boxes(chinese)
    assert "收货方 | 其他 4 家 | 60 行" in boxes(chinese)


@pytest.mark.covers("TC14")
def test_the_groups_hold_every_lot_and_every_edge_once(plant: Plant, tmp_path: Path) -> None:
    bring(plant, wide(tmp_path / "in"))
    graph, lot = plant.parts.genealogy, LotId("RESIN", "R1")
    summary = graph.summary(lot, forward=True)
    assert summary is not None
    assert (summary.reached, len(summary.groups)) == (PARTS + SETS, 9)
    assert sum(summary.joins().values()) == summary.uses() == PARTS + SETS
    assert sum(summary.ways().values()) == summary.shipped.count == SETS + 20
    wanted = graph.where_used(*lot)
    assert graph.uses(summary, 5, 300) == wanted.uses[5:]
    assert tuple(summary.finished(0, 300)) == wanted.finished
    assert sorted(summary.shipped.lines(0, 300), key=str) == sorted(wanted.shipment_lines, key=str)
    back = graph.summary(LotId("SET", "D7"), forward=False)
    assert back is not None
    assert [(one.depth, one.item, one.lots) for one in back.groups] == [
        (0, "SET", 1), (1, "BODY-7", 1), (2, "RESIN", 1),
    ]  # fmt: skip
    assert back.joins() == {(0, 1): 1, (1, 2): 1}
    assert graph.summary(LotId("RESIN", "nobody"), forward=True) is None


def test_many_consignees_of_one_lot_share_the_last_box() -> None:
    lines = tuple(
        ShipmentLine(line="1", shipment=f"S{n}", consignee=f"Clinic {n % 11}", item="A", lot="T1",
                     quantity="1.5", unit="m" if n else "", at="", serials=())
        for n in range(12)
    )  # fmt: skip
    drawn = picture(Trace(direction="used", item="A", lot="T1", uses=(), finished=(),
                          not_known=(), shipment_lines=lines))  # fmt: skip
    assert next(box.title for box in drawn.boxes if box.kind == "consignee") == "+ 4"
    assert len(drawn.boxes) == 1 + 8
    assert {"1.5 + 1.5 m", "1.5 m", "6.0 m"} == {line.label for line in drawn.lines}


def test_words_are_cut_to_what_fits_and_counts_are_read_at_a_glance() -> None:
    assert big(17_032) == "17\u2009032"
    assert cut("short", 5) == "short"
    assert cut("longer", 5) == "long…"
    assert cut("一次性使用输液器", 9) == "一次性…"
