/** Records: their pages, each in full, selected; and queries. */
/** Positions in UTF-16 units, end exclusive, sorted, not overlapping. */
export type Span = [start: number, end: number];
export type Direction = "asc" | "desc";
export type SortKey = [field: string, direction: Direction];
export type Status = "Default" | "Validated" | "Edited" | "Discarded";
export type EditField = "annotation" | "status" | "comment" | "verdict";
export type EditValue = string[] | string | null;

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
  /** What each agent predicted, in their order, where records have predictions of several. */
  by_agent: [agent: string, of: AgentPrediction][];
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

export type RecordParams = {
  id: string;
  query: string;
  dialect: string;
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
