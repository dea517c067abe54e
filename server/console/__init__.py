"""The web console: server-rendered pages for people in the office; works without JavaScript.

Mounted by the composition root: ``create_app(parts, more=interfaces())``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.console.routes import console_router
from server.evidence.routes import EVIDENCE_ACCESS
from server.evidence.routes import router as evidence_router

if TYPE_CHECKING:
    from fastapi import APIRouter

    from server.access import Rule


def interfaces() -> list[tuple[APIRouter, dict[tuple[str, str], Rule]]]:
    """The console's and the evidence's routers, each with its entries of the access table."""
    return [console_router(), (evidence_router, EVIDENCE_ACCESS)]


__all__ = ["console_router", "interfaces"]
