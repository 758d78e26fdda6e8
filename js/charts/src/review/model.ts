/** A review as it goes on: records in hand, the one before one's eyes, verdicts on their way. */
import { batch, computed, effect, signal } from "@preact/signals";
import type { EditResult } from "../../../src/protocol/changes";
import type { ReviewResult, Verdict } from "../../../src/protocol/reviewing";
import type { Analyses } from "../analysis/model";
import {
  changed,
  type Entry,
  editsOf,
  labelled,
  type Move,
  merged,
  sameLabels,
  told,
} from "./judging";

export type Review = ReturnType<typeof createReview>;

const FEW = 4; // records in hand, with fewer of which others are asked for
const EVERY = "5"; // drawn at random: a fifth of the work tells what the rest of it is worth

export function createReview(analyses: Analyses) {
  const { store, annotator } = analyses.room;
  const entries = signal<readonly Entry[]>([]);
  const at = signal(0);
  const result = signal<ReviewResult | null>(null);
  const failure = signal<string | null>(null);
  const chosen = computed(() => {
    const { agent = null, every = EVERY } = analyses.chosen("review");
    return { agent, every: Number(every) };
  });
  const said = signal("");
  const current = computed(() => entries.value[at.value] ?? null);
  let latest = 0;
  let of = "";

  /** Asks what comes next; `anew` lets go of what is in hand. */
  async function ask(anew = false) {
    latest += 1;
    const ticket = latest;
    const before = anew ? [] : entries.peek().slice(0, at.peek());
    const passed = before.filter(({ record }) => !record.verdict).map(({ record }) => record.id);
    const { query, dialect, filters } = analyses.shown.peek();
    try {
      const answer = await store.call(
        "review",
        { query, dialect, filters, ...chosen.peek(), passed },
        { background: true },
      );
      if (ticket !== latest) return;
      batch(() => {
        if (anew) entries.value = entries.peek().slice(0, at.peek());
        failure.value = null;
        result.value = answer;
        const hand = merged({ entries: entries.peek(), at: at.peek() }, answer.records);
        entries.value = hand.entries;
        at.value = hand.at;
      });
    } catch (error) {
      if (ticket === latest) failure.value = (error as Error).message;
    }
  }

  const follow = effect(() => {
    const { page, sight, shown } = analyses;
    const version = page.value?.version ?? 0;
    const wanted = JSON.stringify([shown.value, chosen.value]);
    if (sight.value !== "analysis" || !page.value) return;
    if (wanted !== of) {
      of = wanted;
      batch(() => {
        entries.value = [];
        at.value = 0;
      });
      void ask(true);
    } else if (version > (result.peek()?.version ?? 0)) void ask();
  });

  function put(id: string, change: (entry: Entry) => Partial<Entry>) {
    entries.value = entries
      .peek()
      .map((entry) => (entry.record.id === id ? { ...entry, ...change(entry) } : entry));
  }

  function goTo(id: string) {
    const place = entries.peek().findIndex(({ record }) => record.id === id);
    if (place >= 0) at.value = place;
    return place >= 0;
  }

  function step(by: number) {
    const to = at.peek() + by;
    if (to < 0) said.value = "This is the first record of this sitting.";
    if (to < 0 || (by > 0 && !current.peek())) return;
    at.value = to;
    if (entries.peek().length - to < FEW) void ask();
  }

  function judge(verdict: Verdict, labels?: string[]) {
    const entry = current.peek();
    if (!entry || !store.editable.value) return;
    const chosen = verdict === "label_wrong" ? (labels ?? entry.other ?? undefined) : undefined;
    if (entry.saving) said.value = "Its verdict is being saved.";
    else if (verdict === "label_wrong" && !chosen) {
      said.value = "The model names no other label: choose the right one.";
    } else if (chosen && sameLabels(chosen, entry.given.annotation)) {
      said.value = `It is annotated as ${chosen.join(", ") || "nothing"} already.`;
    } else send(entry, verdict, chosen);
  }

  function send(entry: Entry, verdict: Verdict, labels?: string[]) {
    const { id } = entry.record;
    const edits = editsOf(entry, verdict, labels);
    batch(() => {
      const record = changed(entry.record, edits);
      put(id, () => ({ record, saving: true, problem: undefined }));
      said.value = `${told(verdict)}${labels ? `: ${labels.join(", ") || "no label"}` : ""}`;
      at.value += 1;
    });
    annotator.make(edits, (answer) => {
      if (answer instanceof Error) back(entry, `Not saved: ${answer.message}`);
      else if (answer.conflicts?.length) void contradicted(entry);
      else settle(id, answer);
      void ask();
    });
  }

  function settle(id: string, { applied }: EditResult) {
    const now = applied.find((record) => record.id === id);
    put(id, ({ record }) => ({
      record: now ? { ...record, ...now, inputs: record.inputs } : record,
      saving: false,
    }));
  }

  /** Puts a record before one's eyes again, as it was. */
  function back(entry: Entry, problem: string) {
    batch(() => {
      put(entry.record.id, () => ({ ...entry, saving: false, problem }));
      goTo(entry.record.id);
      said.value = "";
    });
  }

  /** Somebody was faster: the record comes again, as it is now. */
  async function contradicted(entry: Entry) {
    const { id } = entry.record;
    const problem = "Changed by someone else meanwhile, and not judged: this is how it is now.";
    back(entry, problem);
    const { query, dialect } = analyses.shown.peek();
    const found = await store
      .call("record", { id, query, dialect }, { background: true })
      .catch(() => null);
    if (!found) return;
    const record = { ...entry.record, ...found.record, inputs: entry.record.inputs };
    put(id, () => ({ record, given: record, problem }));
  }

  function undo() {
    annotator.step("undo", undefined, (answer) => {
      if (answer instanceof Error) {
        said.value = `Could not undo: ${answer.message}`;
        return;
      }
      const [one] = answer.applied;
      said.value = answer.said ?? "Undone";
      if (!one) return;
      settle(one.id, answer);
      void ask(!goTo(one.id));
    });
  }

  function move(name: Move) {
    said.value = "";
    if (name === "next") step(1);
    else if (name === "previous") step(-1);
    else if (name === "undo") undo();
    else if (typeof name === "number") choose(name - 1);
    else judge(name);
  }

  /** The label is wrong, and this is the right one, by its place. */
  function choose(place: number) {
    const label = store.labels.value[place];
    const entry = current.peek();
    if (label === undefined) said.value = `There is no label ${place + 1}`;
    else if (entry) judge("label_wrong", labelled(entry, label, store.config.value.multi_label));
  }

  return {
    entries,
    at,
    current,
    result,
    failure,
    chosen,
    said,
    move,
    choose,
    ask: () => void ask(),
    close: follow,
  };
}
