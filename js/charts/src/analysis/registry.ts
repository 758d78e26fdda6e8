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
  /** What is chosen for it: whose predictions, or a value by its name. */
  choices?: Choice[];
  /** Stands in the place of the chart and the table, where it is more than these. */
  view?: FunctionComponent<{ analyses: Analyses; work: Work }>;
};

export type Choice = { name: string; title: string; values: [value: string, title: string][] };

export const DESKS: Kind[] = [
  { name: "scores", title: "Scores", group: "How good", asks: "How good are the predictions?" },
  {
    name: "calibration",
    title: "Calibration",
    group: "How good",
    asks: "Are predictions right as often as their scores say?",
  },
  {
    name: "thresholds",
    title: "Thresholds",
    group: "How good",
    asks: "What if only predictions above a score were used?",
  },
  {
    name: "slices",
    title: "Slices",
    group: "Where",
    asks: "Which records are wrong more often than the others?",
    finds: true,
  },
  {
    name: "error_words",
    title: "Words of errors",
    group: "Where",
    asks: "Which words do wrong records have more often than right ones?",
    finds: true,
  },
  {
    name: "label_errors",
    title: "Label errors",
    group: "Labels",
    asks: "Which annotations does the model doubt?",
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
    name: "what_if",
    title: "What corrections change",
    group: "Labels",
    asks: "How good are the predictions by the annotations as they are now?",
  },
];

export function kindOf(name: string): Kind {
  return DESKS.find((one) => one.name === name) ?? (DESKS[0] as Kind);
}
