"""The file of a certificate, chosen in a form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import UploadFile

from server.quality.certificate_file import MOST_BYTES, keep

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from server.store.attachments import Attachments

FIELD = "file"


async def handed_in(attachments: Attachments, form: FormData) -> str:
    """The digest of the file chosen, which is kept now; empty if none was chosen.

    Raises Refusal ``file-kind`` or ``file-too-large``, Fault as the disk does.
    """
    chosen = form.get(FIELD)
    if not isinstance(chosen, UploadFile) or not chosen.filename:
        return ""
    return keep(attachments, await chosen.read(MOST_BYTES + 1))
