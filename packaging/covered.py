"""Hold branch coverage: at least 90 % of all, and 100 % of the files that reached it once.

``python packaging/covered.py out/coverage.json [--grow]``; ``--grow`` adds the files that are
at 100 % now to ``tests/fully_covered.txt``. The list only grows.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

FLOOR, FULL = 90.0, 100.0
LIST = Path("tests/fully_covered.txt")


def main(arguments: list[str]) -> int:
    """Print what is short of its goal; 1 if anything is."""
    report = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    full = {
        name
        for name, file in report["files"].items()
        if file["summary"]["percent_covered"] == FULL and file["summary"]["num_statements"] > 0
    }
    listed = set(LIST.read_text(encoding="utf-8").split())
    if "--grow" in arguments:
        LIST.write_text("\n".join(sorted(listed | full)) + "\n", encoding="utf-8")
        listed |= full
    total = report["totals"]["percent_covered"]
    lost = sorted(name for name in listed - full if Path(name).exists())
    print(
        f"coverage: {total:.1f} % of lines and branches (floor {FLOOR:.0f} %), "
        f"{len(full)} files at 100 % ({len(listed)} held)"
    )
    for name in lost:
        print(f"coverage: {name} was at 100 % and must stay there: add the missing test")
    if total < FLOOR:
        print(f"coverage: {total:.1f} % is under the floor of {FLOOR:.0f} %")
    return 1 if lost or total < FLOOR else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
