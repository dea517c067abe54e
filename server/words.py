"""Every refusal the server can utter: code, HTTP status, message and hint in both languages."""

from __future__ import annotations

from forms.terms import Text
from server.sayings import TALK, Saying
from server.sayings_asked import ASKED
from server.sayings_assets import ASSETS
from server.sayings_fleet import FLEET
from server.sayings_host import HOST
from server.sayings_people import PEOPLE
from server.sayings_trace import TRACE

SAYINGS: dict[str, Saying] = {
    **TALK, **ASKED, **ASSETS, **HOST, **FLEET, **PEOPLE, **TRACE,
}  # fmt: skip


class Refusal(Exception):
    """The server says no: a code of :data:`SAYINGS`, its status and its parameters."""

    def __init__(self, code: str, *, status: int | None = None, **params: object) -> None:
        """Refuse with ``code``; ``status`` only where it differs from the catalogue's."""
        self.code, self.params = code, params
        self.saying = SAYINGS[code]
        self.status = self.saying.status if status is None else status
        super().__init__(self.words("en"))

    def words(self, language: str) -> str:
        """The message in that language."""
        return self.saying.message.in_language(language).format(**self.told(language))

    def hint(self, language: str) -> str:
        """What to do about it, in that language."""
        return self.saying.hint.in_language(language).format(**self.told(language))

    def told(self, language: str) -> dict[str, object]:
        """The parameters, those that are texts in that language."""
        return {
            name: one.in_language(language) if isinstance(one, Text) else one
            for name, one in self.params.items()
        }

    @property
    def retry_after(self) -> int | None:
        """Seconds to wait before it makes sense to ask again; None where waiting does not help."""
        if self.status not in {429, 503}:
            return None
        return int(str(self.params.get("seconds", 5)))
