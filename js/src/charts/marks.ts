/** What can be pointed at in a chart: where it stands, what it says, and what it filters. */
import type { Mark as Pointed } from "../lib/drawing";
import {
  between,
  boundsOf,
  type Filters,
  rangeOf,
  shown,
  toggled,
  valuesOf,
  without,
} from "../lib/filters";
import { count, records } from "../lib/format";
import { withInterval } from "../lib/shares";
import type { ChartResult } from "../protocol";
import { binned, HEAD, listed, right, type Split, split } from "./numbers";

export type Mark = Pointed & {
  /** The filters that choosing it leaves; of bars, choosing all up to the one at `end`. */
  filters: (end?: number) => Filters;
  /** Searched for instead, where there is no field to filter by. */
  word?: string;
  /** Its row of the table; null: in the chart alone. */
  cells: string[] | null;
};

export type Choose = (filters: Filters, word?: string) => void;
export type Marks = { head: string[]; marks: Mark[]; brush: boolean };

const TITLE = 20; // pixels of an axis's title, which belongs to no label

export function marksOf(result: ChartResult, filters: Filters): Marks {
  if (result.kind === "matrix") return matrix(result, filters);
  if (result.kind === "values") return values(result, filters);
  if (result.kind === "words") return words(result, filters);
  if (result.kind === "") return { head: [], marks: [], brush: false };
  return bars(result, filters);
}

/** The same choice again takes it back. */
function orBack(filters: Filters, next: Filters, back: Filters): Filters {
  return JSON.stringify(next) === JSON.stringify(filters) ? back : next;
}

function matrix({ values: labels, rows }: ChartResult, filters: Filters): Marks {
  const others = without(filters, "annotated_as", "predicted_as");
  const has = (name: string, label: unknown) => valuesOf(filters[name]).includes(label);
  const passes = (name: string, label: unknown) => !(name in filters) || has(name, label);
  const choose = (wanted: Filters) => () => orBack(filters, { ...others, ...wanted }, others);
  const cells = labels.flatMap((annotated, row): Mark[] => {
    const total = sum(rows[row] ?? []);
    const heading: Mark = {
      row,
      column: 0,
      words: `annotated as ${annotated}: ${records(total)}`,
      pressed: has("annotated_as", annotated) && !("predicted_as" in filters),
      lit: passes("annotated_as", annotated),
      box: ({ left, top, y }) => ({
        left: TITLE,
        top: top + y.at(annotated),
        width: left - TITLE,
        height: y.band,
      }),
      filters: choose({ annotated_as: [annotated] }),
      cells: null,
    };
    const pairs = labels.map((predicted, column): Mark => {
      const n = rows[row]?.[column] ?? 0;
      return {
        row,
        column: column + 1,
        words: `annotated as ${annotated}, predicted as ${predicted}: ${records(n)}, ${withInterval(n, total)} of those annotated so`,
        pressed: has("annotated_as", annotated) && has("predicted_as", predicted),
        lit: passes("annotated_as", annotated) && passes("predicted_as", predicted),
        box: ({ left, top, x, y }) => ({
          left: left + x.at(predicted),
          top: top + y.at(annotated),
          width: x.band,
          height: y.band,
        }),
        filters: choose({ annotated_as: [annotated], predicted_as: [predicted] }),
        cells: n > 0 ? [`${annotated} → ${predicted}`, count(n), withInterval(n, total)] : null,
      };
    });
    return [heading, ...pairs];
  });
  const headings = labels.map((predicted, column): Mark => {
    const total = sum(rows.map((row) => row[column] ?? 0));
    return {
      row: labels.length,
      column: column + 1,
      words: `predicted as ${predicted}: ${records(total)}`,
      pressed: has("predicted_as", predicted) && !("annotated_as" in filters),
      lit: passes("predicted_as", predicted),
      box: ({ left, top, height, bottom, x }) => ({
        left: left + x.at(predicted),
        top: top + height,
        width: x.band,
        height: Math.max(24, bottom - top - height - TITLE),
      }),
      filters: choose({ predicted_as: [predicted] }),
      cells: null,
    };
  });
  const head = ["annotated as → predicted as", "records", "of annotated (95 %)"];
  return { head, marks: [...cells, ...headings], brush: false };
}

