"""Work masters as authors write them: YAML in, a checked work master or all its errors out.

Field names are those of :mod:`forms.masters`; a step says its kind by ``type`` (``confirm``,
``identify``, ``measure``, ``inspect``, ``label``, ``sign``). Decimal values stand in quotation
marks: a bare ``4.10`` is refused, because YAML would drop its last digit.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from forms.authoring_checks import check
from forms.masters import WorkMaster
from forms.typing_tree import Path, Typed
from forms.yaml_tree import Node, Place, Problem, YamlProblem, read_tree

MAX_ERRORS = 50


@dataclass(frozen=True, slots=True)
class AuthoringError:
    """One thing wrong: where it is, what it is, what to do about it."""

    file: str
    line: int
    column: int
    problem: str
    cure: str

    def __str__(self) -> str:
        """``file:line:column: problem; cure``."""
        return f"{self.file}:{self.line}:{self.column}: {self.problem}; {self.cure}"


class AuthoringErrors(Exception):
    """The work master cannot be used; ``errors`` are in the order of the text, at most 50."""

    def __init__(self, errors: tuple[AuthoringError, ...]) -> None:
        """Hold the errors; the message is one a line."""
        super().__init__("\n".join(map(str, errors)))
        self.errors = errors


def read_master(text: str, file: str) -> WorkMaster:
    """The work master that the text says; AuthoringErrors with everything wrong with it.

    ``file`` is only the name used in errors.
    """
    try:
        root = read_tree(text)
    except YamlProblem as error:
        raise _errors([error.found], file) from error
    typed = Typed()
    plain = typed.convert(root, WorkMaster)
    if typed.problems:
        raise _errors(typed.problems, file)
    try:
        master = msgspec.convert(plain, WorkMaster, strict=True)
    except (msgspec.ValidationError, ArithmeticError) as error:
        raise _errors([Problem(root.place, str(error), "correct the value")], file) from error
    found = [Problem(_place_of(root, path), problem, cure) for path, problem, cure in check(master)]
    if found:
        raise _errors(found, file)
    return master


def _errors(problems: list[Problem], file: str) -> AuthoringErrors:
    ordered = sorted(problems, key=lambda each: (each.place.line, each.place.column))
    return AuthoringErrors(
        tuple(
            AuthoringError(file, each.place.line, each.place.column, each.problem, each.cure)
            for each in ordered[:MAX_ERRORS]
        )
    )


def _place_of(root: Node, path: Path) -> Place:
    """Where the value of that path stands, or the nearest one around it that is written."""
    node = root
    for part in path:
        inner: Node | None = None
        if isinstance(node.value, dict):
            inner = node.value.get(str(part))
        elif isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
            inner = node.value[part]
        if inner is None:
            break
        node = inner
    return node.place


__all__ = ["AuthoringError", "AuthoringErrors", "read_master"]
