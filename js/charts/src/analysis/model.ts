/** The analyses of an explorer: what each found, of which records, and which of it is shown. */
import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { View } from "../../../src/protocol";
import type { AnalyseResult } from "../../../src/protocol/analysis";
import type { AnalysisRoom } from "../../../src/state/runtime";
import { type Choice, type Chosen, type Kind, kindOf } from "./registry";

/** Which records: all of them that pass. */
export type Of = Pick<View, "query" | "dialect" | "filters">;

export type Work = {
  result: AnalyseResult | null;
  failure: string | null;
  /** The share of it that is done, while it goes on. */
  share: number | null;
  /** The records that the result is of, and all that it depends on. */
  of: Of;
  key: string;
};

/** A row or mark whose records are shown, among those that its analysis is of. */
type Pick_ = { desk: string; query: string; by: By; of: Of; view: Of };
export type By = "row" | "mark";

const FIRST_ASK_MS = 30; // most have been answered by then
const LAST_ASK_MS = 300;
const NO_RECORDS: Of = { query: "", dialect: "notebook", filters: {} };
const NOTHING: Work = { result: null, failure: null, share: null, of: NO_RECORDS, key: "" };

export type Analyses = ReturnType<typeof createAnalyses>;

export function createAnalyses(room: AnalysisRoom) {
  const { store, charts } = room;
  const stops: (() => void)[] = [];
  /** A signal of the page as one of this bundle's, which follows none but its own. */
  function mirrored<T>(page: ReadonlySignal<T>): ReadonlySignal<T> {
    const own = signal(page.value);
    stops.push(
      page.subscribe((value) => {
        own.value = value;
      }),
    );
    return own;
  }
  const page = mirrored(store.page);
  const sight = mirrored(charts.sight);
  const name = mirrored(charts.analysis);
  const options = mirrored(charts.options);
  const look = mirrored(charts.look);
  const config = mirrored(store.config);
  const labels = mirrored(store.labels);
  const editable = mirrored(store.editable);
  const life = mirrored(store.life);
  const gone = computed(() => life.value === "gone");
  const kind = computed(() => kindOf(name.value));

  const works = signal<ReadonlyMap<string, Work>>(new Map());
  const picked = signal<Pick_ | null>(null);
  /** Counts how often one came back to an analysis from its records. */
  const returns = signal(0);
  /** What goes on: its name, and what it depends on. */
  const jobs = new Map<string, { job: string; key: string }>();

  const asked = mirrored(store.asked);
  /** What was asked for, at the same time as its page; a query that is refused is taken back. */
  const shown = computed<Of>(() => {
    const { query, dialect, filters } = asked.value;
    return { query, dialect, filters };
  });
  /** The choice that is in force: once other records are shown it no longer is. */
  const pick = computed(() => {
    const one = picked.value;
    return one && same(one.view, shown.value) ? one : null;
  });

  /** What an analysis is of: all that is shown but for its own choice, as with facets. */
  function of(desk: string): Of {
    return pick.value?.desk === desk ? pick.value.of : shown.value;
  }
  function choices(desk: string): Choice[] {
    const { agents, multi_label } = config.value;
    return kindOf(desk).choices?.(agents, multi_label, options.value) ?? [];
  }
  /** What is chosen for an analysis: of all that is, what it asks for and what there is. */
  function chosen(desk: string): Chosen {
    return Object.fromEntries(
      choices(desk).flatMap(({ name, values }) => {
        const value = options.value[name];
        return value && values.some(([one]) => one === value) ? [[name, value]] : [];
      }),
    );
  }
  function key(desk: string): string {
    return JSON.stringify([of(desk), chosen(desk), page.value?.version ?? 0]);
  }
  function put(desk: string, change: Partial<Work>) {
    const next = { ...(works.peek().get(desk) ?? NOTHING), ...change };
    works.value = new Map(works.peek()).set(desk, next);
  }

  function stop(desk: string) {
    const going = jobs.get(desk);
    if (!going) return;
    drop(desk);
    ask("stop", desk, going.job).catch(() => undefined);
  }

  function drop(desk: string) {
    jobs.delete(desk);
    put(desk, { share: null });
  }

  function ask(what: "begin" | "ask" | "stop", desk: string, job: string) {
    const params = { do: what, job, analysis: desk, ...of(desk), options: chosen(desk) };
    return store.call("analyse", params, { background: true });
  }

  async function begin({ name: desk }: Kind) {
    stop(desk);
    const job = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    const mine = () => jobs.get(desk)?.job === job;
    const made = { of: of(desk), key: key(desk) };
    jobs.set(desk, { job, key: made.key });
    put(desk, { share: 0, failure: null });
    try {
      let answer = await ask("begin", desk, job);
      for (
        let wait = FIRST_ASK_MS;
        mine() && !answer.done;
        wait = Math.min(LAST_ASK_MS, 2 * wait)
      ) {
        put(desk, { share: answer.share });
        await new Promise((resolve) => setTimeout(resolve, wait));
        if (mine()) answer = await ask("ask", desk, job);
      }
      if (!mine()) return;
      const result = answer.error === null ? answer : null;
      put(desk, { ...made, result, failure: answer.error, share: null });
    } catch (error) {
      if (!mine()) return;
      put(desk, { ...made, result: null, failure: (error as Error).message, share: null });
    }
    jobs.delete(desk);
  }

  /** What is quickly counted follows the records that are shown, while it is in sight. */
  const follow = effect(() => {
    if (gone.value) for (const desk of jobs.keys()) drop(desk); // nobody goes on with it
    if (gone.value || sight.value !== "analysis" || !page.value || kind.value.view) return;
    const desk = kind.value.name;
    const wanted = key(desk);
    if (kind.value.finds || jobs.get(desk)?.key === wanted) return;
    if (works.peek().get(desk)?.key !== wanted) void begin(kind.peek());
    else stop(desk); // a query that was refused, and taken back
  });
  stops.push(follow);

  /** Who goes to the analyses by their key gets back to what was chosen there. */
  const focus = mirrored(store.focus);
  const come = effect(() => {
    if (focus.value.on === "analysis") back();
  });
  stops.push(come);

  function open(desk: string) {
    charts.analysis.value = desk;
    charts.tab.value = "analysis";
  }
  function back() {
    const one = pick.peek();
    if (!one) return;
    open(one.desk);
    returns.value = returns.peek() + 1;
  }

  function show(view: Of) {
    store.draft.value = view.query;
    return store.load({ ...store.asked.peek(), ...view, page: 1 });
  }

  return {
    room,
    sight,
    kind,
    look,
    config,
    labels,
    editable,
    gone,
    page,
    pick,
    returns,
    shown,
    begin,
    stop,
    choices,
    chosen,
    work: (desk: string) => works.value.get(desk) ?? NOTHING,
    /** Says what a result is of, where that is not what one would be of now. */
    stale(desk: string): string {
      const work = works.value.get(desk);
      if (!work?.result || work.key === key(desk)) return "";
      const [was, choice] = JSON.parse(work.key);
      if (!same(was, of(desk))) return `of what was shown before: ${inWords(was)}`;
      const other = JSON.stringify(choice) !== JSON.stringify(chosen(desk));
      return other ? "of what was chosen before" : "of the records as they were before a change";
    },
    /** Chooses for all analyses: who looks at one agent's scores looks at its errors next. */
    choose(more: Chosen) {
      charts.options.value = { ...charts.options.peek(), ...more };
    },
    open,
    /** Goes back to where the records were chosen. */
    back,
    /**
     * Shows the records of a query, among those that the analysis is of, or was when found, and
     * goes there, unless one `stays` to take the next.
     */
    take(desk: string, query: string, by: By, stays = false) {
      const found = kindOf(desk).finds && works.value.get(desk)?.of;
      const all = found || of(desk);
      const view = { ...all, query: all.query ? `(${all.query}) AND ${query}` : query };
      batch(() => {
        picked.value = { desk, query, by, of: all, view };
        charts.tab.value = "records";
      });
      void show(view).then((done) => done && !stays && store.focusOn("record"));
    },
    /** Shows again all that the analysis is of. */
    leave() {
      const one = pick.value;
      if (one) void show(one.of).then((done) => done && store.focusOn("record"));
    },
    close() {
      for (const desk of jobs.keys()) stop(desk);
      for (const each of stops) each();
    },
  };
}

function same(one: Of, other: Of): boolean {
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

function plain({ query, dialect, filters }: Of) {
  return [query, dialect, filters];
}

function inWords({ query, filters }: Of): string {
  const filtered = Object.keys(filters).length > 0;
  return (
    [...(query ? [query] : []), ...(filtered ? ["filters"] : [])].join(" with ") || "all records"
  );
}
