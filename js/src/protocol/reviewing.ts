/** A review of label errors: what to judge next, what was found, what is left. */
import type { PageRecord, SimilarRecord, View } from "./records";

export type Verdict = "label_wrong" | "model_wrong" | "ambiguous" | "both_fine";

/**
 * Each `every`-th is drawn at random, none with 0; those `passed` over come last. Whose predictions
 * rank: `agent`, null for the primary ones.
 */
export type ReviewParams = {
  query: string;
  dialect: View["dialect"];
  filters: View["filters"];
  agent: string | null;
  every: number;
  passed: string[];
};

/** A record to judge; `other` are the labels that the model would rather have, where it names any. */
export type ReviewRecord = {
  record: PageRecord;
  place: number;
  drawn: boolean;
  other: string[] | null;
  near: SimilarRecord[];
};

/** Label errors still to be found; null where nothing was drawn at random yet. */
export type ReviewEstimate = {
  rest: number;
  checked: number;
  checked_wrong: number;
  remaining: number | null;
  low: number | null;
  high: number | null;
};

export type ReviewResult = {
  records: ReviewRecord[];
  /** That can be judged, and that are shown. */
  n: number;
  shown: number;
  judged: number;
  counts: { [verdict: string]: number };
  curve: [reviewed: number, found: number][];
  estimate: ReviewEstimate;
  version: number;
};
