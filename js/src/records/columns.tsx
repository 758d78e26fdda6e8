/** The columns as data: what they are called, sort by, and show. */
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { spoken } from "../lib/filters";
import { valueAt } from "../lib/metadata";
import type { Config, PageRecord } from "../protocol";
import type { Annotator } from "../state/annotate";
import type { Store } from "../state/store";
import { AnnotatedCell, StatusCell } from "./AnnotatedCell";
import { OkOrKo, PredictedCell } from "./PredictedCell";
import { TextCell } from "./TextCell";
import { ValueCell } from "./ValueCell";

/** What a cell may need besides its record; `measure` changes with the width of the texts. */
export type Table = { store: Store; annotator: Annotator; measure: ReadonlySignal<string> };

/** What a column holds: texts take the room that is left, numbers stand at its end. */
export type Holds = "text" | "number" | "date" | "short" | "value" | "prediction" | "annotation";

export type Column = {
  /** The field's name in the query language. */
  id: string;
  title: string;
  holds: Holds;
  /** Sort buttons of the heading: the field each sorts by. */
  sorts: { field: string; title: string }[];
  cell: (record: PageRecord, table: Table) => ComponentChildren;
};

/** What is shown until somebody chooses, with the predictions of up to two other agents. */
const BY_DEFAULT = ["text", "predicted_as", "annotated_as", "status"];
const OF_AGENT = "predicted_as@";

const SPECIAL: { [name: string]: Pick<Column, "holds" | "cell"> & { title?: string } } = {
  text: {
    holds: "text",
    cell: (record, { store, measure }) => (
      <TextCell record={record} store={store} measure={measure} />
    ),
  },
  predicted_as: {
    title: "predicted",
    holds: "prediction",
    cell: (record, { store }) => <PredictedCell record={record} store={store} />,
  },
  annotated_as: {
    title: "annotated",
    holds: "annotation",
    cell: (record, { store, annotator }) => (
      <AnnotatedCell record={record} store={store} annotator={annotator} />
    ),
  },
  status: {
    holds: "short",
    cell: (record, { store, annotator }) => (
      <StatusCell record={record} store={store} annotator={annotator} />
    ),
  },
  predicted: {
    title: "ok or ko",
    holds: "short",
    cell: ({ predicted }) =>
      predicted ? <OkOrKo of={predicted} /> : <ValueCell of={null} kind="keyword" />,
  },
};

/** Fields of the record itself; those of the metadata are looked up by name. */
const PLAIN: { [name: string]: (record: PageRecord) => unknown } = {
  id: ({ id }) => id,
  score: ({ prediction }) => prediction?.[0]?.[1],
  predicted_by: ({ prediction_agent }) => prediction_agent,
  annotated_by: ({ annotation_agent }) => annotation_agent,
  comment: ({ comment }) => comment,
  verdict: ({ verdict }) => verdict,
  event_timestamp: ({ event_timestamp }) => event_timestamp,
  last_updated: ({ last_updated }) => last_updated,
  "metrics.text_length": ({ text_length }) => text_length,
};

/** The columns a dataset offers, in its order. */
export function offered(config: Config): string[] {
  return config.columns.length > 0 ? config.columns : BY_DEFAULT;
}

/** The names of the columns shown: those chosen that there still are, or those shown by default. */
export function namesShown(config: Config, chosen: readonly string[]): string[] {
  const known = new Set(offered(config));
  const names = chosen.filter((name) => known.has(name));
  if (names.length > 0) return names;
  const usual = BY_DEFAULT.filter((name) => known.has(name));
  const others = offered(config).filter((name) => name.startsWith(OF_AGENT));
  if (others.length < 3) usual.splice(2, 0, ...others);
  return usual.length > 0 ? usual : BY_DEFAULT;
}

/** The columns to show, each with the sort keys that the dataset has. */
export function columnsOf(config: Config, chosen: readonly string[] = []): Column[] {
  const kinds = new Map(config.fields.map(({ name, kind }) => [name, kind]));
  const known = (field: string) => kinds.size === 0 || kinds.has(field);
  return namesShown(config, chosen).map((name) => {
    const title = titleOf(name).replace(/^predicted@/, "@");
    const sorts = [{ field: sortedAs(name, config), title }];
    if (/^predicted_as(@|$)/.test(name)) {
      sorts.push({ field: name.replace("predicted_as", "score"), title: "score" });
    }
    return {
      id: name,
      title,
      ...contentOf(name, kinds.get(name) ?? "keyword"),
      sorts: sorts.filter(({ field }) => known(field)),
    };
  });
}

export function titleOf(name: string): string {
  const [field = "", ...agent] = name.split(/(?=@)/);
  return (SPECIAL[field]?.title ?? spoken(field.replace(/^inputs\./, ""))) + agent.join("");
}

function sortedAs(name: string, { fields, inputs }: Config): string {
  const wholeText = fields.some((field) => field.name === "text");
  return name === "text" && !wholeText && inputs[0] ? `inputs.${inputs[0]}` : name;
}

function contentOf(name: string, kind: string): Pick<Column, "holds" | "cell"> {
  const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined;
  if (special) return { holds: special.holds, cell: special.cell };
  if (name.startsWith(OF_AGENT)) {
    const none = { prediction: null, predicted: null };
    const agent = name.slice(OF_AGENT.length);
    const of = ({ by_agent }: PageRecord) => by_agent.find(([one]) => one === agent)?.[1] ?? none;
    return {
      holds: "prediction",
      cell: (record, { store }) => (
        <PredictedCell record={{ ...record, ...of(record) }} store={store} />
      ),
    };
  }
  if (name.startsWith("inputs.")) {
    const only = name.slice("inputs.".length);
    return {
      holds: "text",
      cell: (record, { store, measure }) => (
        <TextCell record={record} store={store} measure={measure} only={only} />
      ),
    };
  }
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  const read =
    plain ?? (({ metadata }: PageRecord) => valueAt(metadata, name.replace(/^metadata\./, "")));
  const holds =
    kind === "number" || kind === "integer" ? "number" : kind === "date" ? "date" : "value";
  return { holds, cell: (record) => <ValueCell of={read(record)} kind={kind} /> };
}
