"""The fake kernel's page, driven from Python."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.axe import problems

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "tests" / "screenshots"


class Explorer:
    """An explorer in a page, found as people find things: by role, name and text."""

    def __init__(self, page: Page, place: int = 0) -> None:
        self.page = page
        self.root = page.locator(".explorer").nth(place)
        self.query = self.root.get_by_role("combobox", name="Query")
        self.reading = self.root.locator(".reading")
        self.records = self.root.locator("tr[data-record]")
        self.current = self.root.locator("tr[aria-current]")
        self.said = self.root.locator(".said")
        self.menu = self.root.get_by_role("dialog", name=re.compile("^Annotate"))

    def start(self, options: str = "{}", before: str = "() => {}") -> None:
        """Show it; `options` and `before` are JavaScript for the fake kernel."""
        self.page.evaluate(f"() => window.start({options}, {{ before: {before} }})")

    def shown(self, options: str = "{}", before: str = "() => {}") -> Explorer:
        """Show it, and wait for its first page of records."""
        self.start(options, before)
        expect(self.reading).to_contain_text(" ms")
        return self

    def kernel(self, script: str) -> Any:
        """Run JavaScript with the fake `kernel` and `model` at hand."""
        return self.page.evaluate(f"() => {{ const {{ kernel, model }} = window; {script} }}")

    def sent(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of all requests of one method so far."""
        requests: list[dict[str, Any]] = self.page.evaluate("() => window.kernel.requests")
        return [one["params"] for one in requests if one["method"] == method]

    def search(self, query: str) -> None:
        """Type a query and press Enter."""
        self.query.fill(query)
        self.query.press("Enter")

    def record(self, record_id: str) -> Locator:
        """Return a record by its id."""
        return self.root.locator(f'tr[data-record="{record_id}"]')

    def cell(self, record_id: str, column: str) -> Locator:
        """Return a cell of a record."""
        return self.record(record_id).locator(f'td[data-column="{column}"]')

    def annotation(self, record_id: str) -> Locator:
        """Return the button that shows and changes a record's annotation."""
        return self.cell(record_id, "annotated_as").get_by_role(
            "button", name=re.compile("^Annotate")
        )

    def button(self, name: str) -> Locator:
        """Return a button by its whole name."""
        return self.root.get_by_role("button", name=name, exact=True)

    def picture(self, name: str) -> None:
        """Leave a picture for a person to look at; axe finds nothing in what it shows."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")
        found = self.axe()
        assert not found, "\n".join(found)

    def axe(self) -> list[str]:
        """Return what axe finds wrong, one line for each place."""
        return problems(self.page.locator(".rubrix-widget"))
