"""A person releases a lot in a real browser, in both languages, without JavaScript."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

SHOTS = os.environ.get("LOTBOOK_SHOTS", "")
SIGNED = "form:has(input[name=text_digest])"


def shot(page: Page, name: str) -> None:
    """Save the page for a person to look at, where asked for."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def follow(page: Page, selector: str) -> None:
    """Click what leads to another page, and wait until that page stands."""
    with page.expect_navigation():
        page.click(selector)


def signed_in(browser: Browser, address: str, person: str, secret: str, language: str) -> Page:
    page = browser.new_context(
        java_script_enabled=False, locale=language, viewport={"width": 1280, "height": 800}
    ).new_page()
    page.goto(f"{address}/console")
    shot(page, f"{language}-1-sign-in")
    page.fill("input[name=badge]", f"LB:ID:{person}")
    page.fill("input[name=secret]", secret)
    follow(page, "main button")
    assert page.url.endswith("/console/jobs")
    return page


@pytest.mark.covers("P11-50b", "T29")
def test_a_lot_is_read_traced_and_released(address: str, browser: Browser) -> None:
    page = signed_in(browser, address, "QA", "quality-1", "en-US")
    shot(page, "en-2-jobs")
    assert "complete, not released" in page.inner_text("main")
    follow(page, "text=L1")
    shot(page, "en-3-record")
    text = page.inner_text("main")
    for words in ("Sam Supervisor", "reviewed", "S001", "SUP-1", "✓ good"):
        assert words in text
    follow(page, "text=Where from")
    shot(page, "en-4-trace")
    assert page.locator("svg .box").count() == 4
    follow(page, ".tongue")
    assert "向上追溯" in page.inner_text("main")
    shot(page, "zh-4-trace")
    page.goto(f"{address}/console/jobs/JO-1/release")
    shot(page, "zh-5-release")
    follow(page, ".tongue")
    shot(page, "en-5-release")
    follow(page, "text=Continue to release")
    shot(page, "en-5-confirm")
    assert "I release lot L1 of job order JO-1" in page.inner_text("blockquote")
    form = page.locator(SIGNED)
    form.locator("input[name=badge]").fill("LB:ID:QA")
    form.locator("input[name=secret]").fill("wrong-secret")
    follow(page, f"{SIGNED} button")
    assert "do not belong together" in page.inner_text("main")
    form.locator("input[name=badge]").fill("LB:ID:QA")
    form.locator("input[name=secret]").fill("quality-1")
    follow(page, f"{SIGNED} button")
    assert "A decision is in force" in page.inner_text("main")
    shot(page, "en-6-released")
    page.goto(f"{address}/console/jobs/JO-1")
    follow(page, ".tongue")
    assert "✓ 已放行" in page.inner_text("main")
    shot(page, "zh-3-record")
    page.goto(f"{address}/console/jobs")
    shot(page, "zh-2-jobs")


def test_a_station_is_approved_and_the_trail_shows_who_read(address: str, browser: Browser) -> None:
    page = signed_in(browser, address, "ADM", "administrator-1", "zh-CN")
    page.goto(f"{address}/console/stations")
    shot(page, "zh-7-stations")
    assert "等待批准" in page.inner_text("main")
    page.fill("main input[name=badge]", "LB:ID:ADM")
    page.fill("main input[name=secret]", "administrator-1")
    follow(page, "main form button")
    assert "Ada Admin" in page.inner_text("tr:has-text('ST-02')")
    page.goto(f"{address}/console/audit")
    shot(page, "zh-8-audit")
    assert "/console/stations" in page.inner_text("main")
    follow(page, "header button")
    assert page.url.endswith("/console/sign-in")
