/**
 * What page and kernel say to each other. The kernel's half is
 * `rubrix_widget/explorer/protocol/`; a test compares the two.
 */

import type { AnalyseParams, AnalyseResult } from "./protocol/analysis";
import type {
  ChangeParams,
  ChangesParams,
  ChangesResult,
  Edit,
  EditField,
  EditResult,
  EditValue,
  PlanParams,
  PlanResult,
  TallyParams,
  TallyResult,
  UndoParams,
} from "./protocol/changes";

import type { ReviewParams, ReviewResult } from "./protocol/reviewing";

export * from "./protocol/analysis";
export * from "./protocol/changes";
export * from "./protocol/reviewing";
export const PROTOCOL = 2;

/** Positions in UTF-16 units, end exclusive, sorted, not overlapping. */
export type Span = [start: number, end: number];
export type Direction = "asc" | "desc";
export type SortKey = [field: string, direction: Direction];
export type Status = "Default" | "Validated" | "Edited" | "Discarded";

/** Best first; null: no prediction; empty: nothing predicted. */
export type AgentPrediction = {
  prediction: [label: string, score: number][] | null;
  predicted: "ok" | "ko" | null;
};

/** A record as the kernel sends it. */
export type RecordPayload = {
  id: string;
  version: number;
  inputs: { [name: string]: string | string[] | null };
  /** Best first; null: no prediction; empty: nothing predicted. */
  prediction: [label: string, score: number][] | null;
  predicted: "ok" | "ko" | null;
  /** What each agent predicted, where records have predictions of several. */
  by_agent: { [agent: string]: AgentPrediction };
  annotation: string[] | null;
  status: Status;
  prediction_agent: string | null;
  annotation_agent: string | null;
  comment: string | null;
  verdict: string | null;
  metadata: { [key: string]: unknown };
  event_timestamp: string | null;
  last_updated: string | null;
  text_length: number;
};

/** A record on a page: what the query matched, and how long the texts cut short really are. */
export type PageRecord = RecordPayload & {
  marks: { [input: string]: Span[] };
  truncated: { [input: string]: number };
};

/** What a page is asked for, and the state that both sides keep as traits. */
export type View = {
  query: string;
  dialect: string;
  filters: { [field: string]: unknown };
  sort: SortKey[];
  page: number;
  page_size: number;
};

export type Summary = {
  n: number;
  annotated: number;
  predicted: number;
  ok: number;
  ko: number;
  accuracy: number | null;
  low: number | null;
  high: number | null;
};

export type LabelCount = {
  name: string;
  count: number;
  description: string;
};

export type PageResult = {
  records: PageRecord[];
  count: number;
  total: number;
  page: number;
  pages: number;
  reading: string;
  notes: string[];
  took_ms: number;
  version: number;
  summary: Summary;
  /** Accuracy over the whole dataset. */
  overall: number | null;
  labels: LabelCount[];
  can_undo: boolean;
  can_redo: boolean;
};

/** Of each token, in order, how much it spoke for each label; null where nothing is told. */
export type Attributions = {
  tokens: string[];
  values: { [label: string]: (number | null)[] };
  left_out: number;
};

/** One change of a record; `new` is null also where the record was logged anew. */
export type HistoryEntry = {
  at: string;
  agent: string | null;
  kind: "edit" | "undo" | "redo" | "logged";
  field: EditField;
  old: EditValue;
  new: EditValue;
  query: string | null;
  reason: string | null;
};

export type RecordResult = {
  record: RecordPayload;
  marks: { [input: string]: Span[] };
  explanation: { [input: string]: Attributions } | null;
  history: HistoryEntry[];
};

export type LocateParams = {
  id: string;
  view: View;
};

export type LocateResult = {
  id: string;
  known: boolean;
  page: number | null;
};

export type SimilarRecord = {
  id: string;
  similarity: number;
  text: string;
  prediction: [label: string, score: number] | null;
  annotation: string[] | null;
};

export type SimilarParams = {
  id: string;
};

export type SimilarResult = {
  records: SimilarRecord[];
};

export type IdsResult = {
  ids: string[];
  count: number;
};

/** Ids under a name that stands for them; null to be told those of the name. */
export type SelectParams = {
  name: string;
  ids: string[] | null;
};

export type SelectResult = {
  ids: string[];
};

export type CompleteParams = {
  query: string;
  caret: number;
  dialect: string;
};

