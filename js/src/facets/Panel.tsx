import { useLayoutEffect, useRef } from "preact/hooks";
import { spoken } from "../lib/filters";
import { Icon } from "../lib/icons";
import type { Facets } from "../state/facets";
import type { Store } from "../state/store";
import { Histogram } from "./Histogram";
import { Matrix } from "./Matrix";
import { Values } from "./Values";

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
      {facets.fields().map(({ name, kind }) => (
        <Section
          key={name}
          title={spoken(name)}
          open={facets.open.value.has(name)}
          active={name in store.asked.value.filters}
          toggle={() => facets.toggle(name)}
        >
          <Body name={name} kind={kind} store={store} facets={facets} />
        </Section>
      ))}
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
    </section>
  );
}

function Body({ name, store, facets }: Room & { name: string; kind: string }) {
  const result = facets.results.value.get(name);
  if (!result) return <p class="muted waiting">{facets.error.value ? "–" : "Counting…"}</p>;
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
        <button type="button" class="plain" aria-expanded={open} onClick={toggle}>
          <Icon name={open ? "down" : "right"} />
          <bdi>{title}</bdi>
          {active && <span class="muted"> · filtered</span>}
        </button>
      </h3>
      {open && children}
    </div>
  );
}
