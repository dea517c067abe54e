"""What is answered to programs: JSON of what the server knows, without what is secret of it."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from sync import canonical


def answer(value: object, status: int = 200) -> Response:
    """JSON of builtins, structs, decimals and dates."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def public(person: Any) -> dict[str, Any]:  # noqa: ANN401 - forms.terms.Person
    """A person as others may see them: never the badge, nor the wrapped key."""
    body: dict[str, Any] = canonical.loads(msgspec.json.encode(person))
    for secret in ("wrapped_key", "badge_digest"):
        body.pop(secret, None)
    return body
