"""What axe finds wrong in a page: the rules of WCAG 2.2 AA and its own best practice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator

_AXE = Path(__file__).resolve().parents[1] / "js" / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
# JupyterLab's body has no height, and axe takes for hidden whatever such a body has in it. What is
# right stays in the page: to hand it over takes three times as long as to find it.
_RUN = """async (root, runOnly) => {
  const { style } = document.body;
  style.minHeight = '100vh';
  const { violations, incomplete, passes } = await axe.run(root, { runOnly });
  style.minHeight = '';
  const contrast = ({ id }) => id === 'color-contrast';
  const measured = passes.filter(contrast).flatMap(({ nodes }) => nodes).length;
  return { violations, unsure: incomplete.filter(contrast), measured };
}"""


def problems(root: Locator) -> list[str]:
    """Return what axe finds wrong in an element, one line for each place."""
    if not root.page.evaluate("() => 'axe' in window"):
        root.page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = root.evaluate(_RUN, _RULES)
    assert found["measured"] > 10, "axe takes most of the element for hidden"
    return [
        f"{rule['id']}: {node['html']} {node['failureSummary']}"
        for rule in [*found["violations"], *filter(_too_faint, found["unsure"])]
        for node in rule["nodes"]
        if "partially obscured" not in node["failureSummary"]  # a row half scrolled away
    ]


def _too_faint(rule: dict[str, Any]) -> bool:
    """Tell whether axe measured too faint a text, and was only unsure about what is behind it."""
    return "of 3" in str(rule)
