"""A figure, its goal, and the table and file that hold them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(kw_only=True)
class Figure:
    """One measured number; ``most``: the goal is a ceiling, otherwise a floor."""

    id: str
    what: str
    value: float
    unit: str
    goal: float | None = None
    most: bool = False
    peers: dict[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.most else self.value >= self.goal

    def line(self) -> str:
        """One line of the table."""
        sign = "<=" if self.most else ">="
        goal = "" if self.goal is None else f"{sign} {self.goal:,g}"
        met = {None: "", True: "met", False: "NOT MET"}[self.met]
        peers = ", ".join(f"{name} {value:,.6g}" for name, value in self.peers.items())
        value = f"{self.value:>12,.6g} {self.unit:10}{goal:>12}  {met:8}"
        return f"{self.id:5}{self.what:58}{value}{peers}"


def rounded(value: float) -> float:
    """Four digits: more would be noise."""
    return float(f"{value:.4g}")


def written(figures: list[Figure], out: Path, notes: dict[str, object]) -> None:
    """Write the file that the project's benches all write."""
    out.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(one) | {"met": one.met} for one in figures]
    out.write_text(json.dumps({"figures": rows, "notes": notes}, indent=2) + "\n", encoding="utf-8")
