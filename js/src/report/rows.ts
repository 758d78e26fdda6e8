/** What a report's table shows of the records it carries: found, sorted, and in words. */
export type Value = string | number | boolean | readonly string[] | null;
export type Kind = "text" | "labels" | "score" | "verdict" | "number" | "value";
export type Column = { id: string; title: string; kind: Kind; values: readonly Value[] };
export type Carried = {
  columns: readonly Column[];
  labels: readonly string[];
  n: number;
  pageRows: number;
};
/** Labels that records must have; null is any. */
export type Cell = { annotated: string | null; predicted: string | null };
export type Sort = { column: number; descending: boolean };

/** What a cell says; `explorer/report/carried.py` says the same. */
export function shown(value: Value, kind: Kind): string {
  if (value === null) return "";
  if (kind === "score" && typeof value === "number") return value.toFixed(3);
  if (kind === "verdict") return value === "ok" ? "✓ ok" : "✗ ko";
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** Makes what answers which records hold some words, whatever their case. */
export function finder({ columns, n }: Carried): (needle: string) => number[] {
  let lines: string[] | null = null; // made when first needed
  return (needle) => {
    const all = Array.from({ length: n }, (_, at) => at);
    const words = needle.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return all;
    lines ??= all.map((at) =>
      columns
        .filter(({ kind }) => kind !== "score") // a number in a text is not to find every score
        .map(({ values, kind }) => shown(values[at] ?? null, kind))
        .join("\n")
        .toLowerCase(),
    );
    const found = lines;
    return all.filter((at) => words.every((word) => found[at]?.includes(word)));
  };
}

function has(value: Value | undefined, label: string | null): boolean {
  return label === null || value === label || (Array.isArray(value) && value.includes(label));
}

/** The records with the labels of a cell of the matrix. */
export function inCell(rows: readonly number[], columns: readonly Column[], cell: Cell): number[] {
  const valuesOf = (id: string) => columns.find((column) => column.id === id)?.values ?? [];
  const annotated = valuesOf("annotated_as");
  const predicted = valuesOf("predicted_as");
  return rows.filter(
    (at) => has(annotated[at], cell.annotated) && has(predicted[at], cell.predicted),
  );
}

const collator = new Intl.Collator("en");

function compare(a: Value, b: Value): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return collator.compare(String(a), String(b));
}

/** The records in the order of a column; those without a value come last either way. */
export function sorted(rows: readonly number[], column: Column, descending: boolean): number[] {
  const { values } = column;
  const known = rows.filter((at) => values[at] != null);
  const unknown = rows.filter((at) => values[at] == null);
  const sign = descending ? -1 : 1;
  known.sort((a, b) => sign * compare(values[a] ?? null, values[b] ?? null) || a - b);
  return [...known, ...unknown];
}
