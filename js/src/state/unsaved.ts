/**
 * Changes that a closing view could not save, for the next explorer of the same dataset: a cell that
 * is run again after the kernel died takes its old view away. As long as the page lives, and in it.
 */
import type { Edit } from "../protocol";
import { cell } from "./edits";

const KEY = Symbol.for("rubrix_widget.unsaved");
type Kept = Map<string, Edit[]>; // by the dataset's token

function kept(): Kept {
  const page = globalThis as { [KEY]?: Kept }; // every model evaluates this module anew
  page[KEY] ??= new Map();
  return page[KEY];
}

/** Leaves changes behind; of several to one field, from the first old value to the last new one. */
export function leave(token: string, edits: readonly Edit[]): void {
  if (token === "" || edits.length === 0) return;
  const merged = new Map<string, Edit>();
  for (const edit of [...(kept().get(token) ?? []), ...edits]) {
    const place = cell(edit.id, edit.field);
    merged.set(place, { ...(merged.get(place) ?? edit), new: edit.new });
  }
  kept().set(token, [...merged.values()]);
}

/** Takes what was left behind. */
export function take(token: string): Edit[] {
  const edits = kept().get(token) ?? [];
  kept().delete(token);
  return edits;
}
