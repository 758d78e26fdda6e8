/**
 * What page and kernel say to each other. The kernel's half is
 * `rubrix_widget/explorer/protocol/`; a test compares the two.
 */
import type { AnalyseParams, AnalyseResult } from "./protocol/analysis";
import type {
  ChangeParams,
  ChangesParams,
  ChangesResult,
  EditParams,
  EditResult,
  PlanParams,
  PlanResult,
  TallyParams,
  TallyResult,
  UndoParams,
} from "./protocol/changes";
import type {
  ChartParams,
  ChartResult,
  FacetsParams,
  FacetsResult,
  RuntimeResult,
  Snapshot,
} from "./protocol/figures";
import type {
  CompleteParams,
  CompleteResult,
  IdsResult,
  LocateParams,
  LocateResult,
  PageResult,
  RecordParams,
  RecordResult,
  SelectParams,
  SelectResult,
  SimilarParams,
  SimilarResult,
  View,
} from "./protocol/records";
import type { ReviewParams, ReviewResult } from "./protocol/reviewing";
import type {
  ExportParams,
  ExportResult,
  ProposalParams,
  ProposalResult,
  ShareParams,
  ShareResult,
  ViewsParams,
  ViewsResult,
} from "./protocol/sharing";

export * from "./protocol/analysis";
export * from "./protocol/changes";
export * from "./protocol/figures";
export * from "./protocol/records";
export * from "./protocol/reviewing";
export * from "./protocol/sharing";
export const PROTOCOL = 2;

export type Methods = {
  page: { params: View; result: PageResult };
  record: { params: RecordParams; result: RecordResult };
  locate: { params: LocateParams; result: LocateResult };
  similar: { params: SimilarParams; result: SimilarResult };
  ids: { params: View; result: IdsResult };
  select: { params: SelectParams; result: SelectResult };
  edit: { params: EditParams; result: EditResult };
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

/** Stands for more ids than are saved with a notebook; has the first of them. */
export type ManySelected = { name: string; ids: string[] };

/** State synced with the kernel; small, and saved with the notebook. */
export type Traits = View & {
  selected: string[] | ManySelected;
  clamp: number;
  columns: string[];
  column_widths: { [column: string]: number };
  tab: "records" | "charts" | "analysis";
  analysis: string;
  /** What is chosen for analyses, whichever is shown. */
  analysis_options: { [name: string]: string };
  config: Partial<Config>;
  snapshot: Partial<Snapshot>;
};
