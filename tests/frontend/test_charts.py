"""Charts: drawn in the page under a strict policy, linked to the filters, reached by keys."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.charts.test_specifications import MADE
from tests.frontend.fake import ROOT, Explorer

pytestmark = pytest.mark.browser

RUNTIME = ROOT / "rubrix_widget" / "static" / "charts.js"
GIVE = """(packed) => {
  globalThis.packedRuntime = Uint8Array.from(atob(packed), (one) => one.charCodeAt(0)).buffer;
}"""
MULTI = "{ multi_label: true, records: fake.makeRecords(60, { multi: true }) }"
MANY = """(() => {
  const labels = Array.from({ length: 30 }, (_, n) => `a label of some length ${n}`);
  return { labels, records: fake.makeRecords(600, { labels }) };
})()"""


def given(explorer: Explorer) -> Explorer:
    """Let the fake kernel send the real runtime."""
    if not RUNTIME.is_file():
        pytest.fail("the charts' runtime is not built: run `make test`, or `npm run build` in js/")
    packed = base64.b64encode(gzip.compress(RUNTIME.read_bytes())).decode()
    explorer.page.evaluate(GIVE, packed)
    explorer.page.evaluate(
        "() => document.documentElement.style.setProperty('color-scheme', 'light dark')"
    )
    return explorer


def tab(explorer: Explorer, name: str) -> Locator:
    """Return a tab by its name."""
    return explorer.root.get_by_role("tab", name=name, exact=True)


def chart(explorer: Explorer, name: str) -> Locator:
    """Return a chart by its title."""
    return explorer.root.get_by_role("article", name=name, exact=True)


def drawn(explorer: Explorer, options: str = "{}") -> Explorer:
    """Show the charts, and wait until the first ones are drawn."""
    given(explorer).shown(options)
    tab(explorer, "Charts").click()
    expect(chart(explorer, "Score").locator("canvas")).to_be_visible()
    return explorer


def filters(explorer: Explorer) -> object:
    """Return the filters as the kernel knows them."""
    return explorer.kernel("return model.get('filters')")


@pytest.mark.parametrize(("width", "scheme"), [(700, "light"), (1300, "dark"), (2000, "light")])
def test_all_charts_are_drawn(
    explorer_at: Callable[..., Explorer], width: int, scheme: str
) -> None:
    """In both themes and all widths each chart has its marks, fits, and axe finds nothing."""
    explorer = drawn(explorer_at(width, 1100, color_scheme=scheme))
    for name in ("Confusion matrix", "Score", "Reliability", "Annotated as", "Text length"):
        one = chart(explorer, name)
        one.scroll_into_view_if_needed()
        expect(one.locator("canvas")).to_be_visible()
        assert one.locator(".plot").evaluate("(e) => e.scrollWidth <= e.clientWidth + 1")
    explorer.root.locator(".charts-pane").evaluate("(e) => e.scrollIntoView()")
    explorer.picture(f"charts-{width}-{scheme}")
    assert explorer.root.evaluate("(e) => e.scrollWidth <= e.clientWidth + 1")
    assert explorer.axe() == []


def test_a_cell_a_label_and_a_brush_filter(explorer_at: Callable[..., Explorer]) -> None:
    """What is clicked or brushed becomes a filter, is shown as chosen, and goes when repeated."""
    explorer = drawn(explorer_at(1300, 1100))
    matrix = chart(explorer, "Confusion matrix")
    cell = matrix.get_by_role("button", name=re.compile("as negative, predicted as positive"))
    cell.click()
    expect(cell).to_have_attribute("aria-pressed", "true")
    assert filters(explorer) == {"annotated_as": ["negative"], "predicted_as": ["positive"]}
    cell.click()
    expect(explorer.root.locator(".chip")).to_have_count(0)
    matrix.get_by_role("button", name=re.compile("^annotated as positive:")).click()
    expect(explorer.root.locator(".chip")).to_have_count(1)
    assert filters(explorer) == {"annotated_as": ["positive"]}
    bars = chart(explorer, "Annotated as").locator(".mark")
    commonest = re.compile("^negative:")  # under the cell's filters it stood below the other bar
    expect(bars.first).to_have_attribute("aria-label", commonest)
    expect(chart(explorer, "Annotated as")).to_have_attribute("aria-busy", "false")
    bars.first.click()
    expect(explorer.root.locator(".chip")).to_contain_text("positive or negative")

    marks = chart(explorer, "Score").get_by_role("group", name=re.compile("^Score"))
    bars = marks.get_by_role("button")
    first, last = bars.nth(10).bounding_box(), bars.nth(13).bounding_box()
    assert first
    assert last
    explorer.page.mouse.move(first["x"] + 3, first["y"] + 50)
    explorer.page.mouse.down()
    explorer.page.mouse.move(last["x"] + 3, last["y"] + 50, steps=4)
    explorer.page.mouse.up()
    expect(bars.nth(11)).to_have_attribute("aria-pressed", "true")
    expect(bars.nth(9)).to_have_attribute("aria-pressed", "false")
    score = filters(explorer)["score"]  # type: ignore[index]
    assert 0 < score["from"] < score["below"] < 1
    explorer.picture("charts-chosen")
    tab(explorer, "Records").click()
    expect(explorer.records.first).to_be_visible()


def test_a_click_that_gives_no_focus_filters_by_what_was_clicked(
    explorer_at: Callable[..., Explorer],
) -> None:
    """Safari gives buttons no focus: it is the mark that was clicked, not the one before."""
    explorer = drawn(explorer_at(1300, 1100))
    bars = chart(explorer, "Annotated as")
    bars.get_by_role("button", name=re.compile("^positive:")).evaluate("el => el.click()")
    expect(explorer.root.locator(".chip")).to_contain_text("positive")
    bars.get_by_role("button", name=re.compile("^negative:")).evaluate("el => el.click()")
    expect(explorer.root.locator(".chip")).to_contain_text("positive or negative")


def test_keys_alone(explorer: Explorer) -> None:
    """`c` goes to the charts, arrows and Enter filter, Escape goes back; no record is changed."""
    given(explorer).shown()
    explorer.record("r0").focus()
    explorer.page.keyboard.press("C")
    expect(tab(explorer, "Charts")).to_be_focused()
    marks = chart(explorer, "Confusion matrix").locator(".mark")
    marks.first.focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        explorer.page.keyboard.press(key)
    expect(marks.nth(4)).to_be_focused()
    expect(marks.nth(4)).to_have_attribute("aria-pressed", "true")
    assert filters(explorer) == {"annotated_as": ["positive"], "predicted_as": ["negative"]}
    bars = chart(explorer, "Score").locator(".mark")
    bars.first.focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Enter"):
        explorer.page.keyboard.press(key)
    expect(explorer.root.locator(".chip").filter(has_text="score")).to_be_visible()
    for key in ("1", "v", "d", "x"):
        explorer.page.keyboard.press(key)
    assert explorer.sent("edit") == []
    assert explorer.kernel("return model.get('selected')") == []
    explorer.page.keyboard.press("Escape")
    expect(tab(explorer, "Records")).to_have_attribute("aria-selected", "true")
    expect(explorer.current).to_be_focused()
    assert explorer.page.evaluate("window.notebookKeys") == []


def test_a_word_is_searched_for(explorer_at: Callable[..., Explorer]) -> None:
    """A word that marks wrong records narrows the query, which can be read and taken back."""
    explorer = drawn(explorer_at(1000, 900))
    explorer.search("predicted:ko")
    words = chart(explorer, "Words that mark wrong records")
    words.scroll_into_view_if_needed()
    expect(words.locator("canvas")).to_be_visible()
    first = words.locator(".mark").first
    expect(first).to_have_attribute("aria-label", re.compile("0 right records, log-odds"))
    explorer.picture("charts-words")
    word = (first.get_attribute("aria-label") or "").split(":")[0]
    first.click()
    expect(explorer.query).to_have_value(f'(predicted:ko) AND "{word}"')


def test_only_what_is_seen_is_asked_for(explorer_at: Callable[..., Explorer]) -> None:
    """No chart is counted before its tab is open, nor while it is out of sight; then it is."""
    explorer = given(explorer_at(700, 700)).shown()
    assert explorer.sent("chart") == []
    assert explorer.sent("runtime") == []
    tab(explorer, "Charts").click()
    expect(chart(explorer, "Confusion matrix").locator("canvas")).to_be_visible()
    assert "field" not in [one["chart"] for one in explorer.sent("chart")]
    chart(explorer, "Field").scroll_into_view_if_needed()
    expect(chart(explorer, "Field").locator("canvas")).to_be_visible()
    chart(explorer, "Field").get_by_label("Field to draw").select_option("status")
    expect(
        chart(explorer, "Field").get_by_role("button", name=re.compile("^Valid"))
    ).to_be_visible()
    assert explorer.sent("chart")[-1]["field"] == "status"


def test_an_older_answer_never_overwrites_a_newer_one(explorer: Explorer) -> None:
    """Answers out of order leave the one to the last question."""
    drawn(explorer)
    cell = chart(explorer, "Confusion matrix").locator(".mark")
    explorer.kernel("kernel.hold = ['chart']")
    for query in ("predicted:ko", "predicted:ok"):
        explorer.search(query)
        expect(explorer.reading).to_contain_text(f"predicted is {query[-2:]}")
        explorer.page.wait_for_function(
            "(query) => kernel.requests.some((one) => one.method === 'chart' &&"
            " one.params.query === query && one.params.chart === 'confusion_matrix')",
            arg=query,
        )
    explorer.kernel("kernel.release([...kernel.held.keys()].reverse())")
    expect(cell.nth(2)).to_have_attribute("aria-label", re.compile(": 0 records"))
    expect(cell.nth(1)).not_to_have_attribute("aria-label", re.compile(": 0 records"))


def test_two_explorers_load_the_runtime_once(explorer: Explorer) -> None:
    """The second explorer of a page draws with what the first one fetched."""
    drawn(explorer)
    explorer.page.evaluate("() => window.another()")
    other = Explorer(explorer.page, 1)
    tab(other, "Charts").click()
    chart(other, "Score").scroll_into_view_if_needed()
    expect(chart(other, "Score").locator("canvas")).to_be_visible()
    assert len(explorer.sent("runtime")) == 1


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("data: { url: 'https://elsewhere.invalid/data.json' }", "charts load nothing"),
        ("data: { values: [{}] }, transform: [{ calculate: 'fetch(1)', as: 'a' }]", "fetch"),
    ],
)
def test_the_runtime_loads_and_compiles_nothing(explorer: Explorer, part: str, says: str) -> None:
    """A chart that asks for an address, or calls what is no function of Vega, is refused."""
    drawn(explorer)
    said = explorer.page.evaluate(
        f"""async () => {{
          const held = globalThis[Symbol.for('rubrix_widget.charts')];
          const [runtime] = await Promise.all(held.values());
          const encoding = {{ x: {{ field: 'a', type: 'quantitative' }} }};
          const spec = {{ {part}, mark: 'point', encoding }};
          const look = {{ color: 'red', font: 'serif', named: {{}} }};
          const sent = {{ kind: 'plot', values: [], spec }};
          const draw = () => runtime.picture(sent, look, 300, 'svg');
          const said = () => draw().then(() => '', (error) => error.message);
          return [await said(), await said()]; // what was refused once is refused again
        }}"""
    )
    assert all(says in one for one in said)


# The picture of a chart, and of the same one as whole as Altair would write it.
PICTURES = """async ([spec, kind]) => {
  const held = globalThis[Symbol.for('rubrix_widget.charts')];
  const [runtime] = await Promise.all(held.values());
  const look = { color: 'black', font: 'serif', named: { right_color: 'green' } };
  const { values } = spec.data;
  const whole = { ...spec, datasets: { all: values }, data: { name: 'all' } };
  const draw = (spec) => runtime.picture({ kind, values: [], spec }, look, 400, 'svg')
    .then((picture) => picture.text())
    .then((text) => text.replace(/(gradient|clip)_?\\d+/g, '$1')); // numbered through the page
  const before = JSON.stringify(spec);
  const found = [await draw(spec), await draw(whole)];
  if (JSON.stringify(spec) !== before) throw new Error('drawing changes what was sent');
  return found;
}"""


def other(value: object) -> object:
    """Return something else of its kind."""
    if isinstance(value, dict):
        return {name: other(one) for name, one in value.items()}
    return value * 0.75 if isinstance(value, float) else value


def test_charts_of_a_form_show_their_own_values(explorer: Explorer) -> None:
    """A chart that was compiled before, of other values, is drawn as one that was not."""
    drawn(explorer)
    for name, make in MADE.items():
        spec = make("What was found")
        kind = "matrix" if name.startswith("matrix") else "plot"
        for part in (spec, {**spec, "params": [other(one) for one in spec.get("params", [])]}):
            values = part["data"]["values"]
            for shown in (values, [other(one) for one in values], values[:1], [], values):
                own, whole = explorer.page.evaluate(
                    PICTURES, [{**part, "data": {"values": shown}}, kind]
                )
                assert own == whole, (name, shown)
                assert "<svg" in own


def test_the_theme_is_followed(explorer: Explorer) -> None:
    """A host that turns dark while charts are shown has dark charts, drawn anew."""
    drawn(explorer)
    canvas = chart(explorer, "Score").locator("canvas")
    light = canvas.evaluate("(e) => e.toDataURL()")
    explorer.page.evaluate("() => { document.body.style.background = 'rgb(33 33 33)' }")
    expect(explorer.root).to_have_attribute("data-theme", "dark")
    explorer.page.wait_for_function(
        """(light) => [...document.querySelectorAll('.rubrix-widget')].every((host) =>
          host.shadowRoot.querySelector('[data-chart=scores] canvas').toDataURL() !== light)""",
        arg=light,
    )


def test_the_kernel_is_gone(explorer_at: Callable[..., Explorer]) -> None:
    """Charts that were drawn stay, others say what they need; with none drawn there is no tab."""
    explorer = given(explorer_at(700, 600)).shown()
    explorer.kernel("kernel.die()")
    expect(tab(explorer, "Charts")).to_be_disabled()
    explorer.kernel("kernel.revive()")
    tab(explorer, "Charts").click()
    first, last = chart(explorer, "Confusion matrix"), chart(explorer, "Field")
    expect(first.locator("canvas")).to_be_visible()
    explorer.kernel("kernel.die()")
    last.scroll_into_view_if_needed()
    expect(last).to_contain_text("Needs the kernel: run the cell")
    explorer.picture("charts-gone")
    expect(first.locator("canvas")).to_have_count(1)
    explorer.kernel("kernel.revive()")
    expect(last.locator("canvas")).to_be_visible()


def test_saved_copied_and_shown_as_a_table(explorer_at: Callable[..., Explorer]) -> None:
    """The menu gives a picture, the line of Python, and a table whose buttons filter too."""
    explorer = drawn(explorer_at(1000, 900))
    one = chart(explorer, "Score")
    menu = one.get_by_role("button", name="Save, copy, table")
    for form, begins in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        menu.click()
        with explorer.page.expect_download() as download:
            explorer.button(f"Save as {form}").click()
        assert download.value.suggested_filename == f"sst2-scores.{form.lower()}"
        picture = download.value.path().read_bytes()
        assert picture.startswith(begins)
        assert len(picture) > 2_000
    menu.click()
    explorer.button("Copy the line of Python").click()
    line = explorer.root.get_by_label("Line of Python")  # no clipboard over plain http
    expect(line).to_have_value("ex.charts.scores()")
    explorer.picture("charts-menu")
    explorer.button("Show as table").click()
    expect(one.locator("canvas")).to_have_count(0)
    one.get_by_role("table", name="Score").get_by_role("button").nth(15).click()
    expect(explorer.root.locator(".chip").filter(has_text="score")).to_be_visible()
    explorer.picture("charts-table")
    assert explorer.axe() == []


def test_what_cannot_be_drawn_is_said_in_its_place(
    explorer_at: Callable[..., Explorer],
) -> None:
    """Several labels, no predictions, a refusal and a missing runtime each have their words."""
    explorer = drawn(explorer_at(1000, 900), MULTI)
    expect(chart(explorer, "Confusion matrix")).to_contain_text("Multi-label")
    explorer.picture("charts-multi-label")
    explorer.kernel("kernel.refuse = { chart: new Error('no room') }")
    explorer.search("film")
    expect(chart(explorer, "Score").get_by_role("alert")).to_contain_text("no room")
    explorer.kernel("kernel.refuse = null")
    explorer.search("nothinglikeit")
    expect(chart(explorer, "Score")).to_contain_text("No predictions here.")

    alone = explorer_at(1000, 900).shown(
        before="(kernel) => { kernel.refuse = { runtime: new Error('the runtime is not built') } }"
    )
    tab(alone, "Charts").click()
    expect(chart(alone, "Score").get_by_role("alert")).to_contain_text("is not built")
    expect(chart(alone, "Score").get_by_role("table")).to_be_visible()
    expect(chart(alone, "Score")).to_contain_text("ex.charts.scores()")
    alone.picture("charts-no-runtime")


def test_analyses_on_their_way_are_waited_for_in_words(
    explorer_at: Callable[..., Explorer],
) -> None:
    """The first time their code is fetched; then they stand there, and the words are gone."""
    explorer = given(explorer_at(1000, 900)).shown(
        before="(kernel) => { kernel.hold = ['runtime'] }"
    )
    tab(explorer, "Analysis").click()
    panel = explorer.root.get_by_role("tabpanel", name="Analysis")
    expect(panel).to_have_text("Fetching the analyses…")
    explorer.kernel("kernel.hold = null; kernel.release()")
    expect(panel.get_by_role("article", name="Scores")).to_be_visible()
    expect(panel).not_to_contain_text("Fetching")


def test_many_labels(explorer_at: Callable[..., Explorer]) -> None:
    """A matrix of thirty labels has a row to itself, and each cell can be chosen."""
    explorer = drawn(explorer_at(1000, 1000), MANY)
    matrix = chart(explorer, "Confusion matrix")
    expect(matrix.locator(".mark")).to_have_count(30 * 31 + 30)
    explorer.picture("charts-many-labels")
    matrix.locator(".mark").nth(33).focus()
    explorer.page.keyboard.press("Enter")
    expect(explorer.root.locator(".chip")).to_have_count(2)
