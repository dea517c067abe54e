"""The batch record as a PDF: typst, fed with data only; the same data gives the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import segno

from server.evidence.print import compiled

TEMPLATE = Path(__file__).with_name("record.typ")
_IMAGES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif"}


def render(view: dict[str, Any], photos: dict[str, bytes]) -> bytes:
    """The PDF of a view (:mod:`server.evidence.view`); ``photos`` by SHA-256."""
    try:
        return _rendered(view, photos)
    except RuntimeError:
        # A broken picture must not keep a batch record from being printed: without pictures
        # only their digests are shown. A fault of the template itself comes up again here.
        return _rendered(view, {})


def _rendered(view: dict[str, Any], photos: dict[str, bytes]) -> bytes:
    files = {"qr.svg": _qr(view["proof"]["qr"])}
    shown = [photo | {"file": _put(files, photo["sha256"], photos)} for photo in view["photos"]]
    return compiled(TEMPLATE.read_bytes(), view | {"photos": shown}, files)


def _put(files: dict[str, bytes], digest: str, photos: dict[str, bytes]) -> str:
    """Add a photo to the files if it is an image typst reads; its name, or an empty text."""
    data = photos.get(digest, b"")
    for head, ending in _IMAGES.items():
        if data.startswith(head):
            name = f"{digest}.{ending}"
            files[name] = data
            return name
    return ""


def _qr(text: str) -> bytes:
    target = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        target, kind="svg", border=2, scale=4, xmldecl=False, svgns=True
    )
    return target.getvalue()
