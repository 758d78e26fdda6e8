/** Pure steps from one view to the next. */
import type { Config, PageRecord, PageResult, Snapshot, SortKey, Traits, View } from "../protocol";

export const PAGE_SIZES = [25, 50, 100, 200] as const; // 200 wrapped records: what a browser lays out at once

export function readView(get: <K extends keyof Traits>(name: K) => Traits[K]): View {
  return {
    query: get("query") ?? "",
    dialect: get("dialect") ?? "notebook",
    filters: get("filters") ?? {},
    sort: get("sort") ?? [],
    page: get("page") ?? 1,
    page_size: get("page_size") ?? 50,
  };
}

export function readConfig(config: Partial<Config> | null | undefined): Config {
  return {
    name: config?.name ?? "",
    title: config?.title || config?.name || "records",
    total: config?.total ?? 0,
    labels: config?.labels ?? [],
    multi_label: config?.multi_label ?? false,
    fields: config?.fields ?? [],
    columns: config?.columns ?? [],
    inputs: config?.inputs ?? [],
    protocol: config?.protocol ?? 1,
    token: config?.token ?? "",
    runtime: config?.runtime ?? "",
    agents: config?.agents ?? [],
  };
}

export function sameView(a: View, b: View): boolean {
  return viewKey(a) === viewKey(b);
}

export function viewKey({ query, dialect, filters, sort, page, page_size }: View): string {
  return JSON.stringify([query, dialect, filters, sort, page, page_size]);
}

/** What of a view is not as in another. */
export function changed(from: View, to: View): Partial<View> {
  const differs = ([name, value]: [string, unknown]) =>
    JSON.stringify(from[name as keyof View]) !== JSON.stringify(value);
  return Object.fromEntries(Object.entries(to).filter(differs));
}

/** The next order after a click on a header: ascending, descending, off; `adding` keeps other keys. */
export function sortedBy(sort: readonly SortKey[], field: string, adding: boolean): SortKey[] {
  const at = sort.findIndex(([name]) => name === field);
  const now = sort[at]?.[1];
  const next: SortKey[] = now === "desc" ? [] : [[field, now === "asc" ? "desc" : "asc"]];
  if (!adding) return next;
  return at < 0 ? [...sort, ...next] : [...sort.slice(0, at), ...next, ...sort.slice(at + 1)];
}

/** Page numbers to offer: the ends, the neighbours, and 0 where numbers are left out. */
export function pageNumbers(page: number, pages: number): number[] {
  const wanted = [1, 2, page - 1, page, page + 1, pages].filter((n) => n >= 1 && n <= pages);
  const numbers = [...new Set(wanted)].sort((a, b) => a - b);
  return numbers.flatMap((n, at) => {
    const gap = n - (numbers[at - 1] ?? n - 1) - 1;
    if (gap === 0) return [n];
    return gap === 1 ? [n - 1, n] : [0, n];
  });
}

/** A record whole enough to show, whatever an older or shorter source left out. */
export function completed(record: Partial<PageRecord>): PageRecord {
  return {
    id: "",
    version: 0,
    inputs: {},
    prediction: null,
    predicted: null,
    by_agent: [],
    annotation: null,
    status: "Default",
    prediction_agent: null,
    annotation_agent: null,
    comment: null,
    verdict: null,
    metadata: {},
    event_timestamp: null,
    last_updated: null,
    text_length: 0,
    ...record,
    marks: record.marks ?? {},
    truncated: record.truncated ?? {},
  };
}

/** Why a control does nothing while only what was saved is shown. */
export const NEEDS_KERNEL = "Needs the kernel: run the cell";

/** What a saved notebook can show before, or without, a kernel. */
export function pageOfSnapshot(
  snapshot: Partial<Snapshot> | null | undefined,
  view: View,
): PageResult | null {
  if (!snapshot?.records) return null;
  const count = snapshot.count ?? snapshot.records.length;
  return {
    records: snapshot.records.map(completed),
    count,
    total: snapshot.total ?? count,
    page: view.page,
    pages: Math.max(1, Math.ceil(count / view.page_size)),
    reading: [snapshot.reading, ...(snapshot.filters ?? [])].filter(Boolean).join("; "),
    notes: [],
    took_ms: 0,
    version: 0,
    summary: snapshot.summary ?? {
      n: count,
      annotated: 0,
      predicted: 0,
      ok: 0,
      ko: 0,
      accuracy: null,
      low: null,
      high: null,
    },
    overall: null,
    labels: [],
    can_undo: false,
    can_redo: false,
  };
}
