/** A view for somebody else, or for later: shared, proposed by a link, saved under a name. */
import { batch, effect, signal } from "@preact/signals";
import { takenIn, tokensAt } from "../lib/address";
import { relabelling, steps } from "../lib/python";
import type {
  ProposalResult,
  SavedView,
  ShareResult,
  State,
  Traits,
  View,
  ViewChange,
} from "../protocol";
import { type Channel, uniqueId } from "./channel";
import type { Store } from "./store";
import { inSight, type Sight } from "./tab";

const FRESH: View = {
  query: "",
  dialect: "notebook",
  filters: {},
  sort: [],
  page: 1,
  page_size: 50,
};

export type Sharing = ReturnType<typeof createSharing>;

export function createSharing(channel: Channel, store: Store, abort: AbortSignal, sight: Sight) {
  const shared = signal<ShareResult | null>(null);
  const error = signal<string | null>(null);
  const proposal = signal<(ProposalResult & { token: string }) | null>(null);
  const views = signal<readonly SavedView[] | null>(null);
  /** The lines of Python of what was done last. */
  const gesture = signal<readonly string[]>([]);

  function state(): State {
    const { columns, widths } = store.layout;
    return {
      ...store.asked.value,
      columns: columns.value,
      column_widths: widths.value,
      ...inSight(sight),
    };
  }

  /** Asks for token and code of what is shown. */
  async function share() {
    batch(() => {
      shared.value = null;
      error.value = null;
    });
    const asked = state();
    try {
      const answer = await channel.call("share", { state: asked });
      if (JSON.stringify(asked) === JSON.stringify(state())) shared.value = answer;
      else await share();
    } catch (problem) {
      error.value = (problem as Error).message;
    }
  }

  async function show(wanted: State) {
    const { columns, column_widths, tab, analysis, analysis_options, ...view } = wanted;
    const whole = { ...FRESH, ...(view as Partial<View>) };
    store.draft.value = whole.query;
    if (!(await store.load(whole))) return false;
    channel.set({
      columns: (columns as string[] | undefined) ?? [],
      column_widths: (column_widths as { [name: string]: number } | undefined) ?? {},
      tab: (tab as Traits["tab"] | undefined) ?? "records",
      analysis: (analysis as string | undefined) ?? "scores",
      analysis_options: (analysis_options as Traits["analysis_options"] | undefined) ?? {},
    });
    return true;
  }

  /** Offers what a link in the address shows, if it is of this dataset and nobody decided yet. */
  async function look(window: Window) {
    for (const token of tokensAt(window)) {
      if (takenIn(window).has(token)) continue;
      try {
        const found = await channel.call("propose", { token }, { background: true });
        if (abort.aborted || !found.mine) continue;
        proposal.value = { ...found, token };
        return;
      } catch (problem) {
        store.say(`The link cannot be read: ${(problem as Error).message}`, { tone: "bad" });
      }
    }
  }

  async function decide(window: Window, accept: boolean) {
    const found = proposal.value;
    proposal.value = null;
    if (!found) return;
    takenIn(window).add(found.token);
    if (accept && (await show(found.state))) store.say("The shared view is shown");
    store.focusOn("record");
  }

  /** Changes the saved views, or just reads them; tells whether that went well. */
  async function change(what: ViewChange | null): Promise<boolean> {
    error.value = null;
    try {
      const change = what && { ...what, id: uniqueId() };
      views.value = (await channel.call("views", { change })).views;
      return true;
    } catch (problem) {
      error.value = (problem as Error).message;
      return false;
    }
  }

  channel.onViews(() => {
    if (views.value) void change(null);
  });

  let before = { ...state(), selected: store.selected.value } as State;
  const stops = [
    effect(() => {
      const after = { ...state(), selected: store.selected.value };
      if (store.loading.value || store.source.value !== "kernel") return;
      const lines = steps(before, after);
      before = after;
      if (lines.length > 0) gesture.value = lines;
    }),
    effect(() => {
      const edit = [...store.queue.value].reverse().find((one) => one.kind === "edit");
      const [first] = edit?.edits ?? [];
      if (!edit || first?.field !== "annotation") return;
      const { name, multi_label } = store.config.value;
      const ids = edit.edits.map(({ id }) => id);
      gesture.value = [relabelling(name, first.new as string[] | null, ids, multi_label)];
    }),
  ];
  abort.addEventListener("abort", () => {
    for (const stop of stops) stop();
  });

  return { shared, error, proposal, views, gesture, state, share, show, look, decide, change };
}
