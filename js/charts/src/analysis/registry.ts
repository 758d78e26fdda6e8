/** The analyses, in the order in which one asks: how good, where, by whose fault, against what. */
import type { FunctionComponent } from "preact";
import { Review } from "../review/Review";
import type { Analyses, Work } from "./model";

export type Kind = {
  /** As the kernel calls it. */
  name: string;
  title: string;
  group: string;
  /** What it answers. */
  asks: string;
  /** Takes so long that it is begun by hand. */
  finds?: true;
  /** What is chosen for it: whose predictions, and where records may have `several` labels. */
  choices?: (agents: string[], several: boolean) => Choice[];
  /** Other analyses that it leads to, with what is chosen for them. */
  leads?: (agents: string[], chosen: Chosen) => Lead[];
  /** How many of its tables stand above its chart. */
  above?: number;
  /** Stands in the place of the chart and the table, where it is more than these. */
  view?: FunctionComponent<{ analyses: Analyses; work: Work }>;
};

export type Chosen = { [name: string]: string };
export type Choice = { name: string; title: string; values: [value: string, title: string][] };
export type Lead = { title: string; desk: string; chosen: Chosen };

const each = (agents: string[]): [string, string][] => agents.map((one) => [one, one]);
const ofAgent = (agents: string[]): Choice[] =>
  agents.length > 1 ? [{ name: "agent", title: "of", values: each(agents) }] : [];

const SHADES: Choice = {
  name: "normalize",
  title: "shaded by",
  values: [
    ["", "records"],
    ["annotated", "share of annotated"],
    ["predicted", "share of predicted"],
  ],
};

export const DESKS: Kind[] = [
  {
    name: "scores",
    title: "Scores",
    group: "How good",
    asks: "How good are the predictions?",
    choices: ofAgent,
  },
  {
    name: "confusion_matrix",
    title: "Confusion matrix",
    group: "How good",
    asks: "Which label is taken for which?",
    choices: (agents, several) => (several ? ofAgent(agents) : [...ofAgent(agents), SHADES]),
  },
  {
    name: "calibration",
    title: "Calibration",
    group: "How good",
    asks: "Are predictions right as often as their scores say?",
    choices: ofAgent,
  },
  {
    name: "thresholds",
    title: "Thresholds",
    group: "How good",
    asks: "What if only predictions above a score were used?",
    choices: ofAgent,
  },
  {
    name: "slices",
    title: "Slices",
    group: "Where",
    asks: "Which records are wrong more often than the others?",
    finds: true,
    choices: (agents) =>
      agents.length > 1
        ? [
            ...ofAgent(agents),
            {
              name: "against",
              title: "where right is",
              values: [["", "anyone or no one"], ...each(agents)],
            },
          ]
        : [],
  },
  {
    name: "error_words",
    title: "Words of errors",
    group: "Where",
    asks: "Which words do wrong records have more often than right ones?",
    finds: true,
    choices: ofAgent,
  },
  {
    name: "label_errors",
    title: "Label errors",
    group: "Labels",
    asks: "Which annotations does the model doubt?",
    choices: ofAgent,
  },
  {
    name: "review",
    title: "Review",
    group: "Labels",
    asks: "Who is right where they differ, annotation or model?",
    view: Review,
  },
  {
    name: "contradictions",
    title: "Contradictions",
    group: "Labels",
    asks: "Which texts are alike and annotated otherwise?",
    finds: true,
  },
  {
    name: "compare",
    title: "Compare",
    group: "Models",
    asks: "What does one model fix and break against another?",
    above: 1,
    choices: (agents) =>
      agents.length > 1
        ? [
            { name: "first", title: "from", values: each(agents) },
            {
              name: "second",
              title: "to",
              values: agents.length > 2 ? [["", "each with each"], ...each(agents)] : other(agents),
            },
          ]
        : [],
    leads(
      agents,
      { first = agents[0] ?? "", second = agents.length > 2 ? "" : (agents[1] ?? "") },
    ) {
      if (!first || !second) return [];
      const found = (agent: string, against: string) => ({
        title: `Slices where ${agent} is worse`,
        desk: "slices",
        chosen: { agent, against },
      });
      return [found(second, first), found(first, second)];
    },
  },
  {
    name: "what_if",
    title: "What corrections change",
    group: "To tell",
    asks: "How good are the predictions by the annotations as they are now?",
  },
  {
    name: "report",
    title: "Report",
    group: "To tell",
    asks: "How often are these records wrong, beside the rest?",
    choices: ofAgent,
  },
];

/** Two agents, the second first: it is compared with the first unless they are turned round. */
function other(agents: string[]): [string, string][] {
  return each([...agents].reverse());
}

export function kindOf(name: string): Kind {
  return DESKS.find((one) => one.name === name) ?? (DESKS[0] as Kind);
}
