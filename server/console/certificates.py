"""The file of a certificate, chosen in a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile

from server.quality.certificate_file import MOST_BYTES

if TYPE_CHECKING:
    from starlette.datastructures import FormData

FIELD = "file"


async def chosen(form: FormData) -> bytes | None:
    """The file chosen, its bytes bounded; None if none was."""
    found = form.get(FIELD)
    if not isinstance(found, UploadFile) or not found.filename:
        return None
    return await found.read(MOST_BYTES + 1)
