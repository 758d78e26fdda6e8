/** Changes: of records in sight, of any number at once, taken back and made again. */
import type { EditField, EditValue, LabelCount, RecordPayload, View } from "./records";

/** One change: `old` and `version` are what the page believed when it was made. */
export type Edit = {
  id: string;
  field: EditField;
  version: number;
  old: EditValue;
  new: EditValue;
};

/** Applied once, however often it is asked for under one `edit_id`. */
export type EditParams = {
  edit_id: string;
  edits: Edit[];
};

export type Conflict = {
  id: string;
  field: EditField;
  yours: EditValue;
  theirs: EditValue;
  version: number;
};

/** Of more records `changed`, or `refused`, than are told here the page asks anew. */
export type EditResult = {
  applied: RecordPayload[];
  changed?: number;
  conflicts?: Conflict[];
  refused?: number;
  can_undo?: boolean;
  can_redo?: boolean;
  version?: number;
  labels?: LabelCount[];
  said?: string;
};

/** Which records are meant: some ids, or all that a view shows; the other is null. */
export type Scope = {
  ids: string[] | null;
  view: View | null;
};

/** What is to be done to each: a new value, or labels added and labels taken away. */
export type Action = {
  field: EditField;
  how: "replace" | "alter";
  new: EditValue;
  without: string[];
};

export type TallyParams = {
  scope: Scope;
};

/** The records meant, and those of them with each label. */
export type TallyResult = {
  count: number;
  labels: LabelCount[];
};

export type PlanParams = {
  scope: Scope;
  action: Action;
};

/** So many records have one value and get another, which may be the same. */
export type Becoming = {
  old: EditValue;
  new: EditValue;
  count: number;
};

/** What an action would do; `left_out` records become something not told here. */
export type PlanResult = {
  count: number;
  changes: number;
  becoming: Becoming[];
  left_out: number;
  digest: string;
};

export type ChangeParams = {
  change_id: string;
  scope: Scope;
  action: Action;
  digest: string;
  reason: string | null;
};

/** The newest of one's own changes, or a group of anybody's; `dry_run` only tells. */
export type UndoParams = {
  group: number | null;
  dry_run: boolean;
};

export type ChangesParams = {
  before: number | null;
};

/** Changes made together; `becoming` has some of what became of the records. */
export type ChangeGroup = {
  id: number;
  at: string;
  agent: string | null;
  kind: "edit" | "undo" | "redo" | "logged" | "lost";
  field: EditField | null;
  count: number;
  becoming: Becoming[];
  query: string | null;
  reason: string | null;
  undone: boolean;
};

export type ChangesResult = {
  groups: ChangeGroup[];
  more: boolean;
};
