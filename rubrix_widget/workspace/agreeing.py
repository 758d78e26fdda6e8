"""How far the people who annotate a dataset agree."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from rubrix_widget.edits.authors import Annotations, by_author
from rubrix_widget.home import active
from rubrix_widget.metrics.agreement import alpha, masi, nominal, observed
from rubrix_widget.metrics.pairing import kappa
from rubrix_widget.query import Dialect

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Agreement:
    """How far the authors of a dataset's annotations agree.

    Attributes
    ----------
    dataset, query : str
        Of which records.
    authors : list of str
        Who annotated some of them, in alphabetical order.
    n : int
        How many records several authors annotated. All else here is of these.
    observed : float
        The share of the pairs of annotations of one record that are the same; NaN without any.
    alpha : float
        Krippendorff's alpha over all authors, where annotations are the same or not.
    alpha_masi : float or None
        The same where sets of labels that overlap differ less (MASI); None in a single-label
        dataset.
    pairs : DataFrame
        For each two authors who annotated the same records: ``first``, ``second``, ``n`` (how many
        these are), ``observed`` (the share that they annotated alike) and ``kappa`` (Cohen's).
    """

    dataset: str
    query: str
    authors: list[str]
    n: int
    observed: float
    alpha: float
    alpha_masi: float | None
    pairs: pd.DataFrame

    def __repr__(self) -> str:
        asked = f" where {self.query}" if self.query else ""
        told = [
            f"agreement of {len(self.authors):,} authors in {self.dataset}{asked}: "
            f"{self.n:,} record{'' if self.n == 1 else 's'} annotated by several"
        ]
        if self.n:
            told.append(f"  alike: {self.observed:.1%}, Krippendorff's alpha: {self.alpha:.3f}")
            if self.alpha_masi is not None:
                told[-1] += f", with MASI: {self.alpha_masi:.3f}"
            told.append(self.pairs.to_string(index=False, float_format="{:.3f}".format))
        return "\n".join(told)


def agreement(name: str, query: str | None = None, *, dialect: Dialect = "notebook") -> Agreement:
    """Measure how far the people who annotated a dataset agree.

    Compared are the last annotations that each author gave each record, whatever became of them
    since; what was undone does not count, nor what was said before the record was logged anew. An
    annotation that was logged with an ``annotation_agent`` is that author's. Renamed labels have
    their new names, as far as the journal tells which.

    Parameters
    ----------
    name
        The dataset's name.
    query
        Only records that this query matches; None is everything.
    dialect
        "notebook" or "lucene".

    Returns
    -------
    Agreement
        Percent agreement, Krippendorff's alpha, and Cohen's kappa of each pair, with the number of
        records each is of. Annotations of several labels are the same where all labels are.
        :mod:`rubrix_widget.metrics.agreement` and :mod:`rubrix_widget.metrics.pairing` have the
        formulas.

    Raises
    ------
    DatasetNotFoundError, QueryError
        No such dataset, or a query that cannot be answered.

    Examples
    --------
    >>> records = [rb.TextClassificationRecord(text=t, id=t) for t in ("a", "b", "c", "d")]
    >>> done = rb.log(records, "films")
    >>> done = rb.relabel("films", "good", query="", agent="ada")
    >>> done = rb.relabel("films", "bad", ids=["a", "b"], agent="ada")
    >>> done = rb.relabel("films", "bad", query="", agent="bob")
    >>> done = rb.relabel("films", "good", ids="d", agent="bob")
    >>> rb.agreement("films")
    agreement of 2 authors in films: 4 records annotated by several
      alike: 75.0%, Krippendorff's alpha: 0.533
    first second  n  observed  kappa
      ada    bob  4     0.750  0.500
    """
    dataset = active().dataset(name)
    engine = dataset.engine()
    given = by_author(engine, dataset.changes())
    if query:
        matched = engine.select(query, dialect=dialect).mask
        given = given.only(matched[given.positions])
    sizes = np.bincount(given.positions, minlength=engine.n)
    given_by = sorted(given.names[one] for one in np.unique(given.authors))
    given = given.only(sizes[given.positions] > 1)
    several = sizes[sizes > 1]
    pairs = _pairs(given)
    alike = float((pairs["n"] * pairs["observed"]).sum())
    return Agreement(
        name,
        query or "",
        given_by,
        len(several),
        alike / float(pairs["n"].sum()) if len(pairs) else float("nan"),
        alpha(given.positions, given.values, nominal),
        alpha(given.positions, given.values, masi(given.sets)) if engine.multi_label else None,
        pairs,
    )


def _pairs(given: Annotations) -> pd.DataFrame:
    import pandas as pd

    lines = []
    by_name = sorted(np.unique(given.authors).tolist(), key=lambda one: given.names[one])
    of = {one: given.authors == one for one in by_name}
    for first, second in combinations(by_name, 2):
        _, one, other = np.intersect1d(
            given.positions[of[first]],
            given.positions[of[second]],
            assume_unique=True,
            return_indices=True,
        )
        if len(one):
            mine, yours = given.values[of[first]][one], given.values[of[second]][other]
            names = given.names[first], given.names[second]
            lines.append((*names, len(one), observed(mine, yours), kappa(mine, yours)))
    types = {
        "first": "str",
        "second": "str",
        "n": "int64",
        "observed": "float64",
        "kappa": "float64",
    }
    return pd.DataFrame(lines, columns=list(types)).astype(types)
