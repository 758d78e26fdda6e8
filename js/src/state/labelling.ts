/** Which labels some records have, and which they are to have, as data. */
import type { Action, LabelCount, PageRecord } from "../protocol";

/** All of the records have a label, some of them, or none. */
export type Mark = "all" | "some" | "none";
/** Labels to be given, and to be taken away. */
export type Wanted = ReadonlyMap<string, boolean>;

export type Labelling = {
  /** How many records there are, and how many have each label; null while that is counted. */
  count: number;
  having: ReadonlyMap<string, number> | null;
  wanted: Wanted;
  /** Whether labels that only some have are taken from those. */
  replacing: boolean;
};

export function having(labels: readonly LabelCount[]): ReadonlyMap<string, number> {
  return new Map(labels.map(({ name, count }) => [name, count]));
}

export function havingOf(records: readonly PageRecord[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const label of records.flatMap(({ annotation }) => annotation ?? [])) {
    found.set(label, (found.get(label) ?? 0) + 1);
  }
  return found;
}

function before({ count, having }: Labelling, label: string): Mark {
  if (having === null) return "some";
  const n = having.get(label) ?? 0;
  return n === 0 ? "none" : n < count ? "some" : "all";
}

export function markOf(now: Labelling, label: string): Mark {
  const wanted = now.wanted.get(label);
  if (wanted !== undefined) return wanted ? "all" : "none";
  const mark = before(now, label);
  return mark === "some" && now.replacing ? "none" : mark;
}

/** The next state of a label: given, taken away, and as it was where only some have it. */
export function toggled(now: Labelling, label: string): Wanted {
  const wanted = new Map(now.wanted);
  const was = before(now, label);
  const mark = markOf(now, label);
  if (was === "some" && mark === "none" && !now.replacing) wanted.delete(label);
  else wanted.set(label, mark !== "all");
  if (was !== "some" && markOf({ ...now, wanted }, label) === was) wanted.delete(label);
  return wanted;
}

export function actionOf(now: Labelling): Action {
  const labels = [...new Set([...(now.having?.keys() ?? []), ...now.wanted.keys()])];
  const replacing = now.replacing || now.count === 1;
  const to = (given: boolean) => labels.filter((label) => now.wanted.get(label) === given);
  return {
    field: "annotation",
    how: replacing ? "replace" : "alter",
    new: replacing ? labels.filter((label) => markOf(now, label) === "all") : to(true),
    without: replacing ? [] : to(false),
  };
}
