/** Changes under way, as data: what may be sent, what the page shows meanwhile. */
import { spoken } from "../lib/filters";
import { records } from "../lib/format";
import type {
  Action,
  Edit,
  EditField,
  EditResult,
  EditValue,
  PageRecord,
  Scope,
} from "../protocol";

export const FIELDS = ["annotation", "status", "comment", "verdict"] as const;

export type Done = (result: EditResult | Error) => void;

/** One gesture: its changes are sent together and undone together. */
export type Gesture = {
  key: string;
  kind: "edit" | "undo" | "redo";
  edits: Edit[];
  sent: boolean;
  /** Made against another kernel's records: told as they were made, so that conflicts are found. */
  asMade?: boolean;
  /** What it does, for words about it. */
  action?: Action;
  /** Which changes are undone or made again; the newest of one's own where there is none. */
  group?: number | undefined;
  /** Who made it says what became of it; its changes are told as they were made. */
  done?: Done | undefined;
};

/** The records that something is to be done to, and whether all of them are on the page. */
export type Meant = { scope: Scope; count: number; inSight: boolean };

/** Records of the page. */
export function these(ids: string[]): Meant {
  return { scope: { ids, view: null }, count: ids.length, inSight: true };
}

/** Names one field of one record. */
export function cell(id: string, field: EditField): string {
  return `${field} ${id}`;
}

export function replace(field: EditField, value: EditValue): Action {
  return { field, how: "replace", new: value, without: [] };
}

/** What an action makes of a record's value. */
export function made({ how, new: value, without }: Action, old: EditValue): EditValue {
  if (how === "replace") return value;
  const had = (old ?? []) as string[];
  const added = ((value ?? []) as string[]).filter((label) => !had.includes(label));
  return [...had.filter((label) => !without.includes(label)), ...added];
}

/** A gesture waits for earlier ones on the same records: it needs the version they lead to. */
export function ready(queue: readonly Gesture[]): Gesture[] {
  return queue.filter((gesture, at) => {
    if (gesture.sent) return false;
    const ids = new Set(gesture.edits.map((edit) => edit.id));
    return queue
      .slice(0, at)
      .every(
        (earlier) =>
          earlier.kind === "edit" &&
          gesture.kind === "edit" &&
          !earlier.edits.some((edit) => ids.has(edit.id)),
      );
  });
}

/**
 * Edits as they stand against the records now known: version and old value brought up to date; of
 * those made against another kernel's records only where the value is as it was seen.
 */
export function rebased(
  edits: readonly Edit[],
  known: ReadonlyMap<string, PageRecord>,
  asMade = false,
): Edit[] {
  return edits.map((edit) => {
    const record = known.get(edit.id);
    if (!record || (asMade && !sameValue(record[edit.field], edit.old))) return edit;
    return { ...edit, version: record.version, old: record[edit.field] };
  });
}

export function sameValue(a: EditValue, b: EditValue): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((label, at) => label === b[at]);
  }
  return a === b;
}

/** The record with the changes that are still on their way. */
export function withPending(record: PageRecord, queue: readonly Gesture[]): PageRecord {
  let shown = record;
  for (const { edits } of queue) {
    for (const edit of edits) {
      if (edit.id === record.id) shown = { ...shown, [edit.field]: edit.new };
    }
  }
  return shown;
}

export function saving(queue: readonly Gesture[]): Set<string> {
  return new Set(queue.flatMap(({ edits }) => edits.map((edit) => cell(edit.id, edit.field))));
}

export function quoted(value: EditValue, field: EditField = "annotation"): string {
  if (value === null || value.length === 0) {
    return field === "annotation" ? "no label" : `no ${field}`;
  }
  if (field === "verdict") return spoken(String(value));
  return Array.isArray(value) ? value.join(", ") : value;
}

const VERBS: { [status: string]: string } = {
  Validated: "Validate",
  Discarded: "Discard",
  Default: "Restore",
};

/** "Annotate 3 records as positive", or in the past what was done. */
export function inWords({ field, how, new: value, without }: Action, n: number, past = false) {
  const done = (verb: string) => verb + (past ? (verb.endsWith("e") ? "d" : "ed") : "");
  const what = records(n);
  if (field === "status") return `${done(VERBS[String(value)] ?? "Change")} ${what}`;
  if (how === "alter") {
    const added = ((value ?? []) as string[]).map((label) => `+ ${label}`);
    return `${done("Change")} ${what}: ${[...added, ...without.map((label) => `− ${label}`)].join(", ")}`;
  }
  if (value === null || value.length === 0) return `${done("Remove")} the ${field} of ${what}`;
  if (field === "comment") return `${done("Comment")} on ${what}`;
  return `${done(field === "verdict" ? "Judge" : "Annotate")} ${what} as ${quoted(value, field)}`;
}
