/** The columns as data: what they are called, sort by, and show. */
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Config, PageRecord } from "../protocol";
import type { Annotator } from "../state/annotate";
import type { Store } from "../state/store";
import { AnnotatedCell, StatusCell } from "./AnnotatedCell";
import { PredictedCell } from "./PredictedCell";
import { TextCell } from "./TextCell";

/** What a cell may need besides its record. */
export type Table = { store: Store; annotator: Annotator; width: ReadonlySignal<number> };

export type Column = {
  id: string;
  /** Sort buttons of the heading: the field each sorts by, in the query language's names. */
  sorts: { field: string; title: string }[];
  title: string;
  cell: (record: PageRecord, table: Table) => ComponentChildren;
};

const BUILT_IN: Column[] = [
  {
    id: "text",
    title: "text",
    sorts: [{ field: "text", title: "text" }],
    cell: (record, { store, width }) => <TextCell record={record} store={store} width={width} />,
  },
  {
    id: "predicted",
    title: "predicted",
    sorts: [
      { field: "predicted_as", title: "predicted" },
      { field: "score", title: "score" },
    ],
    cell: (record, { store }) => <PredictedCell record={record} store={store} />,
  },
  {
    id: "annotated",
    title: "annotated",
    sorts: [{ field: "annotated_as", title: "annotated" }],
    cell: (record, { store, annotator }) => (
      <AnnotatedCell record={record} store={store} annotator={annotator} />
    ),
  },
  {
    id: "status",
    title: "status",
    sorts: [{ field: "status", title: "status" }],
    cell: (record, { store, annotator }) => (
      <StatusCell record={record} store={store} annotator={annotator} />
    ),
  },
];
/** What the kernel calls them. */
const NAMED: { [name: string]: string } = { annotated_as: "annotated", predicted_as: "predicted" };

/** The columns a dataset shows, each with the sort keys that the dataset has. */
export function columnsOf(config: Config): Column[] {
  const sortable = new Set(config.fields.map(({ name }) => name));
  const offered = new Set(config.columns.map((name) => NAMED[name] ?? name));
  const shown = BUILT_IN.filter(({ id }) => offered.has(id));
  const textField =
    sortable.has("text") || !config.inputs[0] ? "text" : `inputs.${config.inputs[0]}`;
  return (shown.length > 0 ? shown : BUILT_IN).map((column) => ({
    ...column,
    sorts: column.sorts
      .map((sort) => (sort.field === "text" ? { ...sort, field: textField } : sort))
      .filter(({ field }) => sortable.size === 0 || sortable.has(field)),
  }));
}
