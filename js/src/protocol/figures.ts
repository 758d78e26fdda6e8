/** Counts: facets, the confusion matrix, charts, and what a saved notebook has. */
import type { PageRecord, Summary } from "./records";

export type FacetsParams = {
  query: string;
  dialect: string;
  filters: { [field: string]: unknown };
  facets: string[];
  search: { [field: string]: string };
  confusion: boolean;
};

export type FacetValue = {
  value: string | boolean;
  count: number;
  ok: number;
  ko: number;
};

/** A field counted under all filters but its own: `values`, or bars between `edges`. */
export type FacetResult = {
  name: string;
  kind: string;
  missing: number;
  values: FacetValue[];
  distinct: number;
  found: number;
  edges: (number | string)[];
  count: number[];
  ok: number[];
  ko: number[];
};

/** `counts[annotated][predicted]`, or `counts[label][annotated][predicted]` of several labels. */
export type ConfusionResult = {
  labels: string[];
  counts: number[][] | number[][][];
  multi_label: boolean;
  left_out: number;
  total: number;
};

export type FacetsResult = {
  facets: FacetResult[];
  confusion: ConfusionResult | null;
  version: number;
};

export type ChartParams = {
  query: string;
  dialect: string;
  filters: { [field: string]: unknown };
  chart: string;
  field: string;
};

export type ChartKind = "matrix" | "values" | "bars" | "reliability" | "words" | "";

/** A chart as Vega-Lite (null: `why` says what is missing), and the numbers its marks stand for. */
export type ChartResult = {
  chart: string;
  python: string;
  fields: string[];
  field_kind: string;
  kind: ChartKind;
  spec: { [part: string]: unknown } | null;
  why: string | null;
  values: (string | boolean)[];
  edges: (number | string)[];
  rows: (number | null)[][];
  missing: number;
  left_out: number;
  error: number | null;
  version: number;
};

/** The bundle that draws charts is in the buffer beside this answer. */
export type RuntimeResult = {
  sha256: string;
  encoding: "gzip";
};

/** What a page without a kernel shows: the view in numbers, and its first records, cut short. */
export type Snapshot = {
  name: string;
  query: string;
  reading: string;
  filters: string[];
  count: number;
  total: number;
  summary: Summary;
  confusion: ConfusionResult | null;
  first: number;
  texts: boolean;
  records: Partial<PageRecord>[];
};
