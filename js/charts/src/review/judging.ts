/** What a verdict does to a record, and what is said of a review. */
import { count, records } from "../../../src/lib/format";
import type { Edit } from "../../../src/protocol/changes";
import type { EditField, EditValue } from "../../../src/protocol/records";
import type {
  ReviewEstimate,
  ReviewRecord,
  ReviewResult,
  Verdict,
} from "../../../src/protocol/reviewing";

export const VERDICTS: { name: Verdict; key: string; title: string }[] = [
  { name: "label_wrong", key: "l", title: "Label wrong" },
  { name: "model_wrong", key: "m", title: "Model wrong" },
  { name: "ambiguous", key: "u", title: "Ambiguous" },
  { name: "both_fine", key: "b", title: "Both fine" },
];

/** A number is the place of a label, from 1. */
export type Move = Verdict | "next" | "previous" | "undo" | number;

const MOVES: { [key: string]: Move } = {
  ...Object.fromEntries(VERDICTS.map(({ key, name }) => [key, name])),
  j: "next",
  k: "previous",
  z: "undo",
};

type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing">;

/** Keys are data. */
export function moveOf(event: Key): Move | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  if (/^[1-9]$/.test(event.key)) return Number(event.key);
  return Object.hasOwn(MOVES, event.key) ? (MOVES[event.key] ?? null) : null;
}

/** A record in hand: as it was given, and as it is by now. */
export type Entry = ReviewRecord & {
  given: ReviewRecord["record"];
  /** Its verdict is on its way. */
  saving?: boolean;
  /** What went wrong with the verdict, or was changed by others. */
  problem?: string | undefined;
};

export function entryOf(one: ReviewRecord): Entry {
  return { ...one, given: one.record };
}

/** The records of a sitting in their order, and which of them lies before one's eyes. */
export type Hand = { entries: readonly Entry[]; at: number };

/**
 * What is in hand, with what the kernel says comes next. What was judged stays, and so does what
 * lies before one's eyes; what comes again, as it was undone or passed over, comes once.
 */
export function merged({ entries, at }: Hand, came: readonly ReviewRecord[]): Hand {
  const news = new Map(came.map((one) => [one.record.id, one]));
  const judged = entries.map(({ record }) => record.verdict !== null).lastIndexOf(true);
  const kept = entries.flatMap((entry, place) => {
    const now = news.get(entry.record.id);
    if (place === at) return [now ? seenAgain(entry, now) : entry];
    const stays = entry.saving || (place <= Math.max(at, judged) && !now);
    return stays ? [entry] : [];
  });
  const ids = new Set(kept.map(({ record }) => record.id));
  const current = entries[at]?.record.id;
  const found = kept.findIndex(({ record }) => record.id === current);
  return {
    entries: [...kept, ...came.filter(({ record }) => !ids.has(record.id)).map(entryOf)],
    at: found < 0 ? kept.length : found,
  };
}

function seenAgain(entry: Entry, now: ReviewRecord): Entry {
  if (entry.saving || now.record.version <= entry.record.version) return entry;
  const problem = "Changed by someone else meanwhile: this is how it is now.";
  return { ...entryOf(now), place: entry.place, drawn: entry.drawn, problem };
}

/** The annotation that a label key makes: that label, or with several it is put in or taken out. */
export function labelled(entry: Entry, label: string, multi: boolean): string[] {
  if (!multi) return [label];
  const now = entry.given.annotation ?? [];
  return now.includes(label) ? now.filter((one) => one !== label) : [...now, label];
}

/** The changes of a verdict: one group, undone together. */
export function editsOf({ record, given }: Entry, verdict: Verdict, labels?: string[]): Edit[] {
  const { id, version } = record;
  const wanted: [EditField, EditValue][] = [];
  const annotation = verdict === "label_wrong" ? (labels ?? null) : given.annotation;
  if (!sameLabels(annotation, record.annotation)) wanted.push(["annotation", annotation]);
  const validates = verdict === "model_wrong" || verdict === "both_fine";
  if (validates && (record.status !== "Validated" || annotation === null)) {
    wanted.push(["status", "Validated"]);
  }
  wanted.push(["verdict", verdict]);
  return wanted.map(([field, value]) => ({ id, field, version, old: record[field], new: value }));
}

export function sameLabels(one: string[] | null, other: string[] | null): boolean {
  if (one === null || other === null) return one === other;
  return one.length === other.length && one.every((label) => other.includes(label));
}

/** A record as it will be once its changes are saved. */
export function changed(record: Entry["record"], edits: readonly Edit[]): Entry["record"] {
  const made = Object.fromEntries(edits.map((edit) => [edit.field, edit.new]));
  return { ...record, ...("annotation" in made && { status: "Validated" as const }), ...made };
}

export function told(verdict: string): string {
  return VERDICTS.find(({ name }) => name === verdict)?.title ?? verdict;
}

/** "12 label errors found in 24 of 68,221 records" */
export function progress({ judged, n, counts }: ReviewResult): string {
  const others = VERDICTS.slice(1).map(
    ({ name, title }) => `${count(counts[name] ?? 0)} ${title.toLowerCase()}`,
  );
  const found = errors(counts.label_wrong ?? 0);
  return `${count(judged)} of ${records(n)} reviewed: ${found}, ${others.join(", ")}`;
}

function errors(n: number): string {
  return `${count(n)} label ${n === 1 ? "error" : "errors"}`;
}

/** What is still to be found, what that rests on, and how sure it is. */
export function outlook({ estimate, n, judged }: ReviewResult, every: number): string {
  const { rest, checked, checked_wrong, remaining, low, high } = estimate;
  if (n === judged) return "All records are reviewed: nothing is left to be found.";
  if (!known(estimate)) {
    const how = every > 0 ? "Records drawn at random will tell" : "Draw some at random to tell";
    return `${how} how many label errors are still to be found.`;
  }
  const others = rest === n ? "all" : "the other"; // none may have been gone through by doubt
  const drawn = `Of ${records(checked)} drawn at random from ${others} ${count(rest)}`;
  const wrong = `${count(checked_wrong)} ${checked_wrong === 1 ? "was" : "were"} wrong`;
  const ends = low === high ? count(low ?? 0) : `${count(low ?? 0)} to ${count(high ?? 0)}`;
  const likely = low === high ? "" : `, likely about ${count(Math.round(remaining ?? 0))}`;
  return `${drawn}, ${wrong}: still ${ends} to be found (95 %)${likely}.`;
}

export function known({ remaining }: ReviewEstimate): boolean {
  return remaining !== null;
}

/** Why there is nothing to judge. */
export function emptiness({ n, shown, judged }: ReviewResult): string {
  if (judged < n) return "The next records are on their way…";
  if (shown === 0) return "No records are shown.";
  if (n === 0) return "No record that is shown has both an annotation and scores to judge it by.";
  return `Everything is reviewed: ${records(judged)}.`;
}
