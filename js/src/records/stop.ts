import type { Store } from "../state/store";

/** Tab stops at the controls of one record of the page, the current one, and goes on behind it. */
export function stop(store: Store, id: string): 0 | -1 {
  return store.current.value === id ? 0 : -1;
}
