import { described, without } from "../lib/filters";
import { Icon } from "../lib/icons";
import type { Facets } from "../state/facets";
import type { Store } from "../state/store";
import { NEEDS_KERNEL } from "../state/view";

/** The filters that are on, each with its way off. */
export function Chips({ store, facets }: { store: Store; facets: Facets }) {
  const { filters } = store.asked.value;
  const names = Object.keys(filters);
  const waits = store.unanswered.value;
  const needs = waits ? NEEDS_KERNEL : undefined;
  return (
    <fieldset class="chips" aria-label="Filters">
      <button
        type="button"
        class="plain"
        aria-expanded={facets.visible.value && !waits}
        disabled={waits}
        title={needs ?? "Facets (f)"}
        onClick={() => {
          facets.visible.value = !facets.visible.value;
        }}
      >
        <Icon name={facets.visible.value && !waits ? "left" : "right"} />
        Facets
      </button>
      {names.map((name) => {
        const words = described(name, filters[name]);
        return (
          <button
            key={name}
            type="button"
            class="chip"
            aria-label={`Remove the filter: ${words}`}
            disabled={waits}
            title={needs ? `${words}. ${needs}` : words}
            onClick={() => void facets.filter(without(filters, name))}
          >
            <bdi>{words}</bdi>
            <Icon name="close" />
          </button>
        );
      })}
      {names.length > 0 && (
        <button
          type="button"
          class="link"
          disabled={waits}
          title={needs}
          onClick={() => void facets.filter({})}
        >
          Clear all
        </button>
      )}
    </fieldset>
  );
}
