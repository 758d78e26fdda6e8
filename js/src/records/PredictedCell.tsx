import { useState } from "preact/hooks";
import { Icon } from "../lib/icons";
import type { PageRecord } from "../protocol";
import type { Store } from "../state/store";
import { Score } from "./Scores";
import { stop } from "./stop";

/** Multi-label: a label counts as predicted above this score, as the query language has it. */
const PREDICTED_ABOVE = 0.5;
/** As many labels as lines that a clamped text has. */
const SHOWN = 3;

export function PredictedCell({ record, store }: { record: PageRecord; store: Store }) {
  const [open, setOpen] = useState(false);
  const { prediction, predicted } = record;
  if (prediction === null) return <span class="muted">no prediction</span>;

  const multi = store.config.value.multi_label;
  const chosen = multi
    ? prediction.filter(([, value]) => value > PREDICTED_ABOVE).slice(0, SHOWN)
    : prediction.slice(0, 1);
  const rest = prediction.slice(chosen.length);
  return (
    <div class="predicted">
      <div class="scores">
        {chosen.map(([label, value]) => (
          <Score key={label} label={label} value={value} strong />
        ))}
        {chosen.length === 0 && <span class="muted">none above {PREDICTED_ABOVE}</span>}
        {open && rest.map(([label, value]) => <Score key={label} label={label} value={value} />)}
      </div>
      <div class="predicted-foot">
        {predicted && <OkOrKo of={predicted} />}
        {rest.length > 0 && (
          <button
            type="button"
            class="link"
            tabIndex={stop(store, record.id)}
            aria-expanded={open}
            aria-label={open ? "Fewer scores" : `${rest.length} more scores`}
            onClick={() => setOpen(!open)}
          >
            {open ? "fewer" : `+${rest.length}`}
          </button>
        )}
      </div>
    </div>
  );
}

/** Right or wrong, by sign and word. */
export function OkOrKo({ of }: { of: "ok" | "ko" }) {
  return (
    <span class={`ok-or-ko ${of}`}>
      <Icon name={of} />
      {of}
    </span>
  );
}
