"""The kiosk's texts: Fluent files in ``terminal/texts``, one per language, read once."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from fluent.runtime import FluentBundle, FluentResource

if TYPE_CHECKING:
    from forms.terms import Text

FILES = {"en": "en", "zh_CN": "zh-CN"}
"""Language tag of the records -> Fluent file and locale."""

NAMES = {"en": "English", "zh_CN": "中文"}


def source(language: str) -> str:
    """The Fluent source of a language."""
    file = files("terminal") / "texts" / f"{FILES[language]}.ftl"
    return file.read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def _bundle(language: str) -> FluentBundle:
    """The bundle of a language; without isolating marks, for texts are also digested."""
    bundle = FluentBundle([FILES[language]], use_isolating=False)
    bundle.add_resource(FluentResource(source(language)))
    return bundle


class Words:
    """The texts in one language: ``words("step-next", n=2)``."""

    def __init__(self, language: str) -> None:
        """Use ``language`` (``en`` or ``zh_CN``)."""
        self.language = language
        self._bundle = _bundle(language)

    def __call__(self, key: str, /, **params: object) -> str:
        """The message in words; KeyError for an unknown one, ValueError for a missing variable."""
        value = self._bundle.get_message(key).value
        if value is None:
            raise KeyError(key)
        text, errors = self._bundle.format_pattern(value, params)
        if errors:
            msg = f"{key}: {errors[0]}"
            raise ValueError(msg)
        return str(text)

    def of(self, text: Text) -> str:
        """An author's text in this language."""
        return text.in_language(self.language)


def other(language: str) -> str:
    """The language a touch switches to."""
    return "en" if language == "zh_CN" else "zh_CN"
