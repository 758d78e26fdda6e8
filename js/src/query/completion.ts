/** The list under the query box: what one may go on with, or what was asked before. */
import { computed, signal } from "@preact/signals";
import type { Completion } from "../protocol";
import type { Store } from "../state/store";
import { earlier, remember } from "./history";

const COMPLETE_AFTER_MS = 90; // within a fast typist's stroke nothing is asked
const SEARCH_AFTER_MS = 700;

type Shown = {
  what: "completions" | "history";
  start: number;
  end: number;
  items: readonly Completion[];
};

export type Completing = ReturnType<typeof createCompleting>;

export function createCompleting(store: Store) {
  const shown = signal<Shown | null>(null);
  const active = signal(-1);
  let latest = 0;
  let asking: ReturnType<typeof setTimeout> | undefined;
  let searching: ReturnType<typeof setTimeout> | undefined;

  const dataset = () => store.config.value.name;

  function close() {
    latest += 1; // whatever is still under way comes too late
    clearTimeout(asking);
    shown.value = null;
    active.value = -1;
  }

  function stop() {
    close();
    clearTimeout(searching);
  }

  async function ask(query: string, caret: number) {
    latest += 1;
    const ticket = latest;
    const found = await store.complete(query, caret);
    if (ticket !== latest || query !== store.draft.value) return;
    active.value = -1;
    shown.value = found && found.items.length > 0 ? { what: "completions", ...found } : null;
  }

  /** Something was typed: what one may go on with soon, the records after a pause. */
  function typed(query: string, caret: number) {
    store.draft.value = query;
    stop();
    asking = setTimeout(() => void ask(query, caret), COMPLETE_AFTER_MS);
    searching = setTimeout(() => {
      const unlessEmpty = shown.value?.what === "completions";
      void store.search(query, { quietly: true, unlessEmpty });
    }, SEARCH_AFTER_MS);
  }

  function showHistory(): boolean {
    close();
    const items = earlier(dataset()).map((put) => ({
      put,
      label: put,
      kind: "earlier",
      detail: "",
    }));
    if (items.length === 0) return false;
    shown.value = { what: "history", start: 0, end: store.draft.value.length, items };
    active.value = 0;
    return true;
  }

  function move(by: number) {
    const size = shown.value?.items.length ?? 0;
    if (size === 0) return;
    clearTimeout(searching); // somebody is choosing: the query is not whole
    // one place more than there are options: none of them
    active.value = ((active.value + 1 + by + size + 1) % (size + 1)) - 1;
  }

  async function search(query: string) {
    stop();
    store.draft.value = query;
    if (await store.search(query)) remember(dataset(), query);
  }

  /** Takes an option; gives where the caret belongs, or null where there is nothing to go on with. */
  function accept(place: number): number | null {
    const list = shown.value;
    const item = list?.items[place];
    if (!list || !item) return null;
    if (list.what === "history") {
      void search(item.put);
      return item.put.length;
    }
    const query = store.draft.value;
    const caret = list.start + item.put.length;
    const next = query.slice(0, list.start) + item.put + query.slice(list.end);
    typed(next, caret);
    return caret;
  }

  return {
    shown: computed(() => shown.value),
    active,
    ask,
    typed,
    showHistory,
    move,
    search,
    accept,
    close,
    stop,
  };
}
