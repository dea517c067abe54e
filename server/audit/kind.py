"""A kind of event of the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from forms.terms import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

Sort = Literal[
    "create", "modify", "sign", "act", "read", "session", "failure", "clock", "configuration",
    "alarm", "evidence",
]  # fmt: skip
"""What an event is, for filters. Reads are exports and prints too; an act is told by what it stated
as well, which is the change."""


class Kind(msgspec.Struct, frozen=True):
    """A kind of event."""

    what: Text
    sort: Sort
    raised: str
    """Module that states it."""
    subject: str = ""
    """What it is about, as a template over the body; the newest before it holds the old values."""

    def about(self, body: Mapping[str, Any]) -> str:
        """The subject of an event of that kind; empty where it has none."""
        try:
            return self.subject.format_map(body)
        except KeyError:
            return ""


def kind(en: str, zh: str, sort: Sort, raised: str, subject: str = "") -> Kind:
    """A kind by its words, sort, the module that states it, and its subject."""
    return Kind(Text(en=en, zh_CN=zh), sort, raised, subject)
