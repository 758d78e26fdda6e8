/** Filters as plain data: field to values, or to `{from, to}`; null stands for no value. */
export type Filters = { [field: string]: unknown };
export type Bound = string | number | null;
export type Range = { from?: Bound; to?: Bound };

export function valuesOf(filter: unknown): unknown[] {
  if (Array.isArray(filter)) return filter;
  return filter === undefined || rangeOf(filter) ? [] : [filter];
}

export function rangeOf(filter: unknown): Range | null {
  return filter !== null && typeof filter === "object" && !Array.isArray(filter) ? filter : null;
}

export function without(filters: Filters, ...names: string[]): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([name]) => !names.includes(name)));
}

/** Adds a value to those of a field, or takes it away. */
export function toggled(filters: Filters, name: string, value: unknown): Filters {
  const values = valuesOf(filters[name]);
  const left = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  return left.length > 0 ? { ...filters, [name]: left } : without(filters, name);
}

export function between(filters: Filters, name: string, from: Bound, to: Bound): Filters {
  if (from === null && to === null) return without(filters, name);
  const range = { ...(from !== null && { from }), ...(to !== null && { to }) };
  return { ...filters, [name]: range };
}

/** `metadata.site_name` as people say it: site name. */
export function spoken(name: string): string {
  return name.replace(/^(metadata|metrics)\./, "").replaceAll("_", " ");
}

export function described(name: string, filter: unknown): string {
  const range = rangeOf(filter);
  if (!range) {
    return `${spoken(name)}${/_(as|by)$/.test(name) ? "" : " is"} ${valuesOf(filter).map(shown).join(" or ")}`;
  }
  const from = range.from ?? null;
  const to = range.to ?? null;
  if (from === null) return `${spoken(name)} up to ${shown(to)}`;
  return to === null
    ? `${spoken(name)} from ${shown(from)}`
    : `${spoken(name)} ${shown(from)} to ${shown(to)}`;
}

export function shown(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (value === "") return "(empty)";
  if (typeof value === "number") return String(Number(value.toPrecision(value % 1 === 0 ? 15 : 4)));
  if (typeof value === "string") return value.replace(/T00:00:00(\.0+)?$/, "");
  return String(value);
}

/** The limits that keep the records of the bars from `first` to `last`. */
export function limits(
  edges: readonly (string | number)[],
  kind: string,
  first: number,
  last: number,
): [from: Bound, to: Bound] {
  const from = edges[first] ?? null;
  const to = edges[last + 1] ?? null;
  if (kind !== "integer" || typeof from !== "number" || typeof to !== "number") return [from, to];
  const ones = Number(edges[1]) - Number(edges[0]) === 1;
  const open = ones || last + 2 < edges.length; // the last of wide bars holds its upper edge
  return [Math.ceil(from), open ? Math.ceil(to) - 1 : Math.floor(to)];
}
