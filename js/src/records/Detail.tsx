import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { count, value } from "../lib/format";
import { Icon } from "../lib/icons";
import { flat } from "../lib/metadata";
import { asText } from "../lib/text";
import type { PageRecord, RecordResult } from "../protocol";
import type { Annotator } from "../state/annotate";
import { quoted } from "../state/edits";
import type { Store } from "../state/store";
import { RecordComment } from "./Comment";
import { Explained } from "./Explained";
import { History } from "./History";
import { LongText } from "./LongText";
import { OkOrKo } from "./PredictedCell";
import { Score } from "./Scores";
import { Similar } from "./Similar";

const FIRST_SCORES = 20;
const STATUSES = [
  ["Validated", "Validate", "v"],
  ["Discarded", "Discard", "d"],
] as const;

type Props = { record: PageRecord; store: Store; annotator: Annotator };

/** Everything known about a record, under it; fetched when it is opened and when it changes. */
export function Detail({ record, store, annotator }: Props) {
  const known = store.wholes.value.get(record.id);
  const [fault, setFault] = useState<string | null>(null);
  const fetchAll = () => {
    setFault(null);
    void store.fetchWhole(record.id).then(setFault);
  };
  const stale = known === undefined || known.record.version !== record.version;
  useEffect(() => {
    if (stale && store.source.value === "kernel") fetchAll();
  }, [record.id, record.version, stale]);

  const several = record.by_agent.length > 0;
  const predictions = several ? record.by_agent : ([["Scores", record]] as const);
  const metadata = flat((known?.record ?? record).metadata);
  const facts: [name: string, of: string | null][] = [
    ["id", record.id],
    ["status", record.status],
    ["verdict", record.verdict && quoted(record.verdict, "verdict")],
    ["annotated by", record.annotation_agent],
    ["predicted by", record.prediction_agent],
    ["time", record.event_timestamp],
    ["last changed", record.last_updated],
    ["characters", count(record.text_length)],
    ["version", String(record.version)],
  ];
  return (
    <section class="detail-body" aria-label={`Record ${record.id}`} aria-busy={!known && !fault}>
      <Texts record={record} known={known} />
      <Part title="Comment" whole>
        <RecordComment key={record.id} record={record} store={store} annotator={annotator} />
      </Part>
      {predictions.map(([title, { prediction, predicted }]) => (
        <Part key={title} title={title}>
          {several && predicted && <OkOrKo of={predicted} />}
          <Scores of={prediction} />
        </Part>
      ))}
      <Part title="Metadata">
        {metadata.length > 0 ? (
          <Facts of={metadata.map(([name, of]) => [name, value(of)])} />
        ) : (
          <p class="muted">none</p>
        )}
      </Part>
      <Part title="Record">
        <Facts of={facts.flatMap(([name, of]) => (of ? [[name, of]] : []))} />
      </Part>
      <Part title="History">
        {known ? (
          <History of={known.history} />
        ) : fault !== null ? (
          <p role="alert">
            Could not be fetched: {fault}{" "}
            <button type="button" class="link" onClick={fetchAll}>
              Try again
            </button>
          </p>
        ) : (
          <p class="muted">{store.source.value === "kernel" ? "fetching…" : "no kernel"}</p>
        )}
      </Part>
      <Similar key={record.id} id={record.id} store={store} />
      <div class="detail-tools">
        {STATUSES.map(([status, does, key]) => {
          const back = record.status === status;
          return (
            <button
              key={key}
              type="button"
              class="plain"
              title={`${back ? "Back to Default" : does} (${key})`}
              disabled={!store.editable.value}
              onClick={() => annotator.setStatus(record.id, status)}
            >
              {back ? "Restore" : does}
            </button>
          );
        })}
        <button
          type="button"
          class="plain"
          aria-haspopup="dialog"
          title="Copy (y)"
          onClick={() => {
            store.box.value = { kind: "copy" };
          }}
        >
          Copy
        </button>
        <button
          type="button"
          class="plain"
          aria-label="Close the record"
          title="Close (Esc)"
          onClick={() => {
            store.opened.value = null;
            store.focusOn("record");
          }}
        >
          <Icon name="close" />
        </button>
      </div>
    </section>
  );
}

/** The whole texts, with what the query matched or how tokens were attributed. */
function Texts({ record, known }: { record: PageRecord; known: RecordResult | undefined }) {
  const explanation = known?.explanation ?? null;
  const labels = [
    ...new Set(Object.values(explanation ?? {}).flatMap((one) => Object.keys(one.values))),
  ];
  const likely = (record.prediction ?? []).map(([label]) => label);
  const [chosen, setChosen] = useState<string | null>(null);
  const label = chosen ?? likely.find((one) => labels.includes(one)) ?? labels[0] ?? "";
  const { inputs } = known?.record ?? record;
  const marks = known?.marks ?? record.marks;
  const names = Object.keys(inputs).filter((name) => inputs[name] !== null);
  const explains = names.filter((name) => explanation?.[name]);
  return (
    <>
      {explanation !== null && labels.length > 0 && (
        <Part title="Explanation" whole>
          <label class="label-picker">
            <span class="muted">of</span>
            <select
              aria-label="Explained label"
              value={label}
              onChange={(event) => setChosen(event.currentTarget.value)}
            >
              {labels.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          </label>
          {Object.entries(explanation).map(([name, of]) => (
            <div key={name} class="input">
              {(names.length > 1 || !explains.includes(name)) && (
                <span class="input-name">{name}</span>
              )}
              <Explained name={name} of={of} label={label} />
            </div>
          ))}
        </Part>
      )}
      <Part title={names.length > 1 ? "Texts" : "Text"} whole>
        {names.map((name) => (
          <div key={name} class="input">
            {names.length > 1 && <span class="input-name">{name}</span>}
            {/* biome-ignore lint/a11y: what scrolls can be scrolled by keys, and is no form */}
            <div class="whole-text" tabIndex={0} role="group" aria-label={`Whole ${name}`}>
              <LongText text={asText(inputs[name])} spans={marks[name] ?? []} />
              {!known && record.truncated[name] !== undefined && <span class="muted">…</span>}
            </div>
          </div>
        ))}
      </Part>
    </>
  );
}

function Scores({ of }: { of: PageRecord["prediction"] }) {
  const [all, setAll] = useState(false);
  if (!of?.length) return <p class="muted">no prediction</p>;
  const shown = all ? of : of.slice(0, FIRST_SCORES);
  return (
    <>
      <div class="scores">
        {shown.map(([label, score], at) => (
          <Score key={label} label={label} value={score} strong={at === 0} />
        ))}
      </div>
      {of.length > FIRST_SCORES && (
        <button type="button" class="link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? `first ${FIRST_SCORES}` : `all ${count(of.length)}`}
        </button>
      )}
    </>
  );
}

type PartProps = { title: string; whole?: boolean; children: ComponentChildren };

function Part({ title, whole = false, children }: PartProps) {
  return (
    <div class={whole ? "part whole" : "part"}>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

function Facts({ of }: { of: [name: string, value: string][] }) {
  return (
    <dl class="facts">
      {of.map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{text}</dd>
        </div>
      ))}
    </dl>
  );
}
