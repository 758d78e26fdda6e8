import { useMemo } from "preact/hooks";
import type { Axis, Drawing, Mark } from "../../../src/lib/drawing";
import type { AnalyseResult, Place } from "../../../src/protocol/analysis";
import { Plot } from "../Plot";
import type { Analyses } from "./model";
import type { Kind } from "./registry";

type Props = { analyses: Analyses; kind: Kind; result: AnalyseResult; width: number };

/** The picture of what was found, with marks that say their numbers and show their records. */
export function Chart({ analyses, kind, result, width }: Props) {
  const look = analyses.look.value;
  const picked = analyses.pick.value;
  const query = picked?.desk === kind.name ? picked.query : null;
  const marks = useMemo(() => marksOf(result, query), [result, query]);
  if (!result.chart || !look || width === 0) return null;
  return (
    <Plot
      sent={result.chart}
      look={look}
      width={width}
      legend
      marks={marks}
      brush={false}
      label={kind.title}
      choose={(index) => {
        const chosen = result.marks[index]?.query;
        if (chosen) analyses.take(kind.name, chosen, "mark");
      }}
    />
  );
}

function marksOf({ marks }: AnalyseResult, picked: string | null): Mark[] {
  const rows = ordered(marks.map(({ y }) => y));
  const columns = ordered(marks.map(({ x }) => x));
  return marks.map(({ x, y, words, query }, at) => ({
    row: rows[at] ?? 0,
    column: columns[at] ?? 0,
    words,
    pressed: query !== null && query === picked,
    lit: true,
    idle: query === null,
    box: (drawn: Drawing) => {
      const [left, width] = along(drawn.x, x, drawn.width);
      const [top, height] = along(drawn.y, y, drawn.height);
      return { left: drawn.left + left, top: drawn.top + top, width, height };
    },
  }));
}

/** Numbers places by when they first occur. */
function ordered(places: Place[]): number[] {
  const names = places.map((place) => JSON.stringify(place));
  const known = new Map([...new Set(names)].map((name, at) => [name, at]));
  return names.map((name) => known.get(name) ?? 0);
}

function along({ at, band }: Axis, place: Place, whole: number): [from: number, size: number] {
  if (place === null) return [0, whole];
  if (!Array.isArray(place)) return [at(place), band];
  const [one, other] = place.map(at) as [number, number];
  return [Math.min(one, other), Math.abs(one - other)];
}
