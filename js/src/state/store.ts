/** Everything one view of the explorer knows, and the pages it asks for. */
import { batch, computed, effect, signal } from "@preact/signals";
import { records as inWords } from "../lib/format";
import type {
  CompleteResult,
  PageRecord,
  PageResult,
  RecordResult,
  SortKey,
  View,
} from "../protocol";
import { createAhead } from "./ahead";
import type { Channel } from "./channel";
import { type Gesture, type Meant, saving, withPending } from "./edits";
import { createLayout } from "./layout";
import { asProblem, type Problem } from "./problem";
import { createSelected } from "./selected";
import { createTurns } from "./turns";
import {
  changed,
  NEEDS_KERNEL,
  pageOfSnapshot,
  readConfig,
  readView,
  sameView,
  sortedBy,
  viewKey,
} from "./view";

/** What is said; of a `record` that may not be in sight, so that one can go there. */
export type Said = {
  text: string;
  tone: "plain" | "bad";
  undo: boolean;
  record?: string | undefined;
};
export type FocusTarget =
  | "record"
  | "query"
  | "sort"
  | "facets"
  | "charts"
  | "analysis"
  | "comment";
/** The box that is open beside the table or a record. */
export type Box =
  | { kind: "columns" | "sort" | "copy" }
  /** Jump to a record or a page; perhaps to one that was found not to be in the view. */
  | { kind: "goto"; absent?: string };
export type ScopeName = "selected" | "page" | "all";
/** The open list of labels: for one record, or for several. */
export type Menu = { meant: Meant; anchor: Element };

export type Store = ReturnType<typeof createStore>;

