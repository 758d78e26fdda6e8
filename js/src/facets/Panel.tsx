import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { spoken } from "../lib/filters";
import { Icon } from "../lib/icons";
import type { Facets } from "../state/facets";
import type { Store } from "../state/store";
import { Histogram } from "./Histogram";
import { Matrix } from "./Matrix";
import { Values } from "./Values";
import { Waiting } from "./Waiting";

const MANY_FIELDS = 15; // that are seen at a glance; beyond it one searches

export type Room = { store: Store; facets: Facets };

/** One section a field, counted only while it is open, and the confusion matrix. */
export function Panel({ store, facets }: Room) {
  const panel = useRef<HTMLElement>(null);
  const { on, turn } = store.focus.value;
  const served = useRef(turn);
  useLayoutEffect(() => {
    if (on !== "facets" || served.current === turn) return;
    served.current = turn;
    facets.visible.value = true;
    queueMicrotask(() => panel.current?.querySelector<HTMLElement>("button")?.focus());
  }, [on, turn, facets]);

  const wanted = useSignal("");
  const fields = facets.fields();
  const words = fields.length > MANY_FIELDS ? wanted.value.trim().toLowerCase().split(/\s+/) : [];
  const named = (title: string) => words.every((word) => title.toLowerCase().includes(word));
  const found = fields.filter(({ name }) => named(spoken(name)));
  const isOther = ({ name }: { name: string }) => name.startsWith("metadata.");
  const own = found.filter((field) => !isOther(field));
  const others = found.filter(isOther);
  const section = ({ name }: { name: string }) => (
    <Section
      key={name}
      title={spoken(name)}
      open={facets.open.value.has(name)}
      active={name in store.asked.value.filters}
      toggle={() => facets.toggle(name)}
    >
      <Body name={name} store={store} facets={facets} />
    </Section>
  );

  return (
    <section
      ref={panel}
      class="facets"
      aria-label="Facets"
      aria-busy={facets.loading.value}
      hidden={!facets.visible.value || store.unanswered.value}
    >
      {facets.error.value && (
        <p role="alert" class="bad">
          Not counted: {facets.error.value}
        </p>
      )}
      {fields.length > MANY_FIELDS && (
        <input
          type="text"
          class="find"
          aria-label="Find a field"
          placeholder={`Find one of ${fields.length} fields`}
          value={wanted.value}
          onInput={(event) => {
            wanted.value = event.currentTarget.value;
          }}
        />
      )}
      {own.map(section)}
      {named("confusion matrix") && (
        <Section
          title="confusion matrix"
          open={facets.matrixOpen.value}
          active={false}
          toggle={() => {
            facets.matrixOpen.value = !facets.matrixOpen.value;
          }}
        >
          <Matrix store={store} facets={facets} />
        </Section>
      )}
      {others.map(section)}
      {own.length + others.length === 0 && !named("confusion matrix") && (
        <p class="muted none">No field is called that.</p>
      )}
    </section>
  );
}

function Body({ name, store, facets }: Room & { name: string }) {
  const result = facets.results.value.get(name);
  if (!result) return <Waiting store={store} facets={facets} />;
  if (result.edges.length > 0) {
    return <Histogram result={result} store={store} facets={facets} />;
  }
  return <Values result={result} store={store} facets={facets} />;
}

type SectionProps = {
  title: string;
  open: boolean;
  active: boolean;
  toggle: () => void;
  children: preact.ComponentChildren;
};

function Section({ title, open, active, toggle, children }: SectionProps) {
  return (
    <div class="facet">
      <h3>
        <button type="button" class="plain" aria-expanded={open} title={title} onClick={toggle}>
          <Icon name={open ? "down" : "right"} />
          <bdi class="name">{title}</bdi>
          {active && <span class="muted"> · filtered</span>}
        </button>
      </h3>
      {open && children}
    </div>
  );
}
