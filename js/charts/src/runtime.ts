/** The bundle that the explorer fetches when a chart or an analysis is first seen. */
import { h, render } from "preact";
import type { Runtime } from "../../src/state/runtime";
import { pictured } from "./draw";
import { Plot } from "./Plot";
import { sized } from "./sized";

export { analysis } from "./analysis/Analysis";

export const plot: Runtime["plot"] = (el, props) => render(props && h(Plot, props), el);

export const picture: Runtime["picture"] = (sent, look, width, form) =>
  pictured(sent.spec, look, sized(sent, width), form);
