"""Views, Share, Export and Code in the header, by mouse and keys, with and without clipboard."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.frontend.conftest import ORIGIN
from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser

NO_CLIPBOARD = "() => Object.defineProperty(navigator, 'clipboard', { value: undefined })"
CLIPBOARD = """() => Object.defineProperty(navigator, 'clipboard', { value: {
  writeText: async (text) => { window.clip = text; },
} })"""


def tool(explorer: Explorer, name: str) -> None:
    explorer.root.get_by_role("button", name=name).first.click()
    expect(explorer.root.get_by_role("dialog", name=name)).to_be_visible()


def lines(explorer: Explorer) -> list[str]:
    boxes = explorer.root.locator(".copyable textarea")
    expect(boxes.first).to_be_visible()
    return [boxes.nth(at).input_value() for at in range(boxes.count())]


@pytest.mark.parametrize("clipboard", [True, False])
def test_share(explorer: Explorer, clipboard: bool) -> None:
    """The link is copied, or selected to be copied by hand; the address keeps foreign parts."""
    page = explorer.page
    page.evaluate("() => history.replaceState(null, '', '/?token=secret&a=1#heading')")
    page.evaluate(CLIPBOARD if clipboard else NO_CLIPBOARD)
    explorer.shown()
    explorer.search("film")
    expect(explorer.reading).to_contain_text("text has film")
    tool(explorer, "Share")
    link, line = lines(explorer)
    assert link.startswith(f"{ORIGIN}/?a=1#heading&rbx=rbx1.")
    assert page.url.endswith("#heading")  # not yet: only Copy writes the address
    token = link.split("rbx=")[1]
    call = ast.parse(line, mode="eval").body
    assert isinstance(call, ast.Call)
    assert [ast.literal_eval(one.value) for one in call.keywords] == [token]
    explorer.root.get_by_role("button", name="Copy: Link").click()
    assert page.url == f"{ORIGIN}/?token=secret&a=1#heading&rbx={token}"
    panel = explorer.root.get_by_role("dialog", name="Share")
    if clipboard:
        expect(panel).to_contain_text("Copied")
        assert page.evaluate("window.clip") == link
    else:
        expect(panel).to_contain_text("Press Ctrl C")
        chosen = "(box) => box.value.slice(box.selectionStart, box.selectionEnd)"
        assert panel.locator("textarea").first.evaluate(chosen) == link
    explorer.picture(f"share-{'copied' if clipboard else 'by-hand'}")
    assert explorer.axe() == []
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(explorer.root.get_by_role("button", name="Share")).to_be_focused()


def token(state: dict[str, object], fingerprint: str = "fake") -> str:
    return f"fake.fakeToken({json.dumps(state)}, {json.dumps(fingerprint)})"


def test_a_link_proposes_its_view(explorer: Explorer) -> None:
    """It is offered in words, shown when accepted, and offered once."""
    page = explorer.page
    state = {"query": "film", "sort": [["score", "desc"]], "columns": ["text", "score"]}
    page.evaluate(f"() => history.replaceState(null, '', '/#a&rbx=' + {token(state)})")
    explorer.shown()
    banner = explorer.root.locator(".proposal")
    expect(banner).to_contain_text(
        "A shared view: text has film, sorted by score descending, other columns."
    )
    expect(explorer.reading).to_contain_text("1,204 of 1,204")  # nothing is shown unasked
    explorer.picture("share-proposal")
    assert explorer.axe() == []
    banner.get_by_role("button", name="Show it").click()
    expect(explorer.reading).to_contain_text("text has film")
    expect(banner).to_have_count(0)
    expect(explorer.query).to_have_value("film")
    assert explorer.kernel("return model.get('sort')") == [["score", "desc"]]
    assert explorer.kernel("return model.get('columns')") == ["text", "score"]
    page.evaluate("() => window.another()")
    expect(Explorer(page, 1).reading).to_contain_text("text has film")
    expect(page.locator(".proposal")).to_have_count(0)


@pytest.mark.parametrize("fingerprint", ["fake", "another"])
def test_a_link_that_is_dismissed_or_of_another_dataset(
    explorer: Explorer, fingerprint: str
) -> None:
    """Nothing changes, and where it is not ours nothing is said."""
    made = token({"query": "film"}, fingerprint)
    explorer.page.evaluate(f"() => history.replaceState(null, '', '/#rbx=' + {made})")
    explorer.shown()
    banner = explorer.root.locator(".proposal")
    explorer.page.wait_for_function(
        "() => window.kernel.requests.some(({ method }) => method === 'propose')"
    )
    if fingerprint == "fake":
        banner.get_by_role("button", name="Dismiss").click()
    expect(banner).to_have_count(0)
    expect(explorer.reading).to_contain_text("1,204 of 1,204")


def test_code_follows_each_gesture(explorer: Explorer) -> None:
    """The lines can be read as Python, and the last is of what was done last."""
    explorer.shown()
    explorer.annotation("r1").click()
    explorer.menu.get_by_role("option", selected=False).first.click()
    expect(explorer.said).to_contain_text("Annotated")
    tool(explorer, "Code")
    explorer.picture("code")
    assert explorer.axe() == []
    found = lines(explorer)
    label = explorer.kernel("return kernel.records.get('r1').annotation[0]")
    assert found[-1] == f'rb.relabel("sst2", "{label}", ids=["r1"])'
    for line in found:
        ast.parse(line)
    explorer.page.keyboard.press("Escape")
    explorer.root.get_by_role("checkbox", name="Select the page").click()
    tool(explorer, "Code")
    found = lines(explorer)
    assert found[-1].startswith('ex.selected = ["r0", "r1"')
    assert "ex.selected_records.to_pandas()" in found


def test_export(explorer: Explorer) -> None:
    """All records come as one file with a sensible name; Cancel stops one that is under way."""
    explorer.shown()
    tool(explorer, "Export")
    explorer.picture("export")
    assert explorer.axe() == []
    with explorer.page.expect_download() as download:
        explorer.button("CSV").click()
    assert download.value.suggested_filename == "sst2.csv"
    ids = download.value.path().read_text().split()
    assert ids == [f"r{number}" for number in range(1204)]
    expect(explorer.said).to_contain_text("sst2.csv has 1,204 records")
    explorer.kernel("kernel.hold = ['export']")
    explorer.button("Parquet").click()
    explorer.page.wait_for_function("() => window.kernel.held.length === 1")
    explorer.kernel("kernel.release()")
    expect(explorer.root.get_by_role("progressbar")).to_be_visible()
    explorer.page.wait_for_function("() => window.kernel.held.length === 1")
    explorer.kernel("kernel.release()")
    expect(explorer.root.get_by_role("dialog", name="Export")).to_contain_text("500 of 1,204")
    expect(explorer.root.get_by_role("button", name="Export 41 %")).to_be_visible()
    explorer.picture("export-running")
    explorer.button("Cancel").click()
    expect(explorer.said).to_contain_text("cancelled")
    expect(explorer.button("CSV")).to_be_visible()


def test_export_with_changes(explorer: Explorer) -> None:
    """A box asks for what people changed as well, in files and never in a report."""
    explorer.shown()
    explorer.button("Export").click()
    box = explorer.root.get_by_role("checkbox", name="With changes")
    box.check()
    explorer.picture("export-with-changes")
    for name in ("JSON Lines", "HTML report"):
        with explorer.page.expect_download():
            explorer.button(name).click()
        expect(explorer.button(name)).to_be_visible()
    begun = [one for one in explorer.sent("export") if one["do"] == "begin"]
    assert [(one["format"], one.get("changes", False)) for one in begun] == [
        ("jsonl", True),
        ("html", False),
    ]


def test_the_tab_is_part_of_the_view(explorer: Explorer) -> None:
    """Charts set in Python are shown, a click on the tab is told, and a share has it."""
    explorer.shown()
    explorer.kernel("model.set('tab', 'charts')")
    tab = explorer.root.get_by_role("tab", name="Charts")
    expect(tab).to_have_attribute("aria-selected", "true")
    tool(explorer, "Share")
    expect(explorer.root.locator(".copyable textarea").first).to_be_visible()
    assert explorer.sent("share")[-1]["state"]["tab"] == "charts"
    explorer.page.keyboard.press("Escape")
    explorer.root.get_by_role("tab", name="Records").click()
    explorer.page.wait_for_function("() => window.model.get('tab') === 'records'")


def test_selected_records_alone(explorer: Explorer) -> None:
    """The selected ones have buttons of their own."""
    explorer.shown()
    for record in ("r3", "r1"):
        explorer.record(record).get_by_role("checkbox").click()
    tool(explorer, "Export")
    group = explorer.root.get_by_role("group", name="The 2 selected")
    with explorer.page.expect_download() as download:
        group.get_by_role("button", name="CSV").click()
    assert download.value.path().read_text().split() == ["r1", "r3"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_views_by_keys(explorer_at: Callable[..., Explorer], scheme: str) -> None:
    """Saved, shown, replaced, renamed, deleted and brought back, without a mouse."""
    explorer = explorer_at(760, 620, color_scheme=scheme)
    explorer.shown()
    press = explorer.page.keyboard.press
    explorer.search("film")
    expect(explorer.reading).to_contain_text("text has film")
    views = explorer.root.get_by_role("button", name="Views")
    views.press("Enter")
    panel = explorer.root.get_by_role("dialog", name="Views")
    expect(panel).to_contain_text("No views yet")
    box = panel.get_by_role("textbox", name="Name of this view")
    expect(box).to_be_focused()
    explorer.page.keyboard.type("about film")
    press("Enter")
    expect(explorer.said).to_contain_text("Saved the view about film")
    expect(views).to_be_focused()
    explorer.search("")
    expect(explorer.reading).to_contain_text("1,204 of 1,204")
    views.press("Enter")
    box.fill("about film")
    expect(panel.get_by_role("button", name="Replace")).to_be_visible()
    explorer.kernel(
        "kernel.views.push({ name: '<b>old</b>', state: {}, missing: [\"the filter 'x'\"] })"
    )
    press("Escape")
    views.press("Enter")
    expect(panel.get_by_role("button", name="<b>old</b>", exact=True)).to_be_disabled()
    explorer.picture(f"views-{scheme}")
    assert explorer.axe() == []
    panel.get_by_role("button", name="Rename about film").press("Enter")
    renamed = panel.get_by_role("textbox", name="New name of about film")
    expect(renamed).to_be_focused()
    explorer.page.keyboard.type("films")
    press("Enter")
    panel.get_by_role("button", name="Delete films").press("Enter")
    expect(panel.get_by_role("button", name="films", exact=True)).to_have_count(0)
    panel.get_by_role("button", name="Undo").press("Enter")
    panel.get_by_role("button", name="films", exact=True).press("Enter")
    expect(explorer.reading).to_contain_text("text has film")
    expect(panel).to_have_count(0)
    expect(explorer.current).to_be_focused()
    assert explorer.page.evaluate("window.notebookKeys") == []


def test_without_a_kernel(explorer: Explorer) -> None:
    """The tools say what they need, and do nothing."""
    explorer.start(before="(kernel) => { kernel.silent = true; }")
    for name in ("Views", "Share", "Export", "Code"):
        expect(explorer.root.get_by_role("button", name=name)).to_be_disabled()


def test_an_error_is_told_in_its_place(explorer: Explorer) -> None:
    """What the kernel refuses is said in the box that asked."""
    explorer.shown()
    explorer.kernel(
        "kernel.refuse = { views: { message: 'the folder cannot be written' },"
        " share: { message: 'the view is too large for a link' } }"
    )
    tool(explorer, "Views")
    views = explorer.root.get_by_role("dialog", name="Views")
    expect(views.get_by_role("alert")).to_have_text("the folder cannot be written")
    explorer.page.keyboard.press("Escape")
    tool(explorer, "Share")
    share = explorer.root.get_by_role("dialog", name="Share")
    expect(share).to_contain_text("the view is too large for a link")
