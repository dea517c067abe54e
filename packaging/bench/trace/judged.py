"""The figures of `make bench-trace`, with their goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from figures import Figure, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lotbook import Made
    from rounds import Times
    from run_trace import Wired

ERP_FORWARD_MS, ERP_BACKWARD_MS = 27_500, 385
"""An ERP's own trace (Tryton 8.2) at 10,000 lots, as measured once when the goals were set."""
ERP = "at 10,000 lots; the ERP's 27,500 and 385 ms were measured once, elsewhere"
MIB = 1 << 20
OURS, CTE, WALK = "Lotbook", "SQLite CTE", "C walk + orjson"
WHOLE = "SQLite CTE with edges"


def figures_of(
    wired: Mapping[str, Wired], times: Mapping[str, Times], opened_s: float,
    stores: Mapping[str, Made],
) -> list[Figure]:  # fmt: skip
    """All of them: over HTTP the worse of the stores, in process everybody in one run."""
    return [*_over_http(wired), *_ratios(times), *_beside(wired, opened_s, stores),
            *_drilled(wired), *_held(wired)]  # fmt: skip


def _over_http(wired: Mapping[str, Wired]) -> list[Figure]:
    wanted = (("P7", "forward", 0.99, 50), ("P7m", "forward", 0.5, 15),
              ("P8", "backward", 0.99, 5), ("P8m", "backward", 0.5, None))  # fmt: skip
    found = []
    for name, way, part, goal in wanted:
        each = _ms(wired, way, part)
        what = f"{way} over HTTP, p{part * 100:.0f}, the worse store"
        found.append(Figure(id=name, what=what, value=max(each.values()), unit="ms", goal=goal,
                            most=True, peers=each))  # fmt: skip
    return found


def _ms(wired: Mapping[str, Wired], way: str, part: float) -> dict[str, float]:
    return {name: rounded(one.times.ms(way, part)) for name, one in wired.items()}


def _ratios(times: Mapping[str, Times]) -> Iterator[Figure]:
    """In process, p50: how much faster than the query, how near to the walk."""
    for way, least, erp_ms in (("forward", 8, ERP_FORWARD_MS), ("backward", 3, ERP_BACKWARD_MS)):
        ms = {name: rounded(one.ms(way)) for name, one in times.items()}
        if CTE in ms:
            yield Figure(id=f"P7c{way[0]}", what=f"{way}: times faster than SQLite's CTE",
                         value=rounded(ms[CTE] / ms[OURS]), unit="x", goal=least,
                         peers=ms)  # fmt: skip
        if WHOLE in ms and way == "backward":
            yield Figure(id="P7ce", what="backward: times faster than SQLite's CTE with edges",
                         value=rounded(ms[WHOLE] / ms[OURS]), unit="x", goal=least)  # fmt: skip
        if WALK in ms:
            yield Figure(id=f"P7w{way[0]}", what=f"{way}: against a C walk with orjson",
                         value=rounded(ms[OURS] / ms[WALK]), unit="x", most=True,
                         goal=2 if way == "forward" else None)  # fmt: skip
        yield Figure(id=f"P7e{way[0]}", what=f"{way}: times faster than an ERP's trace",
                     value=rounded(erp_ms / ms[OURS]), unit="x", note=ERP)  # fmt: skip


def _beside(
    wired: Mapping[str, Wired], opened_s: float, stores: Mapping[str, Made]
) -> list[Figure]:
    started = {name: rounded(one.started_s) for name, one in wired.items()}
    memory = {name: rounded(one.memory / MIB) for name, one in wired.items()}
    merged = {name: rounded(one.merged.memory / MIB) for name, one in wired.items()}
    merges = {name: rounded(one.merged.seconds) for name, one in wired.items()}
    took = {name: rounded(one.took_s) for name, one in stores.items()}
    rate = {name: rounded(one.rows / one.took_s) for name, one in stores.items()}
    return [
        Figure(id="P7s", what="start of the server to the first right answer over HTTP",
               value=max(started.values()), unit="s", goal=1, most=True, peers=started),
        Figure(id="P7o", what="of it: data folder opened to the first answer, in process",
               value=rounded(opened_s), unit="s"),
        Figure(id="P7n", what="new edges that were in the very next answer",
               value=min(one.fresh[0] for one in wired.values()), unit="edges",
               goal=max(one.fresh[1] for one in wired.values())),
        Figure(id="P7r", what="memory of the server, resident, peak", value=max(memory.values()),
               unit="MiB", goal=1_536, most=True, peers=memory),
        Figure(id="P7rm", what="the same of a process that merges new arrays",
               value=max(merged.values()), unit="MiB", goal=1_536, most=True,
               peers={**merged, **{f"{name}, seconds": one for name, one in merges.items()}}),
        Figure(id="P7h", what="history imported, when it was", value=max(took.values()), unit="s",
               peers={**took, **{f"{name}, rows/s": one for name, one in rate.items()}}),
    ]  # fmt: skip


def _drilled(wired: Mapping[str, Wired]) -> list[Figure]:
    seconds, precision, recall = (
        {name: rounded(one.drill[what]) for name, one in wired.items()}
        for what in ("seconds", "precision", "recall")
    )
    return [
        Figure(id="P7d", what="recall drill to the signed report", value=max(seconds.values()),
               unit="s", goal=5, most=True, peers=seconds),
        Figure(id="P7p", what="precision of the drill's lines", value=min(precision.values()),
               unit="", goal=1),
        Figure(id="P7q", what="recall of the drill's lines", value=min(recall.values()), unit="",
               goal=1),
    ]  # fmt: skip


def _held(wired: Mapping[str, Wired]) -> Iterator[Figure]:
    """From the suspect lot to the list, and to the hold at the last online station."""
    peers, worst = dict[str, float](), list[float]()
    for name, one in wired.items():
        if one.held is not None:
            last = one.held.stations_s[-1]
            middle = one.held.stations_s[len(one.held.stations_s) // 2]
            peers |= {f"{name}, list": rounded(one.held.listed_s),
                      f"{name}, half of the stations": rounded(middle),
                      f"{name}, all of them": rounded(last)}  # fmt: skip
            worst.append(max(last, one.held.listed_s))
            assert one.held.lines[0] == one.held.lines[1]  # noqa: S101 - a list that lacks any
    if worst:
        yield Figure(id="P7x", what="suspect lot to list, holds at every online station",
                     value=rounded(max(worst)), unit="s", goal=5, most=True,
                     peers=peers)  # fmt: skip
