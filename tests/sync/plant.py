"""Names and helpers shared by the tests of sync."""

from __future__ import annotations

import json
from pathlib import Path

ORIGIN = "lotbook.test/S1/ST-01/1"


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