export type Completion = {
  put: string;
  label: string;
  kind: string;
  detail: string;
};

export type CompleteResult = {
  start: number;
  end: number;
  items: Completion[];
};

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

/** What an explorer shows, as much of it as differs from one just opened. */
export type State = { [name: string]: unknown };

export type ShareParams = {
  state: State;
};

/** The view as a token and as lines of Python; `load` is null where filters are on. */
export type ShareResult = {
  token: string;
  code: string;
  load: string | null;
};

export type ProposalParams = {
  token: string;
};

/** What a link shows, if it is `mine`: of this dataset; `missing` is what it lacks. */
export type ProposalResult = {
  mine: boolean;
  state: State;
  reading: string;
  missing: string[];
};

export type ViewChange =
  | { do: "save"; name: string; state: State; replace: boolean }
  | { do: "rename"; name: string; to: string }
  | { do: "delete"; name: string };

export type ViewsParams = {
  /** Made once under its `id`, however often it is asked for. */
  change: (ViewChange & { id: string }) | null;
};

/** A saved view; `missing` names what the dataset no longer has. */
export type SavedView = {
  name: string;
  state: State;
  missing: string[];
};

export type ViewsResult = {
  views: SavedView[];
};

export type Format = "csv" | "jsonl" | "parquet" | "html";
export type ExportParams =
  | {
      do: "begin";
      file: string;
      format: Format;
      view: View;
      ids: string[] | null;
      changes?: boolean;
    }
  | { do: "next"; file: string; piece: number }
  | { do: "close"; file: string };

/** A file that is being written; the piece asked for comes as a buffer beside the answer. */
export type ExportResult = {
  file: string;
  name: string;
  media: string;
  total: number;
  written: number;
};

export type Methods = {
  page: { params: View; result: PageResult };
  record: { params: { id: string; query: string; dialect: string }; result: RecordResult };
  locate: { params: LocateParams; result: LocateResult };
  similar: { params: SimilarParams; result: SimilarResult };
  ids: { params: View; result: IdsResult };
  select: { params: SelectParams; result: SelectResult };
  edit: { params: { edit_id: string; edits: Edit[] }; result: EditResult };
  undo: { params: UndoParams; result: EditResult };
  redo: { params: Record<string, never>; result: EditResult };
  tally: { params: TallyParams; result: TallyResult };
  plan: { params: PlanParams; result: PlanResult };
  change: { params: ChangeParams; result: EditResult };
  changes: { params: ChangesParams; result: ChangesResult };
  complete: { params: CompleteParams; result: CompleteResult };
  facets: { params: FacetsParams; result: FacetsResult };
  chart: { params: ChartParams; result: ChartResult };
  analyse: { params: AnalyseParams; result: AnalyseResult };
  review: { params: ReviewParams; result: ReviewResult };
  runtime: { params: Record<string, never>; result: RuntimeResult & { buffers: DataView[] } };
  share: { params: ShareParams; result: ShareResult };
  propose: { params: ProposalParams; result: ProposalResult };
  views: { params: ViewsParams; result: ViewsResult };
  export: { params: ExportParams; result: ExportResult & { buffers?: DataView[] } };
};
export type Method = keyof Methods;

export type Request<M extends Method = Method> = {
  kind: "request";
  id: string;
  method: M;
  params: Methods[M]["params"];
};

export type Failure = {
  type: string;
  message: string;
  start: number | null;
  end: number | null;
};

export type Response =
  | { kind: "response"; id: string; result: unknown }
  | { kind: "response"; id: string; error: Failure };

export type KernelEvent = {
  kind: "event";
  event: "changed" | "views";
  version: number;
};

export type Config = {
  name: string;
  title: string;
  total: number;
  labels: string[];
  multi_label: boolean;
  fields: { name: string; kind: string }[];
  columns: string[];
  inputs: string[];
  protocol: number;
  token: string;
  runtime: string;
  agents: string[];
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

/** Stands for more ids than are saved with a notebook; has the first of them. */
export type ManySelected = { name: string; ids: string[] };

/** State synced with the kernel; small, and saved with the notebook. */
export type Traits = View & {
  selected: string[] | ManySelected;
  clamp: number;
  columns: string[];
  column_widths: { [column: string]: number };
  tab: "records" | "charts" | "analysis";
  desk: string;
  config: Partial<Config>;
  snapshot: Partial<Snapshot>;
};
