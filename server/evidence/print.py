"""Printing with typst, fed with data only: the same data gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def compiled(
    template: bytes, shown: dict[str, Any], beside: Mapping[str, bytes] = MappingProxyType({})
) -> bytes:
    """The PDF of a template that reads ``data.json``, and the files ``beside`` by their names."""
    import typst  # noqa: PLC0415  30 MiB that a server which starts does not wait for

    with TemporaryDirectory(prefix="lotbook-print-") as folder:
        data = json.dumps(shown, ensure_ascii=False).encode()
        for name, content in {**beside, "main.typ": template, "data.json": data}.items():
            (Path(folder) / name).write_bytes(content)
        # The folder is typst's whole world: a template can read nothing outside its root.
        main = str(Path(folder) / "main.typ")
        return typst.compile(main, root=folder, format="pdf", timestamp=0)
