import type { ReadonlySignal } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { size } from "../lib/format";
import { asText } from "../lib/text";
import type { PageRecord, Span } from "../protocol";
import type { Store } from "../state/store";
import { LongText } from "./LongText";
import { stop } from "./stop";
import { ValueCell } from "./ValueCell";

const NONE: readonly Span[] = [];
/** Of a text that is clamped; no screen has room for more lines than that. */
const BEGINNING = 5_000;

type Props = {
  record: PageRecord;
  store: Store;
  /** Changes whenever texts have to be measured anew. */
  measure: ReadonlySignal<string>;
  /** One input instead of all. */
  only?: string;
};

/** Every input of a record, named when there are several. */
export function TextCell({ record, store, measure, only }: Props) {
  const inputs = only === undefined ? store.config.value.inputs : [only];
  const known = inputs.filter((name) => record.inputs[name] != null);
  const names = known.length > 0 || only !== undefined ? known : Object.keys(record.inputs);
  const whole = store.wholes.value.get(record.id);
  if (names.length === 0 && only !== undefined) return <ValueCell of={null} kind="text" />;
  if (names.length === 0) return <span class="muted">{record.id}</span>; // saved without texts
  return (
    <>
      {names.map((name) => (
        <Text
          key={name}
          name={names.length > 1 ? name : null}
          text={asText((whole?.record ?? record).inputs[name])}
          spans={(whole ?? record).marks[name]}
          missing={whole ? 0 : (record.truncated[name] ?? 0)}
          lines={store.clamp.value}
          tabIndex={stop(store, record.id)}
          measure={measure.value}
          fetchWhole={async () => {
            const fault = await store.fetchWhole(record.id);
            if (fault === null) return true;
            store.say(`The whole text could not be fetched: ${fault}`, { tone: "bad" });
            return false;
          }}
        />
      ))}
    </>
  );
}

type TextProps = {
  name: string | null;
  text: string;
  /** What matched; undefined where nothing was searched. */
  spans: readonly Span[] | undefined;
  /** The length of the text where it was cut short; 0 when it is all here. */
  missing: number;
  lines: number;
  tabIndex: 0 | -1;
  measure: string;
  fetchWhole: () => Promise<boolean>;
};

function Text({ name, text, spans, missing, lines, tabIndex, measure, fetchWhole }: TextProps) {
  const block = useRef<HTMLDivElement>(null);
  const [expanded, setExpanded] = useState(false);
  const [clamped, setClamped] = useState(false);
  const [fetching, setFetching] = useState(false);
  const sought = useRef(false);
  const further = missing > 0 && spans?.length === 0;

  const shown = expanded ? text : text.slice(0, BEGINNING);

  useLayoutEffect(() => {
    const element = block.current;
    if (element && !expanded) setClamped(element.scrollHeight > element.clientHeight + 2);
  }, [shown, lines, measure, expanded]);

  // What matched only further on is brought into sight once it is there.
  useLayoutEffect(() => {
    if (!expanded || missing > 0 || !sought.current) return;
    sought.current = false;
    const mark = block.current?.querySelector("mark");
    let frames = 4; // heights of a long text are guesses until it is in sight
    const bring = () => {
      mark?.scrollIntoView?.({ block: "center" });
      frames -= 1;
      if (frames > 0 && mark?.isConnected) requestAnimationFrame(bring);
    };
    bring();
  }, [expanded, missing]);

  return (
    <div class="input">
      {name !== null && <span class="input-name">{name}</span>}
      <div
        ref={block}
        class={expanded ? "text" : "text clamped"}
        style={{ "--lines": String(lines) }}
        dir="auto"
      >
        <LongText text={shown} spans={spans ?? NONE} />
        {(missing > 0 || shown !== text) && "…"}
      </div>
      {(clamped || missing > 0) && (
        <div class="text-tools">
          {clamped && (
            <button
              type="button"
              class="link"
              tabIndex={tabIndex}
              aria-expanded={expanded}
              onClick={() => setExpanded(!expanded)}
            >
              {expanded ? "Collapse" : "Expand"}
            </button>
          )}
          {missing > 0 && (
            <button
              type="button"
              class="link"
              tabIndex={tabIndex}
              disabled={fetching}
              onClick={async () => {
                setFetching(true);
                sought.current = further;
                if (await fetchWhole()) setExpanded(true);
                setFetching(false);
              }}
            >
              {fetching ? "Fetching…" : `Show all (${size(missing)})`}
            </button>
          )}
          {further && <span class="muted">no match in this part</span>}
        </div>
      )}
    </div>
  );
}
