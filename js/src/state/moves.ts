/** Makes the moves that keys name. */
import type { Move } from "../lib/keys";
import type { Annotator } from "./annotate";
import type { Bulk } from "./bulk";
import { cell, FIELDS } from "./edits";
import type { Store } from "./store";

export function perform(move: Move, store: Store, annotator: Annotator, bulk: Bulk): void {
  const records = store.records.value;
  const id = store.current.value;
  const at = records.findIndex((record) => record.id === id);

  const onPage = store.asked.value.page;
  const pages = store.page.value?.pages ?? 1;

  const to = (index: number) => {
    const record = records[Math.min(Math.max(0, index), records.length - 1)];
    if (!record) return;
    if (index >= records.length && pages > onPage) {
      store.say("Last record of the page: ] goes to the next");
    }
    store.current.value = record.id;
    store.focusOn("record");
  };
  const turn = async (by: number) => {
    if (await store.goTo(onPage + by)) store.focusOn("record");
  };
  const contested = id
    ? FIELDS.map((field) => cell(id, field)).find((key) => annotator.conflicts.value.has(key))
    : undefined;

  if (move.startsWith("assign_label_")) {
    if (id) annotator.assign(id, Number(move.slice("assign_label_".length)) - 1);
    return;
  }
  const makes: { [one in Exclude<Move, `assign_label_${string}`>]: () => void } = {
    focus_query: () => store.focusOn("query"),
    next_record: () => to(at + 1),
    previous_record: () => to(at - 1),
    first_record: () => to(0),
    last_record: () => to(records.length - 1),
    open_record: () => {
      if (contested) annotator.resolve(contested, "mine");
      else if (id) store.opened.value = store.opened.value === id ? null : id;
    },
    validate: () => id && annotator.setStatus(id, "Validated"),
    discard: () => id && annotator.setStatus(id, "Discarded"),
    select_record: () => id && store.toggleSelected(id),
    select_page: store.toggleSelectedPage,
    select_all: () => void bulk.selectAll(),
    comment: () => {
      if (!id) return;
      store.opened.value = id;
      store.focusOn("comment");
    },
    copy: () => {
      if (id) store.box.value = { kind: "copy" };
    },
    go_to: () => {
      store.box.value = { kind: "goto" };
    },
    first_page: () => void turn(-onPage + 1),
    last_page: () => void turn(pages - onPage),
    sort_keys: () => {
      store.box.value = { kind: "sort" };
    },
    undo: () => annotator.step("undo"),
    redo: () => annotator.step("redo"),
    previous_page: () => void turn(-1),
    next_page: () => void turn(1),
    sort: () => store.focusOn("sort"),
    focus_facets: () => store.focusOn("facets"),
    charts: () => store.focusOn("charts"),
    analysis: () => store.focusOn("analysis"),
    help: () => {
      store.help.value = true;
    },
    escape: () => {
      if (store.box.value) store.box.value = null;
      else if (contested) annotator.resolve(contested, "theirs");
      else if (store.opened.value) store.opened.value = null;
      store.focusOn("record");
    },
  };
  makes[move as keyof typeof makes]();
}
