"""What each kind of step expects, shows and offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.capability import incapable
from forms.cover import MAX_COVERS, uncovered
from forms.entries import MeasurementTaken
from forms.judge_material import component_codes, needed
from forms.masters import (
    ConfirmStep,
    IdentifyStep,
    InspectStep,
    LabelStep,
    Limits,
    MeasureStep,
    SignStep,
)
from forms.units import display
from terminal import board_labels
from terminal.board_limits import band, expected
from terminal.board_parts import action, facts, instrument_name, with_load
from terminal.board_rig import calibration, checked
from terminal.signing import for_step
from terminal.standing import asset_of, doubted
from terminal.ui import STALE_MS
from terminal.views import Action, Fact, Mark, Pad

if TYPE_CHECKING:
    from devices.kinds import Reading
    from forms.masters import Step
    from terminal.snapshot import Snapshot
    from terminal.ui import View
    from terminal.words import Words

Answering = tuple[dict[str, object], tuple[Action, ...]]


def _confirm(view: View, words: Words, snapshot: Snapshot, current: Step) -> Answering:
    del view, snapshot
    statement = words.of(current.statement) if isinstance(current, ConfirmStep) else ""
    yes = action(words, "confirm", "confirm-yes", usual=True, params=(("answer", "yes"),))
    no = action(words, "confirm", "confirm-no", destructive=True, params=(("answer", "no"),))
    return {"expected": statement}, (no, action(words, "overview"), yes)


def _identify(view: View, words: Words, snapshot: Snapshot, current: Step) -> Answering:
    del view
    state, pack = snapshot.state, snapshot.pack
    if state is None or state.master is None or pack is None:
        return {}, ()
    if not isinstance(current, IdentifyStep):
        return {}, ()
    line = state.master.bom_line(current.item)
    want = needed(state, line)
    amount = f"{want.value:f}\u2009{display(want.unit)}"
    shown: dict[str, object] = {
        "expected": words.of(line.name),
        "source": words("scan-the-code"),
        "facts": facts(
            words,
            ("part-item", line.item),
            ("part-needed", amount),
            ("part-gtin", ", ".join(component_codes(pack, line))),
        ),
    }
    return shown, (action(words, "back"), action(words, "overview"))


def _measure(view: View, words: Words, snapshot: Snapshot, current: Step) -> Answering:
    if not isinstance(current, MeasureStep):
        return {}, ()
    limits = current.limits
    shown: dict[str, object] = {
        "expected": expected(limits, words),
        "unit": display(limits.unit),
        "band": band(limits, None),
    }
    if snapshot is not view.snapshot:
        return shown | _taken(view, words, current), ()
    if view.ui.typing is not None:
        return _typed(view, words, limits, shown)
    name = view.live.of_class(current.equipment_class)
    instrument = instrument_name(words, current.equipment_class)
    doubt = checked(view, words, name) if doubted(view, name) else ()
    shown["facts"] = (
        *calibration(view, words, name),
        *_capability(view, words, name, limits),
        *doubt,
    )
    reading = view.live.readings.get(name)
    usable = reading is not None and reading.age_ms(view.now_ns) <= STALE_MS
    streaming = name in view.live.polled
    actions = [action(words, "overview")]
    if current.typed:
        actions.append(action(words, "type_value", usual=not name))
    if name and streaming:
        actions.append(action(words, "accept_reading", usual=True, enabled=usable))
    if reading is not None and usable and streaming:
        shown |= _live(reading, limits, instrument, words)
    elif name:
        ready = "wait-for-reading" if streaming else "press-data-key"
        key = ready if view.live.ready(name) else "instrument-not-ready"
        shown["source"] = words(key, instrument=instrument)
    else:
        key = "type-it" if current.typed else "no-instrument"
        params = {} if current.typed else {"role": instrument}
        shown["source"] = words(key, **params)
    return shown, tuple(actions)


def _capability(view: View, words: Words, name: str, limits: Limits) -> tuple[Fact, ...]:
    """That the instrument is not good enough for these limits, before anything is recorded."""
    asset, pack = asset_of(view, name), view.snapshot.pack
    if asset is None or pack is None:
        return ()
    if not any(incapable(asset, limits, pack.metrology)):
        return ()
    return (Fact(words("fact-capability"), words("not-capable"), Mark.FAIL),)


def _taken(view: View, words: Words, current: MeasureStep) -> dict[str, object]:
    """The value just recorded, with where it came from."""
    records = view.snapshot.state.records if view.snapshot.state else ()
    last = next((r.entry for r in records[::-1] if isinstance(r.entry, MeasurementTaken)), None)
    quantity = last.taken.quantity if last else None
    if last is None or quantity is None:
        return {}
    key = "typed-marked" if last.taken.typed else "read-from"
    params = {} if last.taken.typed else {
        "instrument": instrument_name(words, current.equipment_class)
    }  # fmt: skip
    return {
        "value": f"{quantity.value:f}",
        "unit": display(quantity.unit),
        "source": words(key, **params),
        "band": band(current.limits, quantity.value),
    }


def _live(reading: Reading, limits: Limits, instrument: str, words: Words) -> dict[str, object]:
    state = words(f"reading-{'settled' if reading.settled else reading.state}")
    quantity = reading.quantity
    return {
        "value": f"{quantity.value:f}" if quantity else "—",
        "unit": display(quantity.unit) if quantity else display(limits.unit),
        "source": words(
            "live-source", instrument=instrument, state=with_load(state, reading, words)
        ),
        "band": band(limits, quantity.value if quantity else None),
    }


def _typed(view: View, words: Words, limits: Limits, shown: dict[str, object]) -> Answering:
    typing = view.ui.typing
    unit = display(limits.unit)
    if typing is not None and typing.value is not None:
        shown |= {
            "value": f"{typing.value:f}",
            "source": words("typed-check"),
            "band": band(limits, typing.value),
        }
        return shown, (action(words, "back"), action(words, "accept_reading", usual=True))
    prompt, sign = words("type-it"), limits.below_zero
    pad = Pad(prompt=prompt, typed=view.ui.pad, unit=unit, decimal=True, sign=sign)
    ok = action(words, "key", "ok", usual=True, params=(("key", "ok"),), enabled=bool(view.ui.pad))
    return shown | {"pad": pad, "source": words("typed-marked")}, (action(words, "back"), ok)


def _inspect(view: View, words: Words, snapshot: Snapshot, current: Step) -> Answering:
    if not isinstance(current, InspectStep):
        return {}, ()
    photo = view.ui.photo if view.ui.photo_at == snapshot.position else None
    shown: dict[str, object] = {
        "expected": words.of(current.question),
        "image": photo.data if photo else b"",
        "source": words("photo-taken" if photo else "photo-first") if current.photo else "",
    }
    take = action(words, "take_photo", usual=photo is None)
    if current.photo and photo is None:
        return shown, (action(words, "overview"), take)
    good = action(words, "inspect", "inspect-pass", usual=True, params=(("outcome", "pass"),))
    bad = action(words, "inspect", "inspect-fail", destructive=True, params=(("outcome", "fail"),))
    more = (action(words, "take_photo", "photo-again"),) if current.photo else ()
    return shown, (bad, *more, good)


def _sign(view: View, words: Words, snapshot: Snapshot, current: Step) -> Answering:
    del view
    if not isinstance(current, SignStep):
        return {}, ()
    wanted, left = for_step(snapshot), _left_to_sign(snapshot, current)
    count = len(wanted.covers) if wanted else 0
    shown: dict[str, object] = {
        "expected": words(f"meaning-{current.meaning.value}"),
        "source": words("sign-by", role=words(f"class-{current.personnel_class.value}")),
        "facts": facts(
            words,
            ("fact-operations", ", ".join(current.covers)),
            ("fact-records", f"{count} / {left}" if left > count else str(count)),
        ),
    }
    if left > count:
        shown["critical"] = words("sign-again-after", most=MAX_COVERS)
    return shown, (action(words, "overview"), action(words, "sign", usual=True))


def _left_to_sign(snapshot: Snapshot, current: SignStep) -> int:
    """How many records wait for a signature at this step: one signature may not hold them all."""
    state = snapshot.state
    if state is None or state.current is None:
        return 0
    return len(uncovered(state, state.current[0].id, current))


ANSWERS = {
    ConfirmStep: _confirm,
    IdentifyStep: _identify,
    MeasureStep: _measure,
    InspectStep: _inspect,
    LabelStep: board_labels.label,
    SignStep: _sign,
}
