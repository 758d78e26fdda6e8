/**
 * Changes that a closing view could not save, for the next explorer of the same dataset: a cell that
 * is run again after the kernel died takes its old view away, and so does a reload of the page.
 */
import type { Gesture } from "./edits";

const NAME = "rubrix_widget.unsaved";
const KEY = Symbol.for(NAME);
type Kept = Map<string, Gesture[]>; // by the dataset's token

function kept(): Kept {
  const page = globalThis as { [KEY]?: Kept }; // every model evaluates this module anew
  page[KEY] ??= new Map(fromBefore());
  return page[KEY];
}

/** What the page before its reload left behind. */
function fromBefore(): [string, Gesture[]][] {
  try {
    const found = sessionStorage.getItem(NAME);
    sessionStorage.removeItem(NAME);
    return JSON.parse(found ?? "[]");
  } catch {
    return []; // a frame without storage
  }
}

/** Leaves changes behind, in their order and under their names, by which none is made twice. */
export function leave(token: string, queue: readonly Gesture[]): void {
  const edits = queue.filter(({ kind }) => kind === "edit");
  if (token !== "" && edits.length > 0) kept().set(token, [...(kept().get(token) ?? []), ...edits]);
}

/** Leaves changes behind for the page as it will be after a reload. */
export function leavePage(token: string, queue: readonly Gesture[]): void {
  leave(token, queue);
  try {
    if (kept().size > 0) sessionStorage.setItem(NAME, JSON.stringify([...kept()]));
  } catch {
    // a frame without storage
  }
}

/** Takes what was left behind. */
export function take(token: string): Gesture[] {
  const edits = kept().get(token) ?? [];
  kept().delete(token);
  return edits.map((gesture) => ({ ...gesture, sent: false, asMade: true, done: undefined }));
}
