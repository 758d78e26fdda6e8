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
  /** What is chosen for it, by whose predictions there are and what is chosen already. */
  choices?: (agents: string[], several: boolean, options: Chosen) => Choice[];
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
  agents.length > 1 ? [{ name: "agent", title: "agent", values: each(agents) }] : [];

const SHADES: Choice = {
  name: "normalize",
  title: "shaded by",
  values: [
    ["", "records"],
    ["annotated", "share of annotated"],
    ["predicted", "share of predicted"],
  ],
};

const DRAWN: Choice = {
  name: "every",
  title: "drawn at random",
  values: [
    ["5", "every 5th record"],
    ["3", "every 3rd record"],
    ["10", "every 10th record"],
    ["0", "none"],
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
    choices: (agents, _several, { agent = agents[0] }) => {
      if (agents.length < 2) return [];
      const others = agents.filter((one) => one !== agent);
      const where = others.map((one): [string, string] => [one, `where ${one} is right`]);
      const against = { name: "against", title: "wrong", values: [["", "anywhere"], ...where] };
      return [...ofAgent(agents), against as Choice];
    },
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
    leads: () => [{ title: "Review them one by one", desk: "review", chosen: {} }],
  },
  {
    name: "review",
    title: "Review",
    group: "Labels",
    asks: "Who is right where they differ, annotation or model?",
    choices: (agents) => [...ofAgent(agents), DRAWN],
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
    choices: (agents, _several, { first = agents[0] }) => {
      if (agents.length < 2) return [];
      const others = (one?: string) => agents.filter((other) => other !== one);
      if (agents.length === 2) {
        const turned = agents.map((one): [string, string] => [one, `${one} to ${others(one)}`]);
        return [{ name: "first", title: "from", values: turned }];
      }
      return [
        { name: "first", title: "from", values: each(agents) },
        { name: "second", title: "to", values: [["", "each with each"], ...each(others(first))] },
      ];
    },
    leads(agents, { first = agents[0], second }) {
      const to = agents.length === 2 ? agents.find((one) => one !== first) : second;
      if (!first || !to) return [];
      const found = (agent: string, against: string) => ({
        title: `Slices where ${agent} is worse`,
        desk: "slices",
        chosen: { agent, against },
      });
      return [found(to, first), found(first, to)];
    },
  },
  {
    name: "what_if",
    title: "What corrections change",
    group: "To tell",
    asks: "How good are the predictions by the annotations as they are now?",
    above: 1,
    choices: ofAgent,
  },
  {
    name: "report",
    title: "Report",
    group: "To tell",
    asks: "How often are these records wrong, beside the rest?",
    choices: ofAgent,
  },
];

export function kindOf(name: string): Kind {
  return DESKS.find((one) => one.name === name) ?? (DESKS[0] as Kind);
}
