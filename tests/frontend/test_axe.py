"""The check of every picture can fail."""

from __future__ import annotations

import pytest

from tests.frontend.fake import Explorer

pytestmark = pytest.mark.browser


def test_axe_finds_what_is_wrong(explorer: Explorer) -> None:
    """A picture without a name and a text too faint to read are each found, and nothing else."""
    explorer.shown()
    assert explorer.axe() == []
    explorer.root.evaluate(
        """(node) => {
          const faint = document.createElement('p');
          faint.textContent = 'faint';
          faint.style.cssText = 'position: relative; color: #bbb; background: white';
          node.prepend(document.createElement('img'), faint);
        }"""
    )
    found = explorer.axe()
    assert sorted(one.partition(":")[0] for one in found) == ["color-contrast", "image-alt"]
