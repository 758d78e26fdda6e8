/** Changes of any number of records: which are meant, what would become of them, done if agreed to. */
import { computed, effect, signal } from "@preact/signals";
import { count, records } from "../lib/format";
import type { Action, PlanResult, Scope, TallyResult } from "../protocol";
import type { Annotator } from "./annotate";
import { type Channel, RequestError, uniqueId } from "./channel";
import { inWords, type Meant } from "./edits";
import type { ScopeName, Store } from "./store";

/** A change that waits for a yes; `plan` is null while the kernel counts. */
export type Preview = {
  meant: Meant;
  action: Action;
  plan: PlanResult | null;
  running: boolean;
  /** Why it is shown again, or what went wrong. */
  note: string;
};
export type Bulk = ReturnType<typeof createBulk>;

export function createBulk(channel: Channel, store: Store, annotator: Annotator) {
  const { scope } = store;
  const preview = signal<Preview | null>(null);
  let turn = 0;

  const query = computed(() => {
    const { query, dialect, filters } = store.asked.value;
    return JSON.stringify([query, dialect, filters, store.selected.value]);
  });
  // A scope lasts no longer than what it was chosen in.
  effect(() => {
    if (query.value) scope.value = "selected";
  });
  effect(() => {
    if (store.shown.value.page && scope.peek() === "page") scope.value = "selected";
  });

  const meant = computed<Meant>(() => {
    const here = store.records.value.map(({ id }) => id);
    if (scope.value === "all") {
      const all = store.page.value?.count ?? 0;
      return { scope: { ids: null, view: store.shown.value }, count: all, inSight: false };
    }
    const ids = scope.value === "page" ? here : [...store.selected.value];
    const inSight = ids.every((id) => here.includes(id));
    return { scope: { ids, view: null }, count: ids.length, inSight };
  });

  /** At once where all records are in sight, else after a look at what would become of them. */
  function act(on: Meant, action: Action) {
    if (on.inSight) annotator.act(on.scope.ids ?? [], action);
    else void plan(on, action, "");
  }

  async function plan(on: Meant, action: Action, note: string) {
    turn += 1;
    const mine = turn;
    const asking: Preview = { meant: on, action, plan: null, running: false, note };
    preview.value = asking;
    try {
      const found = await channel.call("plan", { scope: on.scope, action });
      if (turn === mine) preview.value = { ...asking, plan: found };
    } catch (error) {
      if (turn === mine) fail(error as Error);
    }
  }

  function fail({ message }: Error) {
    close();
    store.say(`Nothing was changed: ${message}`, { tone: "bad" });
  }

  /** Does what was shown, and only that: of records that changed meanwhile it is shown anew. */
  async function confirm(reason: string) {
    const now = preview.value;
    if (!now?.plan || now.running) return;
    const { meant: on, action } = now;
    const mine = turn;
    preview.value = { ...now, running: true, note: "" };
    const { digest } = now.plan;
    const wanted = { scope: on.scope, action, digest, reason: reason.trim() || null };
    store.say(`${records(now.plan.changes)} being changed…`);
    try {
      const result = await channel.call("change", { change_id: uniqueId(), ...wanted });
      annotator.take(result);
      store.say(inWords(action, result.changed ?? 0, true), { undo: true });
      if (turn === mine) close();
    } catch (error) {
      if (error instanceof RequestError && error.type === "PlanOutdatedError") {
        void plan(
          on,
          action,
          "Records changed meanwhile. Nothing was done; this is how it is now:",
        );
      } else fail(error as Error);
    }
  }

  function close() {
    turn += 1;
    preview.value = null;
    store.focusOn("record");
  }

  /** How many of some records have each label. */
  async function tally(of: Scope): Promise<TallyResult | null> {
    try {
      return await channel.call("tally", { scope: of });
    } catch (error) {
      store.say(`Not counted: ${(error as Error).message}`, { tone: "bad" });
      return null;
    }
  }

  function clear() {
    scope.value = "selected";
    store.select([]);
  }

  /** All records of the view: by their ids where those can be selected; again, none. */
  async function selectAll() {
    try {
      const { ids, count: all } = await store.call("ids", store.asked.value);
      const chosen = new Set(store.selected.value);
      const one = ids.length === chosen.size && ids.every((id) => chosen.has(id));
      if (scope.value === "all" || (all > 0 && one)) {
        clear();
        return store.say("Nothing is selected");
      }
      const few = ids.length === all;
      store.select(few ? ids : []);
      if (!few) scope.value = "all";
      const what = all === 1 ? "the one record that matches" : `all ${records(all)} that match`;
      store.say(
        few ? `Selected ${what}` : `Meant are ${what}, more than can be selected one by one`,
      );
    } catch (error) {
      store.say(`Not selected: ${(error as Error).message}`, { tone: "bad" });
    }
  }

  return { meant, preview, act, confirm, close, tally, clear, selectAll };
}

/** How the records of a scope are called, in a list of them. */
export function scopeWords(name: ScopeName, store: Store): string {
  if (name === "all") return `all ${count(store.page.value?.count ?? 0)} that match`;
  if (name === "page") return `the page: ${count(store.records.value.length)}`;
  const here = store.records.value.filter(({ id }) => store.selected.value.includes(id)).length;
  const chosen = store.selected.value.length;
  const elsewhere = chosen - here;
  return `${count(chosen)} selected${elsewhere > 0 ? `, ${count(elsewhere)} elsewhere` : ""}`;
}
