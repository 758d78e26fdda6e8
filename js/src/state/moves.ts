/** Makes the moves that keys name. */
import type { Move } from "../lib/keys";
import type { Annotator } from "./annotate";
import { cell } from "./edits";
import type { Store } from "./store";

export function perform(move: Move, store: Store, annotator: Annotator): void {
  const records = store.records.value;
  const id = store.current.value;
  const at = records.findIndex((record) => record.id === id);

  const to = (index: number) => {
    const record = records[Math.min(Math.max(0, index), records.length - 1)];
    if (!record) return;
    if (index >= records.length && (store.page.value?.pages ?? 1) > store.asked.value.page) {
      store.say("Last record of the page: ] goes to the next");
    }
    store.current.value = record.id;
    store.focusOn("record");
  };
  const turn = async (by: number) => {
    if (await store.goTo(store.asked.value.page + by)) store.focusOn("record");
  };
  const contested = id
    ? (["annotation", "status"] as const)
        .map((field) => cell(id, field))
        .find((key) => annotator.conflicts.value.has(key))
    : undefined;

  if (move.startsWith("assign_label_")) {
    if (id) annotator.assign(id, Number(move.slice("assign_label_".length)) - 1);
    return;
  }
  switch (move) {
    case "focus_query":
      return store.focusOn("query");
    case "next_record":
      return to(at + 1);
    case "previous_record":
      return to(at - 1);
    case "first_record":
      return to(0);
    case "last_record":
      return to(records.length - 1);
    case "open_record":
      if (contested) annotator.resolve(contested, "mine");
      else if (id) store.opened.value = store.opened.value === id ? null : id;
      return;
    case "validate":
      if (id) annotator.setStatus([id], "Validated");
      return;
    case "discard":
      if (id) annotator.setStatus([id], "Discarded");
      return;
    case "select_record":
      if (id) store.toggleSelected(id);
      return;
    case "select_page":
      return store.toggleSelectedPage();
    case "undo":
      return annotator.undo();
    case "redo":
      return annotator.redo();
    case "previous_page":
      return void turn(-1);
    case "next_page":
      return void turn(1);
    case "sort":
      return store.focusOn("sort");
    case "help":
      store.help.value = true;
      return;
    case "escape":
      if (contested) annotator.resolve(contested, "theirs");
      else if (store.opened.value) store.opened.value = null;
      store.focusOn("record");
      return;
  }
}
