"""What a rule is: its words in both languages, its source, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter

from forms.terms import PersonnelClass, Text


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the house that a record or decision can break."""

    code: str
    text: Text
    """The sentence, with ``{params}``."""
    source: str
    """The procedure or clause it comes from."""
    lifted_by: PersonnelClass | None
    """Who can lift it; None: nobody, the work itself has to be put right."""
    meanwhile: Text
    """What can be done meanwhile."""
    is_result: bool = False
    """True: the record counts as a bad result. False: the record has no effect."""

    @property
    def params(self) -> tuple[str, ...]:
        """The names of the facts its words need, in order, each once."""
        fields = (name for _, name, _, _ in Formatter().parse(self.text.en) if name)
        return tuple(dict.fromkeys(fields))


def rule(  # noqa: PLR0913 - one line of the catalogue
    code: str,
    en: str,
    zh: str,
    source: str,
    lifted_by: PersonnelClass | None,
    meanwhile: tuple[str, str],
    *,
    is_result: bool = False,
) -> Rule:
    """A line of the catalogue."""
    then = Text(en=meanwhile[0], zh_CN=meanwhile[1])
    return Rule(code, Text(en=en, zh_CN=zh), source, lifted_by, then, is_result)