function values(
  { values: names, rows, fields: [field = ""] }: ChartResult,
  filters: Filters,
): Marks {
  const marks = names.map((value, row): Mark => {
    const numbers = split(rows[row]);
    return {
      row,
      column: 0,
      words: `${shown(value)}: ${said(numbers)}`,
      pressed: valuesOf(filters[field]).includes(value),
      lit: !(field in filters) || valuesOf(filters[field]).includes(value),
      box: rowBox(row, names.length),
      filters: () => toggled(filters, field, value),
      cells: [shown(value), ...listed(numbers)],
    };
  });
  return { head: ["value", ...HEAD], marks, brush: false };
}

function words({ values: found, rows }: ChartResult, filters: Filters): Marks {
  const marks = found.map((value, row): Mark => {
    const [wrong, right, ...odds] = rows[row] ?? [];
    const [middle = "", low = "", high = ""] = odds.map((one) => (one ?? 0).toFixed(2));
    const word = String(value);
    return {
      row,
      column: 0,
      words: `${word}: in ${count(wrong ?? 0)} wrong and ${count(right ?? 0)} right records, log-odds ${middle} (${low} to ${high})`,
      pressed: false,
      lit: true,
      box: rowBox(row, found.length),
      filters: () => filters,
      word,
      cells: [word, count(wrong ?? 0), count(right ?? 0), `${middle} (${low} – ${high})`],
    };
  });
  return { head: ["word", "wrong", "right", "log-odds (95 %)"], marks, brush: false };
}

/** One of equal rows, its label included. */
function rowBox(row: number, rows: number): Mark["box"] {
  return ({ left, top, width, height }) => ({
    left: TITLE,
    top: top + (height * row) / rows,
    width: left + width - TITLE,
    height: height / rows,
  });
}

function bars(result: ChartResult, filters: Filters): Marks {
  const { edges, rows, fields, field_kind } = result;
  const field = fields.at(-1) ?? "";
  const range = rangeOf(filters[field]);
  const end = range?.below ?? range?.to;
  const calibration = result.kind === "reliability";
  const judged = calibration && { predicted: ["ok", "ko"] }; // others are in no bin
  const marks = rows.map((row, column): Mark => {
    const bar = boundsOf(edges, field_kind, column, column);
    const low = bar.from ?? edges[column] ?? 0;
    const high = bar.to ?? edges[column + 1] ?? 0;
    const name = low === high ? shown(low) : `${shown(low)} to ${shown(high)}`;
    const inside =
      range !== null && (range.from == null || low >= range.from) && (end == null || high <= end);
    const numbers = calibration ? binned(row) : split(row);
    return {
      row: 0,
      column,
      words: `${name}: ${calibration ? calibrated(row, numbers) : said(numbers)}`,
      pressed: inside,
      lit: inside || !(field in filters),
      box: ({ left, top, height, x }) => {
        const from = x.at(place(edges[column]));
        return { left: left + from, top, width: x.at(place(edges[column + 1])) - from, height };
      },
      filters: (end = column) => {
        const [first, last] = [Math.min(column, end), Math.max(column, end)];
        const chosen = between(filters, field, boundsOf(edges, field_kind, first, last));
        return orBack(filters, { ...chosen, ...judged }, without(filters, ...fields));
      },
      cells: calibration
        ? [name, count(numbers.all), row[2] == null ? "–" : row[2].toFixed(3), right(numbers)]
        : [name, ...listed(numbers)],
    };
  });
  const head = calibration
    ? ["score", "records", "mean score", "right (95 %)"]
    : ["from – to", ...HEAD];
  return { head, marks, brush: true };
}

function said({ all, ok, ko }: Split): string {
  const known = ok + ko > 0 ? `, ${right({ all, ok, ko })} right` : "";
  return `${records(all)}, ${count(ok)} right, ${count(ko)} wrong${known}`;
}

function calibrated(row: readonly (number | null)[], numbers: Split): string {
  if (numbers.all === 0 || row[2] == null) return "no records";
  return `${records(numbers.all)}, mean score ${row[2].toFixed(3)}, right ${right(numbers)}`;
}

function sum(numbers: readonly (number | null)[]): number {
  return numbers.reduce((all: number, one) => all + (one ?? 0), 0);
}

/** An edge as the scale has it; that of a date has no zone and means UTC. */
function place(edge: string | number | undefined): number {
  if (typeof edge !== "string") return edge ?? 0;
  return Date.parse(/Z$|[+-]\d\d:\d\d$/.test(edge) ? edge : `${edge}Z`);
}
