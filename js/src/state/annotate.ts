/** Changing records: shown at once, sent in order, told when done, put back when refused. */
import { batch, effect, signal } from "@preact/signals";
import { records } from "../lib/format";
import type {
  Action,
  Conflict,
  Edit,
  EditField,
  EditResult,
  EditValue,
  PageRecord,
  RecordPayload,
  Status,
} from "../protocol";
import { type Channel, uniqueId } from "./channel";
import {
  cell,
  type Done,
  type Gesture,
  inWords,
  made,
  quoted,
  ready,
  rebased,
  replace,
  sameValue,
} from "./edits";
import type { Store } from "./store";
import { leave, leavePage, take as takeLeft } from "./unsaved";

/** Counts are asked for again when the hand rests this long. */
const REST_MS = 300;

export type Annotator = ReturnType<typeof createAnnotator>;

export function createAnnotator(channel: Channel, store: Store, abort: AbortSignal) {
  const conflicts = signal<ReadonlyMap<string, Conflict>>(new Map());
  const failures = signal<ReadonlyMap<string, string>>(new Map());
  let rest: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    if (store.editable.value) queueMicrotask(takeUp);
  });
  abort.addEventListener("abort", () => {
    clearTimeout(rest);
    stop();
    leave(store.config.value.token, store.queue.value);
  });
  globalThis.addEventListener?.(
    "pagehide",
    () => leavePage(store.config.value.token, store.queue.value),
    { signal: abort },
  );

  /** Saves what a view before this one, whose kernel is gone, could not. */
  function takeUp() {
    stop();
    if (!abort.aborted) for (const one of takeLeft(store.config.value.token)) enqueue(one);
  }

  function known() {
    return new Map((store.page.value?.records ?? []).map((record) => [record.id, record]));
  }

  function enqueue(gesture: Gesture) {
    store.queue.value = [...store.queue.value, gesture];
    pump();
  }

  function pump() {
    for (const gesture of ready(store.queue.value)) {
      const edits = gesture.done ? gesture.edits : rebased(gesture.edits, known(), gesture.asMade);
      store.queue.value = store.queue.value.map((one) =>
        one === gesture ? { ...gesture, edits, sent: true } : one,
      );
      const answer =
        gesture.kind === "edit"
          ? channel.call("edit", { edit_id: gesture.key, edits })
          : gesture.kind === "undo"
            ? channel.call("undo", { group: gesture.group ?? null, dry_run: false })
            : channel.call("redo", {});
      answer.then(
        (result) => settle(gesture, result, edits),
        (error: Error) => refuse(gesture, error),
      );
    }
  }

  function finish(gesture: Gesture) {
    store.queue.value = store.queue.value.filter(({ key }) => key !== gesture.key);
  }

  function settle(gesture: Gesture, result: EditResult, edits: Edit[]) {
    batch(() => {
      finish(gesture);
      const last = edits.at(-1); // of a verdict, which stands behind what else it did
      const action = gesture.action ?? (last && replace(last.field, last.new));
      take(result);
      if (gesture.done) return gesture.done(result);
      const found = result.conflicts ?? [];
      if (found.length > 0) contradict(found);
      else if (action) store.say(inWords(action, idsOf(edits).length, true), { undo: true });
      if (gesture.kind === "edit") return;
      const fallback = gesture.kind === "undo" ? "Undone" : "Done again";
      store.say(result.said ?? fallback, { tone: result.refused ? "bad" : "plain" });
      restoreHand(result.applied);
    });
    pump();
  }

  /** Takes in what changed: the records told, or the whole page anew where there are more. */
  function take(result: EditResult) {
    store.learn(result);
    merge(result.applied, result);
    clearTimeout(rest);
    if ((result.changed ?? 0) > result.applied.length) void store.refresh();
    else rest = setTimeout(() => void store.recount(), REST_MS);
  }

  function refuse(gesture: Gesture, error: Error) {
    batch(() => {
      finish(gesture);
      if (gesture.done) return gesture.done(error);
      const next = new Map(failures.value);
      for (const edit of gesture.edits) next.set(cell(edit.id, edit.field), error.message);
      failures.value = next;
      const what = gesture.kind === "edit" ? "Not saved" : `Could not ${gesture.kind}`;
      store.say(`${what}: ${error.message}`, { tone: "bad" });
    });
    pump();
  }

  /** What the kernel made of the records, into the page; texts and marks stay. */
  function merge(applied: RecordPayload[], { labels }: EditResult) {
    const page = store.page.value;
    if (!page) return;
    const byId = new Map(applied.map((record) => [record.id, record]));
    store.page.value = {
      ...page,
      labels: Array.isArray(labels) && typeof labels[0] === "object" ? labels : page.labels,
      records: page.records.map((record) => {
        const now = byId.get(record.id);
        return now ? { ...record, ...now, inputs: record.inputs } : record;
      }),
    };
    forget(applied.map((record) => record.id));
  }

  function forget(ids: string[]) {
    const about = (key: string) => ids.some((id) => key.endsWith(` ${id}`));
    const rest = <V>(map: ReadonlyMap<string, V>) =>
      new Map([...map].filter(([key]) => !about(key)));
    conflicts.value = rest(conflicts.value);
    failures.value = rest(failures.value);
  }

  /** Somebody was faster: theirs becomes the value, ours is offered beside it. */
  function contradict(found: Conflict[]) {
    const page = store.page.value;
    const next = new Map(conflicts.value);
    for (const conflict of found) next.set(cell(conflict.id, conflict.field), conflict);
    conflicts.value = next;
    if (!page) return;
    store.page.value = {
      ...page,
      records: page.records.map((record) => {
        const now = { ...record };
        for (const { id, field, theirs, version } of found) {
          if (id !== record.id) continue;
          Object.assign(now, { [field]: theirs, version });
          if (field === "annotation") now.predicted = null; // not told with a conflict
          if (field === "comment") store.opened.value = id; // where it is shown
        }
        return now;
      }),
    };
    const ids = idsOf(found);
    const [first = ""] = ids;
    const what = ids.length > 1 ? records(ids.length) : `Record ${first}`;
    const were = ids.length > 1 ? "were" : "was";
    store.say(`${what} ${were} changed by someone else meanwhile: choose which to keep`, {
      tone: "bad",
      record: ids.find((id) => !page.records.some((record) => record.id === id)),
    });
  }

  /** Undo brings the hand back to what it undid. */
  function restoreHand(applied: RecordPayload[]) {
    const here = store.records.value.find((record) => applied.some(({ id }) => id === record.id));
    if (here) store.current.value = here.id;
  }

  /** Changes records in sight: each is told as it was seen. */
  function act(ids: readonly string[], action: Action) {
    if (!store.editable.value) return;
    const { field } = action;
    const wanted = new Set(ids);
    const edits = store.records.value.flatMap((record): Edit[] => {
      const { id, version, [field]: old } = record;
      const value = made(action, old);
      return wanted.has(id) && !holds(record, field, value)
        ? [{ id, field, version, old, new: value }]
        : [];
    });
    if (edits.length === 0) {
      const now = action.how === "alter" ? "so" : quoted(action.new, field);
      store.say(`Already ${field === "status" ? now.toLowerCase() : now}`);
      return;
    }
    forget(edits.map(({ id }) => id));
    enqueue({ key: uniqueId(), kind: "edit", edits, sent: false, action });
  }

  /** Sets a status, or takes it back where the record has it. */
  function setStatus(id: string, status: Status) {
    const record = store.records.value.find((one) => one.id === id);
    act([id], replace("status", record?.status === status ? "Default" : status));
  }

  /** A digit key: the one label, or in or out of the record's labels. */
  function assign(id: string, index: number) {
    const label = store.labels.value[index];
    if (label === undefined) {
      store.say(`There is no label ${index + 1}`);
      return;
    }
    const record = store.records.value.find((one) => one.id === id);
    const now = record?.annotation ?? [];
    const [has, multi] = [now.includes(label), store.config.value.multi_label];
    const kept = multi ? now.filter((one) => one !== label) : [];
    act([id], replace("annotation", multi && has ? kept : [...kept, label]));
  }

  /** Settles a conflict, and with it all of what was meant for the record at once. */
  function resolve(key: string, keep: "mine" | "theirs") {
    const conflict = conflicts.value.get(key);
    if (!conflict) return;
    const { id, field, theirs } = conflict;
    const all = [...conflicts.value.values()].filter((one) => one.id === id);
    const record = store.records.value.find((one) => one.id === id);
    forget([id]);
    if (keep === "theirs") store.say(`Kept ${quoted(theirs, field)}`);
    else if (record) {
      const edits = all.map(({ field, yours }) => ({
        ...{ id, field, version: record.version },
        ...{ old: record[field], new: yours },
      }));
      enqueue({ key: uniqueId(), kind: "edit", edits, sent: false });
    }
    store.current.value = id;
    store.focusOn("record");
  }

  /** Undoes the newest of one's own changes, or a group of anybody's; or makes them again. */
  function step(kind: "undo" | "redo", group?: number, done?: Done) {
    if (!store.editable.value) return;
    enqueue({ key: uniqueId(), kind, edits: [], sent: false, group, done });
  }

  /** Changes records wherever they are, against what was seen of them. */
  function make(edits: Edit[], done: Done) {
    enqueue({ key: uniqueId(), kind: "edit", edits, sent: false, done });
  }

  return {
    conflicts,
    failures,
    act,
    make,
    assign,
    setStatus,
    take,
    resolve,
    step,
  };
}

function idsOf(changes: readonly { id: string }[]): string[] {
  return [...new Set(changes.map(({ id }) => id))];
}

/** Nothing to change: annotating again still validates a record that is not. */
function holds(record: PageRecord, field: EditField, value: EditValue): boolean {
  const validated = field !== "annotation" || value === null || record.status === "Validated";
  return validated && sameValue(record[field], value);
}
