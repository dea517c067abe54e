"""Script payloads on every console page, in a real browser with JavaScript: nothing runs."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Dialog, Page

from tests.console.test_browser import follow, shot
from tests.server.plant import credentials
from tests.sync.plant import rows

MOST = 900
"""Characters of a reason."""


def payloads(shared: Path) -> list[str]:
    """Every script payload, several in a text."""
    texts, found = [""], rows(shared / "corpora/trust/payloads/xss.jsonl")
    for case in found:
        if len(texts[-1]) + len(str(case["s"])) > MOST:
            texts.append("")
        texts[-1] = f"{texts[-1]} {case['s']}".strip()
    return [text for text in texts if len(text) <= MOST]


def told(address: str, texts: list[str]) -> int:
    """Hold a lot for each of these reasons; how many were taken."""
    token = httpx.post(f"{address}/api/sessions", json=credentials("P-OP")).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    asked = {**credentials("P-OP"), "item": "TUB-1", "lot": "T1"}
    answers = [
        httpx.post(f"{address}/api/holds", json={**asked, "reason": text}, headers=headers)
        for text in texts
    ]
    return sum(answer.status_code == 201 for answer in answers)


class Watch:
    """Whatever a script could do, noted."""

    def __init__(self, page: Page, address: str) -> None:
        self.seen: list[str] = []
        page.on("dialog", self._dialog)
        page.on("popup", lambda popup: self.seen.append(popup.url))
        page.on("request", lambda request: self._asked(request.url, address))

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(dialog.message)
        dialog.dismiss()

    def _asked(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:")):
            self.seen.append(url)


@pytest.mark.covers("T29")
def test_no_payload_opens_a_dialog_or_asks_another_host(
    address: str, browser: Browser, shared: Path
) -> None:
    texts = payloads(shared)
    assert told(address, texts) >= len(texts) - 1
    page = browser.new_context(java_script_enabled=True, locale="en-US").new_page()
    watch = Watch(page, address)
    page.goto(f"{address}/console")
    page.fill("input[name=badge]", "LB:ID:QA")
    page.fill("input[name=secret]", "quality-1")
    follow(page, "main button")
    page.goto(f"{address}/console/lot?item=TUB-1&lot=T1")
    shot(page, "hostile-1-lot")
    shown = page.inner_text("main")
    assert "<script>" in shown
    assert page.locator("main script, main iframe, main img, main object, main embed").count() == 0
    for text in texts:
        said = quote(text[:400], safe="")
        page.goto(f"{address}/console/trace?item={said}&lot=T1")
        page.goto(f"{address}/console/jobs/JO-1/release/confirm?decision=rejected&reason={said}")
    shot(page, "hostile-2-confirm")
    assert watch.seen == []
    # The watch itself sees what it is there for.
    page.goto("about:blank")
    page.evaluate("alert('seen')")
    assert watch.seen == ["seen"]
