/** Analyses: begun, asked for while they go on, stopped. */
import type { Filters } from "../lib/filters";
import type { View } from "./records";

export type AnalyseParams = {
  do: "begin" | "ask" | "stop";
  job: string;
  analysis: string;
  query: string;
  dialect: View["dialect"];
  filters: Filters;
  options: { [name: string]: string };
};

export type Place = null | string | number | [from: number, to: number];

/** Vega-Lite, and how its size is chosen; `values` are the labels of a matrix. */
export type AnalysisChart = {
  kind: "matrix" | "rows" | "plot";
  values: string[];
  spec: { [part: string]: unknown };
};

/** What can be pointed at: all along an axis, at a value of it, or between two. */
export type AnalysisMark = {
  x: Place;
  y: Place;
  words: string;
  query: string | null;
};

type Kind =
  | "text"
  | "query"
  | "interval"
  | "count"
  | "share"
  | "points"
  | "score"
  | "number"
  | "cell";

/** `columns` are name and kind; `queries` find the records of each row, or of each of its cells. */
export type AnalysisTable = {
  title: string;
  columns: [name: string, kind: Kind][];
  rows: (string | number | null)[][];
  queries: (string | null | (string | null)[])[];
};

export type AnalysisDocument = {
  name: string;
  media: string;
  content: string;
};

export type AnalyseResult = {
  job: string;
  share: number;
  error: string | null;
  lines: string[];
  tables: AnalysisTable[];
  chart: AnalysisChart | null;
  marks: AnalysisMark[];
  documents: AnalysisDocument[];
  done: boolean;
};
