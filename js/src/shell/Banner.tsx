import { count, records } from "../lib/format";
import { PROTOCOL } from "../protocol";
import type { Store } from "../state/store";

/** Says what keeps the explorer from working, and what to do about it. */
export function Banner({ store }: { store: Store }) {
  const text = words(store);
  return <div role="status">{text && <p class="banner">{text}</p>}</div>;
}

function words(store: Store): string | null {
  const spoken = store.config.value.protocol;
  if (spoken !== PROTOCOL) {
    return `This page speaks protocol ${PROTOCOL}, the kernel ${spoken}. Restart the kernel and reload the page, so that both come from one version of rubrix_widget.`;
  }
  const life = store.life.value;
  const page = store.page.value;
  if (store.unanswered.value && page) {
    const shown = page.records.length;
    const what =
      shown < page.count
        ? `Shown ${shown === 1 ? "is the first" : `are the first ${count(shown)}`} of ${records(page.count)}, as saved with the notebook`
        : "Shown is what was saved with the notebook";
    return `No kernel has answered. ${what}; run the cell to search, sort and annotate.`;
  }
  if (life !== "gone") return null;
  const unsaved = store.saving.value.size;
  const kept =
    unsaved > 0
      ? `${unsaved} ${unsaved === 1 ? "change is" : "changes are"} not saved yet and kept here.`
      : "Nothing typed here is lost.";
  return `The kernel restarted or stopped: run the cell again. ${kept}`;
}
