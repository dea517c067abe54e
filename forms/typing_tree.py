"""A tree of nodes held against a struct type: every mismatch found, each with its cure."""

from __future__ import annotations

import difflib
import re
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import inspect

from forms.yaml_tree import BareFraction, Node, Place, Problem

Path = tuple[str | int, ...]
_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,12})?")
MAX_TEXT = 2_000


class Typed:
    """Converts nodes to plain values; ``problems`` collects what does not fit."""

    def __init__(self) -> None:
        """Start with no problem."""
        self.problems: list[Problem] = []

    def convert(self, node: Node, struct: type[msgspec.Struct]) -> object:
        """The node as builtins that ``msgspec.convert`` takes; None where it does not fit."""
        return self._any(node, inspect.type_info(struct))

    def _wrong(self, place: Place, problem: str, cure: str) -> None:
        self.problems.append(Problem(place, problem, cure))

    def _any(self, node: Node, kind: Any) -> object:  # noqa: ANN401 - msgspec.inspect's union
        if isinstance(kind, inspect.Metadata):
            return self._any(node, kind.type)
        for known, convert in _CONVERTERS:
            if isinstance(kind, known):
                return convert(self, node, kind)
        msg = f"no rule to read {kind}"
        raise TypeError(msg)

    # --- structures ----------------------------------------------------------------------------

    def as_struct(self, node: Node, kind: inspect.StructType) -> object:
        """A group of fields, every field of it."""
        if not isinstance(node.value, dict):
            self._wrong(node.place, f"{_shown(node)} is not a group of fields", _fields(kind))
            return None
        before = len(self.problems)
        plain: dict[str, object] = {kind.tag_field: kind.tag} if kind.tag_field else {}
        fields = {field.encode_name: field for field in kind.fields}
        for name, inner in node.value.items():
            if name in fields:
                plain[name] = self._any(inner, fields[name].type)
            elif name != kind.tag_field:
                self._unknown((node.keys or {}).get(name, inner.place), name, list(fields))
        for name, field in fields.items():
            if field.required and name not in node.value:
                self._missing(node, name, kind)
        if hasattr(kind.cls, "__post_init__") and len(self.problems) == before:
            self._together(node, kind, plain)
        return plain

    def _together(self, node: Node, kind: inspect.StructType, plain: object) -> None:
        """Values that are good alone may contradict each other (low above high)."""
        try:
            msgspec.convert(plain, kind.cls, strict=True)
        except msgspec.ValidationError as error:
            self._wrong(node.place, str(error), "correct one of the values")

    def _unknown(self, place: Place, name: str, fields: list[str]) -> None:
        close = difflib.get_close_matches(name[:64], fields, n=1)
        cure = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(fields)}"
        self._wrong(place, f"unknown field {name[:64]!r}", cure)

    def _missing(self, node: Node, name: str, kind: inspect.StructType) -> None:
        if name in {"en", "zh_CN"}:
            language = "English" if name == "en" else "Simplified Chinese"
            self._wrong(node.place, f"the {language} text is missing", f"add `{name}: …`")
        else:
            self._wrong(node.place, f"{kind.cls.__name__} needs {name!r}", f"add `{name}: …`")

    def as_sequence(self, node: Node, kind: inspect.VarTupleType) -> object:
        """A list, every item of it."""
        if not isinstance(node.value, list):
            self._wrong(node.place, f"{_shown(node)} is not a list", "write `- …` lines")
            return None
        return [self._any(inner, kind.item_type) for inner in node.value]

    def as_union(self, node: Node, kind: inspect.UnionType) -> object:
        """An optional value, or one of the step kinds by its ``type``."""
        others = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
        if len(others) == 1:
            return None if node.value is None else self._any(node, others[0])
        tags = {str(each.tag): each for each in others if isinstance(each, inspect.StructType)}
        tag = node.value.get("type") if isinstance(node.value, dict) else None
        if tag is None or str(tag.value) not in tags:
            place = tag.place if tag else node.place
            what = "step" if "confirm" in tags else "field"
            said = f"unknown {what} type {_shown(tag)}" if tag else f"a {what} needs its 'type'"
            self._wrong(place, said, f"one of {', '.join(tags)}")
            return None
        return self.as_struct(node, tags[str(tag.value)])

    # --- values --------------------------------------------------------------------------------

    def as_text(self, node: Node, kind: inspect.StrType) -> object:
        """A text, bounded, matching its pattern."""
        value = node.value
        if not isinstance(value, str) or isinstance(value, BareFraction):
            self._wrong(node.place, f"{_shown(node)} is not a text", "put it in quotation marks")
        elif len(value) > MAX_TEXT:
            self._wrong(node.place, f"longer than {MAX_TEXT} characters", "shorten it")
        elif kind.pattern and not re.search(kind.pattern, value):
            cure = "capitals, digits, _ . - only, at most 32"
            self._wrong(node.place, f"{value[:64]!r} is not an identifier", cure)
        elif not value.strip() or (not value.isprintable() and "\n" not in value):
            self._wrong(node.place, "the text is empty or has control characters", "write a text")
        return value

    def as_integer(self, node: Node, kind: inspect.IntType) -> object:
        """A whole number within its bounds."""
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong(node.place, f"{_shown(node)} is not a whole number", "write digits only")
        elif kind.ge is not None and value < kind.ge:
            self._wrong(node.place, f"{value} is too small", f"at least {kind.ge}")
        elif kind.le is not None and value > kind.le:
            self._wrong(node.place, f"{value} is too large", f"at most {kind.le}")
        return value

    def as_decimal(self, node: Node, _kind: inspect.DecimalType) -> object:
        """A decimal number, its digits kept."""
        value = node.value
        if isinstance(value, BareFraction):
            cure = f'put it in quotation marks: "{value}"'
            self._wrong(node.place, f"{value[:40]} would lose its digits", cure)
            return Decimal(0)
        text = str(value) if isinstance(value, str) or type(value) is int else ""
        if not _DECIMAL.fullmatch(text):
            self._wrong(node.place, f"{_shown(node)} is not a decimal number", 'write "12.50"')
            return Decimal(0)
        return Decimal(text)

    def as_bool(self, node: Node, _kind: inspect.BoolType) -> object:
        """True or false."""
        if not isinstance(node.value, bool):
            self._wrong(node.place, f"{_shown(node)} is not true or false", "write true or false")
        return node.value

    def as_enum(self, node: Node, kind: inspect.EnumType) -> object:
        """A word of a closed list."""
        values = [str(each.value) for each in kind.cls]
        if not isinstance(node.value, str) or node.value not in values:
            self._wrong(node.place, f"{_shown(node)} is not known", f"one of {', '.join(values)}")
        return node.value


_CONVERTERS: tuple[tuple[type, Any], ...] = (
    (inspect.StructType, Typed.as_struct),
    (inspect.VarTupleType, Typed.as_sequence),
    (inspect.UnionType, Typed.as_union),
    (inspect.StrType, Typed.as_text),
    (inspect.IntType, Typed.as_integer),
    (inspect.DecimalType, Typed.as_decimal),
    (inspect.BoolType, Typed.as_bool),
    (inspect.EnumType, Typed.as_enum),
)


def _shown(node: Node) -> str:
    """The value in an error, short; structures by what they are."""
    if isinstance(node.value, dict):
        return "a group of fields"
    if isinstance(node.value, list):
        return "a list"
    return "nothing" if node.value is None else repr(str(node.value)[:40])


def _fields(kind: inspect.StructType) -> str:
    return "write " + ", ".join(
        f"{field.encode_name}: …" for field in kind.fields if field.required
    )
