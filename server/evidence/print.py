"""Printing with typst, fed with data only: the same data gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst


def compiled(template: bytes, shown: dict[str, Any]) -> bytes:
    """The PDF of a template that reads ``data.json``."""
    with TemporaryDirectory(prefix="lotbook-print-") as folder:
        (Path(folder) / "main.typ").write_bytes(template)
        data = json.dumps(shown, ensure_ascii=False).encode()
        (Path(folder) / "data.json").write_bytes(data)
        # The folder is typst's whole world: a template can read nothing outside its root.
        main = str(Path(folder) / "main.typ")
        return typst.compile(main, root=folder, format="pdf", timestamp=0)
