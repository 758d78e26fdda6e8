/** Analyses: begun, asked for while they go on, stopped. */
import type { Filters } from "../lib/filters";
import type { View } from "../protocol";

export type AnalyseParams = {
  do: "begin" | "ask" | "stop";
  job: string;
  desk: string;
  query: string;
  dialect: View["dialect"];
  filters: Filters;
};

/** `columns` are name and kind; `queries` find the records of each row, where there are any. */
export type AnalyseResult = {
  job: string;
  share: number;
  error: string | null;
  lines: string[];
  columns: [name: string, kind: "text" | "query" | "count" | "share" | "number"][];
  rows: (string | number | null)[][];
  queries: (string | null)[];
  done: boolean;
};
