/** Changes under way, as data: what may be sent, what the page shows meanwhile. */
import type { Edit, EditField, EditValue, PageRecord } from "../protocol";

/** One gesture: its changes are sent together and undone together. */
export type Gesture = {
  key: string;
  kind: "edit" | "undo" | "redo";
  edits: Edit[];
  sent: boolean;
  /** Made against another kernel's records: told as they were made, so that conflicts are found. */
  asMade?: boolean;
};

/** Names one field of one record. */
export function cell(id: string, field: EditField): string {
  return `${field} ${id}`;
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

/** Edits as they stand against the records now known: version and old value brought up to date. */
export function rebased(edits: readonly Edit[], known: ReadonlyMap<string, PageRecord>): Edit[] {
  return edits.map((edit) => {
    const record = known.get(edit.id);
    return record ? { ...edit, version: record.version, old: record[edit.field] } : edit;
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

export function quoted(value: EditValue): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return "no label";
  return Array.isArray(value) ? value.join(", ") : value;
}
