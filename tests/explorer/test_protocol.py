"""Both halves of the protocol say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from rubrix_widget.explorer import protocol
from rubrix_widget.explorer.protocol import changes, figures, records, reviewing, sharing

SOURCE = Path(__file__).parents[2] / "js" / "src"
FILES = ("protocol.ts", "protocol/changes.ts", "protocol/analysis.ts", "protocol/reviewing.ts")
MESSAGES: dict[str, Any] = {}
for one in (protocol, records, changes, figures, reviewing, sharing):
    MESSAGES |= vars(one)
SHARED = (
    "RecordPayload",
    "View",
    "Summary",
    "LabelCount",
    "PageResult",
    "Edit",
    "Conflict",
    "EditResult",
    "Scope",
    "Action",
    "TallyParams",
    "TallyResult",
    "PlanParams",
    "PlanResult",
    "Becoming",
    "ChangeParams",
    "UndoParams",
    "ChangesParams",
    "ChangeGroup",
    "ChangesResult",
    "Request",
    "Failure",
    "KernelEvent",
    "FacetsParams",
    "FacetValue",
    "FacetResult",
    "ConfusionResult",
    "FacetsResult",
    "ChartParams",
    "ChartResult",
    "AnalyseParams",
    "AnalyseResult",
    "ReviewParams",
    "ReviewRecord",
    "ReviewEstimate",
    "ReviewResult",
    "RuntimeResult",
    "Config",
    "Snapshot",
    "Attributions",
    "HistoryEntry",
    "RecordResult",
    "SimilarRecord",
    "IdsResult",
    "SelectParams",
    "SelectResult",
    "LocateResult",
    "CompleteParams",
    "Completion",
    "CompleteResult",
    "ShareParams",
    "ShareResult",
    "ProposalParams",
    "ProposalResult",
    "ViewsParams",
    "SavedView",
    "ViewsResult",
    "ExportResult",
)


@pytest.fixture(scope="module")
def script() -> str:
    """Return the page's half, without comments."""
    return re.sub(
        r"/\*.*?\*/|//[^\n]*",
        "",
        "".join((SOURCE / one).read_text() for one in FILES),
        flags=re.DOTALL,
    )


def typed(script: str, name: str) -> set[str]:
    """Return the fields of a type of the page's half, those of inner types left out."""
    declared = re.search(rf"export type {name}\b[^{{]*=[^{{]*{{", script)
    assert declared, f"the page has no type {name}"
    depth, outer = 1, ""
    for character in script[declared.end() :]:
        depth += (character in "{[") - (character in "}]")
        if depth == 0:
            break
        outer += character if depth == 1 else ""
    return set(re.findall(r"(\w+)\??:", outer))


@pytest.mark.parametrize("name", SHARED)
def test_a_message_has_the_same_fields(script: str, name: str) -> None:
    """Each shared type has the same fields in Python and in TypeScript."""
    ours: dict[str, Any] = MESSAGES[name].__annotations__
    assert typed(script, name) == set(ours)


def test_a_record_on_a_page_has_the_same_fields(script: str) -> None:
    """What a page adds to a record is the same in both."""
    added = set(records.PageRecord.__annotations__) - set(records.RecordPayload.__annotations__)
    assert typed(script, "PageRecord") == added


def test_the_methods_are_the_same(script: str) -> None:
    """Both halves know the same methods, and the same number of the protocol."""
    assert typed(script, "Methods") == set(protocol.METHODS)
    assert f"PROTOCOL = {protocol.PROTOCOL};" in script
