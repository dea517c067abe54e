"""The rule catalogue, and the reasons and verdicts that cite it.

A verdict never carries prose: it carries the code of a rule and the facts of the case, and the
words are made when somebody reads them, in their language.
"""

from __future__ import annotations

from dataclasses import dataclass

from forms.identifiers.words import SAYINGS
from forms.rule import Rule
from forms.rules_assets import ASSETS
from forms.rules_label import LABEL
from forms.rules_material import MATERIAL
from forms.rules_people import PEOPLE
from forms.rules_quality import QUALITY
from forms.rules_release import RELEASE
from forms.rules_work import WORK
from forms.terms import Text
from forms.words import LISTED, VALUES

RULES: dict[str, Rule] = {
    rule.code: rule
    for rules in (PEOPLE, WORK, ASSETS, MATERIAL, LABEL, QUALITY, RELEASE)
    for rule in rules
}
"""Every rule by its code. Codes are never renamed or given another meaning."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that a record or decision does not meet, with the facts of the case."""

    code: str
    params: tuple[tuple[str, str], ...] = ()

    @property
    def rule(self) -> Rule:
        """The rule cited."""
        return RULES[self.code]

    def words(self, language: str) -> str:
        """The reason as a sentence in ``language`` (``en`` or ``zh_CN``)."""
        return _filled(self.rule.text, self.params, language)

    def meanwhile(self, language: str) -> str:
        """What can be done meanwhile, in ``language``; of a finding in a code, what cures it."""
        said = SAYINGS.get(dict(self.params).get("finding", ""))
        return (said.hint if said else self.rule.meanwhile).in_language(language)


def _filled(text: Text, params: tuple[tuple[str, str], ...], language: str) -> str:
    shown = {name: _shown(name, value, language) for name, value in params}
    return text.in_language(language).format_map(shown)


def _shown(name: str, value: str, language: str) -> str:
    """A value as shown; only parameters from closed lists are words, a lot "hold" stays so."""
    words = VALUES.get(value) if name in LISTED else None
    return words.in_language(language) if words else value


def because(code: str, **params: object) -> Reason:
    """A reason; ValueError if the parameters are not exactly the rule's."""
    if set(params) != set(RULES[code].params):
        msg = f"rule {code} takes {RULES[code].params}, not {tuple(params)}"
        raise ValueError(msg)
    return Reason(code, tuple((name, str(value)) for name, value in params.items()))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judge's answer: passed, or the reasons why not."""

    reasons: tuple[Reason, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing stands against it."""
        return not self.reasons

    @property
    def effective(self) -> bool:
        """Whether the record counts: it passed, or it is a valid result that is not good.

        A measurement out of limits is effective (it blocks its step); an unstable reading or
        a scan of the wrong lot is not (it is kept as a finding and changes nothing).
        """
        return all(reason.rule.is_result for reason in self.reasons)

    def words(self, language: str) -> tuple[str, ...]:
        """All reasons as sentences."""
        return tuple(reason.words(language) for reason in self.reasons)

    def __and__(self, other: Verdict) -> Verdict:
        """Both: the reasons of the two, each once."""
        return Verdict(tuple(dict.fromkeys(self.reasons + other.reasons)))


PASSED = Verdict()
"""Nothing stands against it."""


def verdict(*reasons: Reason | None) -> Verdict:
    """A verdict of the reasons that are there, each once."""
    return Verdict(tuple(dict.fromkeys(reason for reason in reasons if reason is not None)))
