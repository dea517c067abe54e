"""A batch read model made from the forms' sample history: everything that can happen, once."""

from __future__ import annotations

import io
from datetime import timedelta

from PIL import Image, ImageDraw

from forms import codec
from forms.entries import Inspected
from forms.terms import Disposition, Meaning, PersonnelClass
from server.quality.batch import BatchData, BatchRecord, Checkpoint, Head
from sync.interval import Interval
from tests.forms.build import History, scan
from tests.forms.documents import ORIGIN, QUALITY, TODAY, TUBE_GTIN, sample_lots, sample_people

LOG = "lotbook.test/S1/LOG"


def told(*, released: bool = True) -> History:
    """Refused scan, unstable and failing weight, disposition, typed value, correction, release."""
    history = History().confirm().identify(scan(TUBE_GTIN, "T9", TODAY - timedelta(days=3)))
    history = history.take_tube().take_glue().weigh("0.40", state="unstable").weigh("0.90")
    failing = history.ref
    history = history.raise_about(failing, description="adhesive out of limits <b>#x</b> $y$")
    history = history.settled(history.ref, Disposition.REINSPECTION).weigh("0.41")
    history = history.type_diameter(1, "4.11").correct(history.ref, "4.11", "4.12")
    history = history.sign(Meaning.AUTHORSHIP, PersonnelClass.OPERATOR, history.ref)
    history = history.diameter(2).inspect()
    for serial in history.the_order.serials:
        history.label(serial)
    if not released:
        return history
    history.sign_step().by(QUALITY).decide_release()
    return history.sign(Meaning.RELEASED, PersonnelClass.QUALITY, history.ref)


def batch(history: History, *, sound: bool = True) -> BatchData:
    """The read model over a history's records."""
    records = tuple(
        BatchRecord(
            origin=judged.recorded.origin,
            index=judged.recorded.index,
            ref=judged.ref,
            data=b"{}",
            entry=judged.entry,
            verdict=judged.verdict,
            at=judged.recorded.wall,
            quality=judged.recorded.quality,
            global_index=at,
            received_at=judged.recorded.wall + timedelta(seconds=2),
            made=Interval(None, judged.recorded.wall + timedelta(seconds=2)),
            contradiction="",
            sound=sound,
        )
        for at, judged in enumerate(history.state.records)
    )
    origins = sorted({record.origin for record in records})
    heads = {
        origin: Head(origin=origin, size=500, root="ab" * 32, note="", vkey="")
        for origin in origins
    }
    pack = history.the_pack
    return BatchData(
        order=history.state.order,
        master=pack.masters[0],
        people={person.id: person for person in sample_people()},
        records=records,
        heads=heads,
        receipts=(),
        state=history.state,
        packs={codec.digest(pack): codec.canonical(pack)},
        lots=sample_lots(),
    )


def checkpoint() -> Checkpoint:
    """A cosigned checkpoint, as the reader gives it."""
    line = f"— {ORIGIN} AAAA"
    return Checkpoint(size=1234, root="cd" * 32, note="", vkey="", cosignatures=(line,))


def photos(data: BatchData) -> dict[str, bytes]:
    """A picture for every photo the records name."""
    picture = Image.new("RGB", (480, 320), "#dfe5ea")
    ImageDraw.Draw(picture).ellipse((140, 60, 340, 260), outline="#1d6b35", width=14)
    target = io.BytesIO()
    picture.save(target, "PNG")
    return {
        record.entry.photo.sha256: target.getvalue()
        for record in data.records
        if isinstance(record.entry, Inspected) and record.entry.photo is not None
    }
