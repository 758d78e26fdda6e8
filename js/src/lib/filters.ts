/**
 * Filters as plain data: field to values, null standing for no value, or to a range. `below` is a
 * range's upper bound left out, `to` one that is in it.
 */
export type Filters = { [field: string]: unknown };
export type Bound = string | number | null;
export type Range = { from?: Bound; to?: Bound; below?: Bound; missing?: boolean };

export function valuesOf(filter: unknown): unknown[] {
  if (Array.isArray(filter)) return filter;
  return filter === undefined || rangeOf(filter) ? [] : [filter];
}

export function rangeOf(filter: unknown): Range | null {
  return filter !== null && typeof filter === "object" && !Array.isArray(filter) ? filter : null;
}

/** Whether records without a value are kept beside those with a chosen one. */
export function keepsMissing(filter: unknown): boolean {
  return rangeOf(filter)?.missing ?? valuesOf(filter).includes(null);
}

export function without(filters: Filters, ...names: string[]): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([name]) => !names.includes(name)));
}

/** Adds a value to those of a field, or takes it away; null is added to a range too. */
export function toggled(filters: Filters, name: string, value: unknown): Filters {
  const range = rangeOf(filters[name]);
  if (range && value === null) {
    const { missing, ...bounds } = range;
    return { ...filters, [name]: missing ? bounds : { ...bounds, missing: true } };
  }
  const values = valuesOf(filters[name]);
  const left = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  return left.length > 0 ? { ...filters, [name]: left } : without(filters, name);
}

/** Sets the bounds of a field; none leaves what is said of records without a value. */
export function between(filters: Filters, name: string, bounds: Range): Filters {
  const given = Object.entries(bounds).filter(([, bound]) => bound != null);
  const missing = keepsMissing(filters[name]);
  if (given.length > 0) {
    const range = { ...Object.fromEntries(given), ...(missing && { missing }) };
    return { ...filters, [name]: range };
  }
  return missing ? { ...filters, [name]: [null] } : without(filters, name);
}

/** `metadata.site_name` as people say it: site name. An agent's name stays as it is. */
export function spoken(name: string): string {
  return name
    .replace(/^(metadata|metrics)\./, "")
    .replace(/_|@.*/gs, (part) => (part === "_" ? " " : part));
}

export function described(name: string, filter: unknown): string {
  const range = rangeOf(filter);
  if (!range) {
    return `${spoken(name)}${/_(as|by)$/.test(name) ? "" : " is"} ${valuesOf(filter).map(shown).join(" or ")}`;
  }
  return `${spoken(name)} ${bounded(range)}${range.missing ? " or nothing" : ""}`;
}

function bounded({ from = null, to = null, below = null }: Range): string {
  if (from !== null && from === to) return `is ${shown(from)}`;
  if (from === null && below !== null) return `below ${shown(below)}`;
  if (from === null) return to === null ? "is anything" : `up to ${shown(to)}`;
  if (below !== null) return `${shown(from)} to below ${shown(below)}`;
  return to === null ? `from ${shown(from)}` : `${shown(from)} to ${shown(to)}`;
}

export function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (value === "") return "(empty)";
  if (typeof value === "string" && value.trim() === "") return "(only spaces)";
  if (typeof value === "number") return String(Number(value.toPrecision(value % 1 === 0 ? 15 : 4)));
  if (typeof value === "string") return value.replace(/T00:00:00(\.0+)?$/, "");
  return String(value);
}

/** The bounds that keep just the records of the bars from `first` to `last`. */
export function boundsOf(
  edges: readonly (string | number)[],
  kind: string,
  first: number,
  last: number,
): Range {
  const from = edges[first] ?? null;
  const end = edges[last + 1] ?? null;
  const whole = last + 2 === edges.length;
  if (kind === "integer" && typeof from === "number" && typeof end === "number") {
    const ones = Number(edges[1]) - Number(edges[0]) === 1;
    // the last of wide bars holds its upper edge
    return { from: Math.ceil(from), to: whole && !ones ? Math.floor(end) : Math.ceil(end) - 1 };
  }
  if (whole) return first === 0 ? { from, to: end } : { from };
  return first === 0 ? { below: end } : { from, below: end };
}

/** Whether a range keeps some of a bar's records. */
export function meets(range: Range, bar: Range): boolean {
  return overlaps(range.from, bar) && overlaps(bar.from, range);
}

/** Whether something may lie at or above `low` and under the upper bound of a range. */
function overlaps(low: Bound | undefined, { to, below }: Range): boolean {
  const high = below ?? to;
  if (low == null || high == null) return true;
  // a date may name a day, month or year, and `to` then holds all of it
  if (typeof low === "string" && below == null && low.startsWith(String(high))) return true;
  return low < high || (below == null && low === high);
}
