/** The charts: which are in sight, what was asked for, what was answered. */
import { batch, computed, effect, signal } from "@preact/signals";
import type { Look } from "../lib/drawing";
import type { Filters } from "../lib/filters";
import type { ChartResult, Traits } from "../protocol";
import type { Channel } from "./channel";
import { loadRuntime, type Runtime } from "./runtime";
import type { Store } from "./store";

const PAUSE_MS = 60; // gestures in a row are one question

export const CHARTS = [
  "confusion_matrix",
  "scores",
  "reliability",
  "labels",
  "text_length",
  "words",
  "field",
] as const;
export type ChartName = (typeof CHARTS)[number];

export type Answer = { result: ChartResult | null; error: string | null; loading: boolean };
const NOTHING: Answer = { result: null, error: null, loading: false };

export type Charts = ReturnType<typeof createCharts>;

export function createCharts(channel: Channel, store: Store, abort: AbortSignal) {
  const tab = signal<Traits["tab"]>("records");
  const analysis = signal("scores");
  const options = signal<Traits["analysis_options"]>({});
  const visible = signal<ReadonlySet<ChartName>>(new Set());
  const answers = signal<ReadonlyMap<ChartName, Answer>>(new Map());
  const chosen = signal<string | null>(null);
  const look = signal<Look | null>(null);
  const runtime = signal<Runtime | null>(null);
  const failure = signal<Error | null>(null);
  const gone = computed(() => channel.life.value === "gone");
  /** Nothing was drawn or analysed, and only a kernel can. */
  const off = computed(() => store.unanswered.value || (gone.value && !runtime.value && !drawn()));
  /** The tab that is chosen, where it would not take the place of records that were saved. */
  const sight = computed(() =>
    store.source.value === "snapshot" || off.value ? "records" : tab.value,
  );
  const drawn = () => [...answers.value.values()].some(({ result }) => result);
  const tickets = new Map<ChartName, number>();
  const answered = new Map<ChartName, string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Fields to choose from, those of the records' own metadata first. */
  function fields(): string[] {
    const names = store.config.value.fields
      .filter(({ kind, name }) => !["text", "words"].includes(kind) && !OTHERWISE.has(name))
      .map(({ name }) => name);
    return names.sort((a, b) => own(b) - own(a));
  }
  const field = () => chosen.value ?? fields()[0] ?? "status";

  function put(name: ChartName, change: Partial<Answer>) {
    const next = { ...(answers.value.get(name) ?? NOTHING), ...change };
    answers.value = new Map(answers.value).set(name, next);
  }

  async function ask(name: ChartName, key: string) {
    const ticket = (tickets.get(name) ?? 0) + 1;
    tickets.set(name, ticket);
    answered.set(name, key);
    const { query, dialect, filters } = store.asked.value;
    const params = { query, dialect, filters, chart: name, field: name === "field" ? field() : "" };
    put(name, { loading: true });
    try {
      const result = await channel.call("chart", params, { background: true });
      if (ticket !== tickets.get(name)) return;
      put(name, { result, error: null, loading: false });
      void fetch();
    } catch (problem) {
      if (ticket !== tickets.get(name)) return;
      answered.delete(name);
      put(name, { error: (problem as Error).message, loading: false });
    }
  }

  async function fetch() {
    if (runtime.value) return;
    try {
      const loaded = await loadRuntime(channel, store.config.value.runtime);
      batch(() => {
        runtime.value = loaded;
        failure.value = null;
      });
    } catch (error) {
      failure.value = error as Error;
    }
  }

  const stop = effect(() => {
    const { query, dialect, filters } = store.asked.value;
    const version = store.page.value?.version;
    const key = (name: ChartName) =>
      JSON.stringify([query, dialect, filters, version, name === "field" && field()]);
    const wanted = [...visible.value].filter((name) => key(name) !== answered.get(name));
    clearTimeout(timer);
    if (tab.value !== "charts" || wanted.length === 0 || store.source.value !== "kernel") return;
    if (store.loading.value || store.problem.value) return; // only what is shown is drawn
    timer = setTimeout(() => {
      for (const name of wanted) void ask(name, key(name));
    }, PAUSE_MS);
  });
  const analysing = effect(() => {
    if (sight.value === "analysis") void fetch();
  });
  abort.addEventListener("abort", () => {
    clearTimeout(timer);
    stop();
    analysing();
  });
  channel.onReconnect(() => answered.clear());

  /** Searches within what is shown. */
  function within(part: string) {
    const { query } = store.asked.value;
    store.draft.value = query ? `(${query}) AND ${part}` : part;
    return store.search(store.draft.value);
  }

  return {
    tab,
    analysis,
    options,
    sight,
    off,
    gone,
    answers,
    look,
    runtime,
    failure,
    fields,
    field,
    choose(name: string) {
      chosen.value = name;
    },
    see(name: ChartName, seen: boolean) {
      if (visible.value.has(name) === seen) return;
      const next = new Set(visible.value);
      if (seen) next.add(name);
      else next.delete(name);
      visible.value = next;
    },
    /** Quotes keep a word from being an operator. */
    narrow: (word: string) => within(`"${word.replace(/["\\]/g, "\\$&")}"`),
    filter: (filters: Filters) => store.load({ ...store.asked.value, filters, page: 1 }),
  };
}

/** Not drawn, or by charts of their own. */
const OTHERWISE = new Set(["id", "multi_label", "score", "annotated_as", "metrics.text_length"]);
const own = (name: string) => Number(name.startsWith("metadata."));
