import type { ComponentChildren } from "preact";
import { value } from "../lib/format";
import { Icon } from "../lib/icons";
import { flat } from "../lib/metadata";
import type { PageRecord } from "../protocol";
import type { Store } from "../state/store";
import { Score } from "./Scores";

/** Everything known about a record, under it. */
export function Detail({ record, store }: { record: PageRecord; store: Store }) {
  const metadata = flat(record.metadata);
  const facts: [name: string, of: string | null][] = [
    ["id", record.id],
    ["status", record.status],
    ["annotated by", record.annotation_agent],
    ["predicted by", record.prediction_agent],
    ["time", record.event_timestamp],
    ["version", String(record.version)],
  ];
  return (
    <section class="detail-body" aria-label={`Record ${record.id}`}>
      <Part title="Scores">
        {record.prediction?.length ? (
          <div class="scores">
            {record.prediction.map(([label, of], at) => (
              <Score key={label} label={label} value={of} strong={at === 0} />
            ))}
          </div>
        ) : (
          <p class="muted">no prediction</p>
        )}
      </Part>
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
      <button
        type="button"
        class="plain close"
        aria-label="Close the record"
        title="Close (Esc)"
        onClick={() => {
          store.opened.value = null;
          store.focusOn("record");
        }}
      >
        <Icon name="close" />
      </button>
    </section>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="part">
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
