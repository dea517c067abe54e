"""What a rig can be asked to do. Each command is answered by exactly one ``Answered``."""

from __future__ import annotations

import msgspec

from devices.kinds import Label


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Base: the asker's id (echoed in the answer) and the instrument's name."""

    id: str
    name: str


class TakePhoto(Command, frozen=True, kw_only=True, tag="take_photo"):
    """Take a picture with a camera; answered with ``photo``."""


class PrintLabel(Command, frozen=True, kw_only=True, tag="print_label"):
    """Draw and print a label; answered with ``printed``."""

    label: Label


class ReadLabel(Command, frozen=True, kw_only=True, tag="read_label"):
    """Read the codes a camera sees; answered with all ``codes`` and the last ``photo``."""

    symbology: str = ""
    """Look on until a code with this AIM identifier is read, or none is; empty: any code."""


class Zero(Command, frozen=True, kw_only=True, tag="zero"):
    """Set a balance to zero."""


class Tare(Command, frozen=True, kw_only=True, tag="tare"):
    """Tare a balance."""


AnyCommand = TakePhoto | PrintLabel | ReadLabel | Zero | Tare
"""Every command, told apart by ``type`` on the wire."""
