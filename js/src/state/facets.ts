/** The counts beside the records: what is open, what is asked for, what was answered. */
import { batch, effect, signal } from "@preact/signals";
import type { Filters } from "../lib/filters";
import type { ConfusionResult, FacetResult } from "../protocol";
import type { Channel } from "./channel";
import type { Store } from "./store";

const PAUSE_MS = 60; // gestures in a row are one question
const QUERIED = ["id", "multi_label", "annotated_as_before", "predicted_before"]; // no facets
const OPEN = ["predicted", "annotated_as", "predicted_as", "score", "status"];

export type Facets = ReturnType<typeof createFacets>;

export function createFacets(channel: Channel, store: Store, abort: AbortSignal) {
  const visible = signal(false);
  const open = signal<ReadonlySet<string>>(new Set(OPEN));
  const matrixOpen = signal(false);
  const search = signal<{ [name: string]: string }>({});
  const results = signal<ReadonlyMap<string, FacetResult>>(new Map());
  const matrix = signal<ConfusionResult | null>(null);
  const loading = signal(false);
  const error = signal<string | null>(null);
  let latest = 0;
  let answered = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  function fields() {
    return store.config.value.fields.filter(
      ({ name, kind }) =>
        !["text", "words"].includes(kind) && !QUERIED.includes(name.replace(/@.*/s, "")),
    );
  }

  async function ask(key: string) {
    latest += 1;
    const ticket = latest;
    const { query, dialect, filters } = store.asked.value;
    const names = fields()
      .map(({ name }) => name)
      .filter((name) => open.value.has(name));
    loading.value = true;
    try {
      const answer = await channel.call(
        "facets",
        {
          query,
          dialect,
          filters,
          facets: names,
          search: search.value,
          confusion: matrixOpen.value,
        },
        { background: true },
      );
      if (ticket !== latest) return;
      answered = key;
      batch(() => {
        results.value = new Map([
          ...results.value,
          ...answer.facets.map((one): [string, FacetResult] => [one.name, one]),
        ]);
        if (answer.confusion) matrix.value = answer.confusion;
        error.value = null;
        loading.value = false;
      });
    } catch (problem) {
      if (ticket !== latest) return;
      batch(() => {
        error.value = (problem as Error).message;
        loading.value = false;
      });
    }
  }

  const stop = effect(() => {
    const { query, dialect, filters } = store.asked.value;
    const asks = [query, dialect, filters, [...open.value], search.value, matrixOpen.value];
    const key = JSON.stringify([...asks, store.page.value?.version]);
    clearTimeout(timer);
    const wanted = open.value.size > 0 || matrixOpen.value;
    if (!visible.value || !wanted || store.source.value !== "kernel") return;
    if (store.loading.value || store.problem.value) return; // only a view that is shown is counted
    if (key !== answered) timer = setTimeout(() => void ask(key), PAUSE_MS);
  });
  abort.addEventListener("abort", () => {
    clearTimeout(timer);
    stop();
  });

  return {
    visible,
    open,
    matrixOpen,
    search,
    results,
    matrix,
    loading,
    error,
    fields,
    toggle(name: string) {
      const next = new Set(open.value);
      if (!next.delete(name)) next.add(name);
      open.value = next;
    },
    find(name: string, text: string) {
      search.value = { ...search.value, [name]: text };
    },
    filter: (filters: Filters) => store.load({ ...store.asked.value, filters, page: 1 }),
  };
}
