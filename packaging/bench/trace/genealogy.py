"""A made-up plant's history as files, and its truth; ``packaging/bench/genealogy.py`` calls it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from plant import ITEMS, LEVELS, Plant, grown
from truth import backward, forward, line_id, serial_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORWARD, BACKWARD = 6, 40
"""Of how many lots and serials the truth is told."""
_PER_SHIPMENT = 3


def write(folder: Path, plant: Plant) -> None:
    """The four files."""
    folder.mkdir(parents=True, exist_ok=True)
    codes = [plant.code(lot) for lot in range(plant.lots)]
    _file(folder / "lots.csv", "lot_id,lot_code,item,level,supplier,time",
          map(",".join, rows_of_lots(plant)))  # fmt: skip
    _file(folder / "edges.csv", "parent_lot,child_lot,quantity,event_time",
          (f"{codes[a]},{codes[b]},{size},{at}" for a, b, size, at in edges(plant)))  # fmt: skip
    units = enumerate(zip(plant.serial_lot.tolist(), plant.serial_line.tolist(), strict=True))
    _file(folder / "serials.csv", "serial,lot_code,line_id",
          (f"{serial_id(n)},{codes[lot]},{line_id(line) if line >= 0 else ''}"
           for n, (lot, line) in units))  # fmt: skip
    _file(folder / "shipment_lines.csv", "line_id,lot_code,shipment,customer,qty,time",
          map(",".join, rows_of_lines(plant)))  # fmt: skip


def edges(plant: Plant) -> Iterator[tuple[int, int, str, str]]:
    """Parent and child by number, quantity and time."""
    made = _times(plant.time[plant.child] - 1_800)
    whole, part = np.divmod(plant.quantity, 1_000)
    ends = plant.parent.tolist(), plant.child.tolist()
    for a, b, n, m, at in zip(*ends, whole.tolist(), part.tolist(), made, strict=True):
        yield a, b, f"{n}.{m:03d}", at


def truth(plant: Plant, seed: int) -> dict[str, object]:
    """Lots for forward recall (common ones first), serials for backward genealogy."""
    chance = np.random.default_rng(seed + 1)
    common = plant.common[len(plant.common) // 2 :][: FORWARD // 2]
    raw = chance.choice(np.flatnonzero(plant.level == 0), FORWARD - len(common), replace=False)
    units = chance.choice(len(plant.serial_lot), min(BACKWARD, len(plant.serial_lot)), False)  # noqa: FBT003
    onward = [forward(plant, int(lot)) for lot in [*common, *raw]]
    back = [(serial_id(int(one)), backward(plant, int(plant.serial_lot[one]))) for one in units]
    return {
        "forward": [{"lot": one.lot, "lots": sorted(one.lots), "lines": sorted(one.lines)}
                    for one in onward],
        "backward": [{"serial": serial, "lot": one.lot, "lots": sorted(one.lots)}
                     for serial, one in back],
    }  # fmt: skip


def made(folder: Path, lots: int, seed: int) -> Path:
    """The folder of that size and seed, made unless it is there."""
    done = folder / "truth.json"
    if not done.exists():
        plant = grown(lots, seed)
        write(folder, plant)
        done.write_text(json.dumps(truth(plant, seed)), encoding="utf-8")
    return folder


def rows_of_lots(plant: Plant) -> Iterator[tuple[str, ...]]:
    """Columns of ``lots.csv``, by number."""
    before = np.concatenate([[0], np.cumsum(ITEMS)])
    items = (before[plant.level] + plant.item).tolist()
    times = _times(plant.time)
    rows = zip(plant.level.tolist(), items, plant.supplier.tolist(), times, strict=True)
    for n, (level, item, supplier, at) in enumerate(rows):
        whose = f"SUP-{supplier:03d}" if supplier >= 0 else ""
        yield f"{n + 1}", plant.code(n), f"IT-{item:04d}", LEVELS[level], whose, at


def rows_of_lines(plant: Plant) -> Iterator[tuple[str, ...]]:
    """Columns of ``shipment_lines.csv``, by number."""
    times = _times(plant.time[plant.line_lot] + 10 * 86_400)
    rows = zip(plant.line_lot.tolist(), plant.line_customer.tolist(),
               plant.line_quantity.tolist(), times, strict=True)  # fmt: skip
    for n, (lot, customer, quantity, at) in enumerate(rows):
        shipment = f"SH-{n // _PER_SHIPMENT + 1:06d}"
        yield line_id(n), plant.code(lot), shipment, f"CUST-{customer:03d}", str(quantity), at


def _times(seconds: np.ndarray) -> list[str]:
    return [f"{one}Z" for one in np.datetime_as_string(seconds.astype("datetime64[s]")).tolist()]


def _file(path: Path, head: str, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(head + "\n")
        file.writelines(f"{line}\n" for line in lines)


def main(arguments: list[str], what: str) -> int:
    """Write and tell."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lots", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    made(given.folder, given.lots, given.seed)
    for path in sorted(given.folder.iterdir()):
        print(f"{path}: {path.stat().st_size:,} bytes")
    return 0
