/** The tab of analyses: what there are, and the one that is chosen. */
import { useSignal } from "@preact/signals";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Runtime } from "../../../src/state/runtime";
import review from "../review/review.css";
import analysis_ from "./analysis.css";
import { DeskView } from "./DeskView";
import { arrows, keepFocus } from "./focus";
import { type Analyses, createAnalyses } from "./model";
import { PickBar } from "./PickBar";
import { DESKS } from "./registry";

export const analysis: Runtime["analysis"] = (el, bar, room) => {
  const analyses = createAnalyses(room);
  dress(el.getRootNode() as ShadowRoot);
  render(<Pane analyses={analyses} />, el);
  render(<PickBar analyses={analyses} />, bar);
  return () => {
    analyses.close();
    render(null, el);
    render(null, bar);
  };
};

function Pane({ analyses }: { analyses: Analyses }) {
  const { kind } = analyses;
  const pane = useRef<HTMLDivElement>(null);
  const hand = useSignal<string | null>(null);
  useEffect(() => (pane.current ? keepFocus(pane.current) : undefined), []);
  const groups = [...new Set(DESKS.map(({ group }) => group))];
  return (
    <div ref={pane} class="analysis">
      <nav
        class="desks"
        aria-label="Analyses: arrows move, Enter opens"
        onKeyDown={arrows}
        onFocusOut={() => {
          hand.value = null; // one comes back to what is open
        }}
      >
        {groups.map((group) => (
          <div key={group} class="desk-group">
            <h3 class="muted">{group}</h3>
            <ul>
              {DESKS.filter((one) => one.group === group).map(({ name, title }) => (
                <li key={name}>
                  <button
                    type="button"
                    class="plain"
                    aria-current={name === kind.value.name}
                    tabIndex={name === (hand.value ?? kind.value.name) ? 0 : -1}
                    onFocus={() => {
                      hand.value = name;
                    }}
                    onClick={() => analyses.open(name)}
                  >
                    {title}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <DeskView key={kind.value.name} analyses={analyses} kind={kind.value} />
    </div>
  );
}

const styles = analysis_ + review;
const dressed = new WeakSet<ShadowRoot>();

/** Adds our styles to the explorer's own, once. */
function dress(root: ShadowRoot) {
  if (dressed.has(root)) return;
  dressed.add(root);
  if ("adoptedStyleSheets" in root) {
    const sheet = new CSSStyleSheet(); // a strict content security policy refuses style elements
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return;
  }
  const style = (root as ShadowRoot).ownerDocument.createElement("style");
  style.textContent = styles;
  (root as ShadowRoot).append(style);
}
