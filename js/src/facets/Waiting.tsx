import type { Room } from "./Panel";

/** Instead of counts that are not there yet, or will not be. */
export function Waiting({ store, facets }: Room) {
  const lost = facets.error.value !== null || store.life.value === "gone";
  return <p class="muted waiting">{lost ? "–" : "Counting…"}</p>;
}
