"""The page that Binder's badge on the README opens says where to start, and leads there."""

from __future__ import annotations

import badges
from playwright.sync_api import expect


def test_the_first_page_leads_to_a_lesson(page, lab):
    page.goto(f"{lab}/{badges.START}")
    view = page.locator(".jp-MarkdownViewer")
    expect(view.locator("h2", has_text="Start").first).to_be_visible(timeout=90_000)
    link = view.locator("a", has_text="Turn a likelihood into a loss").first
    link.click()
    expect(page.locator(".jp-Notebook h1").first).to_contain_text(
        "Turn a likelihood", timeout=90_000
    )
