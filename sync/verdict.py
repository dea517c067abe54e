"""What a verification says, for a person in two languages and for a program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sync.verify_sayings import SAYINGS

if TYPE_CHECKING:
    from sync.findings import Finding


@dataclass(frozen=True)
class Said:
    """A sentence of the catalogue with its facts."""

    code: str
    params: dict[str, object] = field(default_factory=dict)

    def words(self, language: str) -> str:
        """In ``en`` or ``zh_CN``."""
        return SAYINGS[self.code][language == "zh_CN"].format(**self.params)


@dataclass(frozen=True)
class Verdict:
    """About a journal or an export: sound if nothing was found."""

    title: Said
    findings: tuple[Finding, ...]
    count: int
    """How many findings there were; at most a thousand are kept."""
    proved: tuple[Said, ...]
    not_proved: tuple[Said, ...]
    facts: dict[str, Any]
    """Figures for a program."""

    @property
    def sound(self) -> bool:
        """True if nothing is wrong."""
        return not self.count

    def text(self, language: str) -> str:
        """All of it for a person."""
        if not self.sound:
            lines = [Said("unsound-log", {"count": self.count}).words(language)]
            lines += [f"  x {one.words(language)}" for one in self.findings]
        else:
            lines = [self.title.words(language), Said("proved").words(language)]
            lines += [f"  + {one.words(language)}" for one in self.proved]
        lines += [Said("not-proved-log").words(language)]
        return "\n".join(lines + [f"  - {one.words(language)}" for one in self.not_proved])

    def body(self) -> dict[str, Any]:
        """All of it for a program."""
        return {
            "exit": 0 if self.sound else 1,
            "findings": [one.body() for one in self.findings],
            "count": self.count,
            **self.facts,
            "proved": [one.words("en") for one in self.proved] if self.sound else [],
            "not_proved": [one.words("en") for one in self.not_proved],
        }