export function createStore(channel: Channel) {
  const config = signal(readConfig(channel.get("config")));
  const asked = signal<View>(readView(channel.get));
  /** The view of the page that is shown. */
  const shown = signal<View>(asked.value);
  const saved = pageOfSnapshot(channel.get("snapshot"), asked.value);
  const page = signal<PageResult | null>(saved);
  const source = signal<"nothing" | "snapshot" | "kernel">(saved ? "snapshot" : "nothing");
  const loading = signal(false);
  const problem = signal<Problem | null>(null);
  const draft = signal(asked.value.query);
  const {
    selected,
    select,
    toggle,
    read: readSelected,
  } = createSelected(channel, (message) => say(`Not selected: ${message}`, { tone: "bad" }));
  /** Which records the bar's buttons mean. */
  const scope = signal<ScopeName>("selected");
  const clamp = signal(channel.get("clamp") ?? 3);
  const layout = createLayout(channel);
  const queue = signal<readonly Gesture[]>([]);
  const current = signal<string | null>(page.value?.records[0]?.id ?? null);
  const opened = signal<string | null>(null);
  const menu = signal<Menu | null>(null);
  const box = signal<Box | null>(null);
  const help = signal(false);
  const said = signal<Said>({ text: "", tone: "plain", undo: false });
  const focus = signal<{ on: FocusTarget; turn: number }>({ on: "record", turn: 0 });
  const wholes = signal<ReadonlyMap<string, RecordResult>>(new Map());
  const drafts = new Map<string, string>(); // comments being written
  const canUndo = signal(false);
  const canRedo = signal(false);

  const records = computed<PageRecord[]>(() =>
    (page.value?.records ?? []).map((record) => withPending(record, queue.value)),
  );
  const labels = computed(() => [
    ...new Set([...config.value.labels, ...(page.value?.labels ?? []).map(({ name }) => name)]),
  ]);
  /** Records can be changed once the kernel has told their versions. */
  const editable = computed(() => source.value === "kernel");
  /** Nobody has answered yet: what is shown was saved, and only a kernel can change it. */
  const unanswered = computed(
    () => source.value === "snapshot" && ["gone", "busy"].includes(channel.life.value),
  );
  const total = computed(() => page.value?.total ?? config.value.total);

  const remembered = new Map<string, string>(); // where the hand was on each page
  let followed = asked.value; // the traits last seen
  let version = 0;
  let drawn = 0; // the version that the page was drawn from
  const begin = createTurns();
  let written: { query: string; unlessEmpty: boolean } | null = null; // asked quietly, not answered
  const ahead = createAhead(channel, () => ({ version, view: asked.value }));

  function say(text: string, more: Partial<Omit<Said, "text">> = {}) {
    said.value = { text, tone: "plain", undo: false, ...more };
  }

  function focusOn(on: FocusTarget) {
    focus.value = { on, turn: focus.value.turn + 1 };
  }

  function learn(result: { version?: number; can_undo?: boolean; can_redo?: boolean }) {
    version = Math.max(version, result.version ?? 0);
    canUndo.value = result.can_undo ?? canUndo.value;
    canRedo.value = result.can_redo ?? canRedo.value;
  }

  function show(view: View, result: PageResult, keeping = false) {
    const at = { ...view, page: result.page };
    batch(() => {
      const before = page.value?.records.findIndex((record) => record.id === current.value) ?? 0;
      const ids = result.records.map((record) => record.id);
      asked.value = at;
      shown.value = at;
      page.value = result;
      source.value = "kernel";
      problem.value = null;
      loading.value = false;
      learn(result);
      const kept = [current.value, remembered.get(viewKey(at))].find(
        (id) => id != null && ids.includes(id),
      );
      current.value = kept ?? (keeping ? ids[Math.min(before, ids.length - 1)] : ids[0]) ?? null;
      if (!ids.includes(opened.value ?? "")) opened.value = null;
      wholes.value = new Map();
    });
    drawn = result.version;
    tell(at);
    void ahead.look(at, result);
  }

  /** The state others see: only what really is on the page, and only what changed. */
  function tell(view: View) {
    const changes = changed(readView(channel.get), view);
    if (Object.keys(changes).length > 0) channel.set(changes);
  }

  /**
   * Asks for a view; answers to earlier questions are not shown any more. What is asked quietly
   * changes nothing until it is answered, and is nothing to what was asked in earnest.
   */
  async function load(
    view: View,
    { keeping = false, quietly = false, unlessEmpty = false } = {},
  ): Promise<boolean> {
    const turn = begin(quietly);
    const mine = quietly ? { query: view.query, unlessEmpty } : null;
    written = mine;
    const fetched = ahead.of(view);
    if (fetched) {
      turn.take();
      show(view, fetched);
      return true;
    }
    if (!quietly) asked.value = view;
    loading.value = true;
    try {
      const result = await channel.call("page", view);
      if (turn.late()) return false;
      if (!unlessEmpty || result.count > 0) {
        turn.take();
        show(view, result, keeping);
        return true;
      }
      loading.value = false;
      return false;
    } catch (error) {
      if (turn.late()) return false;
      batch(() => {
        loading.value = false;
        if (quietly) return;
        asked.value = shown.value; // what is still on the page
        problem.value = asProblem(error, view.query);
      });
      return false;
    } finally {
      if (written === mine) written = null;
    }
  }

  /** The same view again, from data that changed; the hand stays where it is. */
  async function refresh() {
    ahead.forget();
    const meant = written;
    const found = await load(asked.value, { keeping: true });
    if (meant) void search(meant.query, { ...meant, quietly: true });
    return found;
  }

  /** Counts and accuracy after an edit, with the records left where they are. */
  async function recount() {
    const view = asked.value;
    try {
      const before = version;
      const result = await channel.call("page", view, { background: true });
      if (!page.value || !sameView(view, asked.value) || queue.value.length > 0) return;
      if (result.version > before) {
        void refresh(); // somebody else changed something too
        return;
      }
      const { records, page: at, took_ms } = page.value;
      page.value = { ...result, records, page: at, pages: Math.max(at, result.pages), took_ms };
      void ahead.look(view, result);
    } catch {
      // the numbers stay as they were until the next answer
    }
  }

  /**
   * Asks a query; `quietly` while it is being written, when a fault is not one yet, and
   * `unlessEmpty` within a word, of which there may be none until it is whole.
   */
  function search(query: string, { quietly = false, unlessEmpty = false } = {}) {
    const view = { ...asked.value, query: query.trim(), page: 1 };
    if (quietly && view.query === (written ?? asked.value).query) return Promise.resolve(false);
    return load(view, { quietly, unlessEmpty });
  }

  /** What the query may go on with at a place in it; nothing when nobody can tell. */
  async function complete(query: string, caret: number): Promise<CompleteResult | null> {
    try {
      const { dialect } = asked.value;
      return await channel.call("complete", { query, caret, dialect }, { background: true });
    } catch {
      return null;
    }
  }

  function goTo(number: number) {
    if (unanswered.value) {
      say(NEEDS_KERNEL);
      return Promise.resolve(false);
    }
    const pages = page.value?.pages ?? 1;
    const to = Math.min(Math.max(1, number), pages);
    if (to === asked.value.page) return Promise.resolve(false);
    if (current.value) remembered.set(viewKey(asked.value), current.value);
    return to === asked.value.page + 1 ? goOn() : load({ ...asked.value, page: to });
  }

  /** To the next page; but where changed records left this view, what moved up here comes first. */
  async function goOn(): Promise<boolean> {
    const view = asked.value;
    const next = { ...view, page: view.page + 1 };
    if (version === drawn && queue.value.length === 0) return load(next);
    const turn = begin();
    written = null;
    loading.value = true;
    const result = await channel.call("page", view).catch(() => null);
    if (turn.late()) return false;
    const seen = new Set(records.value.map(({ id }) => id));
    const moved = (result?.records ?? []).filter(({ id }) => !seen.has(id));
    if (!result || !moved[0]) return load(next);
    turn.take();
    show(view, result);
    current.value = moved[0].id;
    say(`Page ${result.page} again: ${inWords(moved.length)} moved up, as others left the result`);
    return true;
  }

  function sortBy(field: string, adding: boolean) {
    return load({ ...asked.value, sort: sortedBy(asked.value.sort, field, adding), page: 1 });
  }

  function setSort(sort: SortKey[]) {
    return load({ ...asked.value, sort, page: 1 });
  }

  function setPageSize(page_size: number) {
    const at = records.value.findIndex((record) => record.id === current.value);
    const place = (asked.value.page - 1) * asked.value.page_size + Math.max(0, at);
    return load({ ...asked.value, page_size, page: Math.floor(place / page_size) + 1 });
  }

  /** Fetches all of a record: whole texts, explanation, history. */
  async function fetchWhole(id: string): Promise<string | null> {
    try {
      const { query, dialect } = asked.value;
      const result = await channel.call("record", { id, query, dialect });
      wholes.value = new Map(wholes.value).set(id, result);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Goes to a record of a page of this view. */
  async function showRecord(id: string, number: number) {
    if (number !== asked.value.page && !(await goTo(number))) return;
    current.value = id;
    focusOn("record");
  }

  channel.onTraits(() => {
    const view = readView(channel.get);
    config.value = readConfig(channel.get("config"));
    clamp.value = channel.get("clamp") ?? 3;
    readSelected();
    layout.read();
    if (sameView(view, followed)) return;
    followed = view;
    if (sameView(view, asked.value)) return;
    if (draft.value === asked.value.query) draft.value = view.query; // nobody is typing
    void load(view);
  });

  channel.onReconnect(() => void refresh());
  let stale = false;
  channel.onChanged((to) => {
    stale ||= to > version; // what we changed ourselves we were told before
    catchUp();
  });
  /** Shows what others changed, once our own changes are answered. */
  function catchUp() {
    if (!stale || queue.value.length > 0) return;
    stale = false;
    void refresh();
  }
  effect(() => {
    if (queue.value.length === 0) queueMicrotask(catchUp);
  });

  return {
    life: channel.life,
    config,
    asked,
    shown,
    page,
    source,
    loading,
    problem,
    draft,
    selected,
    scope,
    clamp,
    layout,
    queue,
    current,
    opened,
    menu,
    box,
    help,
    said,
    focus,
    wholes,
    drafts,
    canUndo,
    canRedo,
    records,
    labels,
    editable,
    unanswered,
    /** The confusion matrix that was saved with the records. */
    savedMatrix: saved ? (channel.get("snapshot").confusion ?? null) : null,
    total,
    saving: computed(() => saving(queue.value)),
    say,
    focusOn,
    learn,
    load,
    refresh,
    recount,
    search,
    complete,
    goTo,
    sortBy,
    setSort,
    setPageSize,
    toggleSelected: (id: string) => toggle([id]),
    toggleSelectedPage: () => toggle(records.value.map(({ id }) => id)),
    select,
    fetchWhole,
    showRecord,
    call: channel.call,
  };
}
