"""``lotbook-terminal label``: a work master's label as a file, to be seen before it is approved.

With the longest lot and serial number that the design promises to have room for.
"""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

from devices.drivers.label_printer import FORMS
from devices.faults import DeviceFault
from devices.kinds import Label
from devices.sheet import lay
from forms.authoring import AuthoringErrors, read_master
from forms.judge_label import content_for, label_step
from forms.masters import design_of
from forms.terms import Text

if TYPE_CHECKING:
    import argparse

    from forms.masters import LabelStep, WorkMaster

_DAY = date(2029, 11, 30)


def label(options: argparse.Namespace) -> int:
    """Draw the label of ``options.file`` into ``options.out`` (png, pdf or zpl, by its name)."""
    form = options.out.suffix.removeprefix(".")
    try:
        master = read_master(options.file.read_text(encoding="utf-8"), options.file.name)
        step = label_step(master)
        if step is None or form not in FORMS:
            what = f"label is png, pdf or zpl, not {form!r}" if step else "master has no label step"
            sys.stderr.write(f"the {what}\n")
            return 2
        drawn = sample(master, step, copy=options.copy)
        options.out.write_bytes(FORMS[form](lay(drawn)))
    except (AuthoringErrors, DeviceFault, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{options.out}: {drawn.content}\n")
    return 0


def sample(master: WorkMaster, step: LabelStep, *, copy: int = 1) -> Label:
    """A label of this master with the longest lot and serial number its design allows."""
    design, product = design_of(step), master.product
    lot, serial = ("LOT-" + "0" * 16)[: design.longest_lot], "0" * design.longest_serial
    return Label(
        product=product.name,
        item=product.item,
        gtin=product.gtin,
        lot=lot,
        expiry=_DAY,
        serial=serial,
        content=content_for(product, step.symbology, _DAY, lot, serial),
        symbology=step.symbology,
        log_mark="000000:00000000",
        copy=copy,
        manufacturer=Text(en="Manufacturer", zh_CN="生产企业"),
        design=design,
    )
