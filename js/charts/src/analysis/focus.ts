/** The focus in the analyses: arrows move it among buttons of a kind, and renewing loses it never. */

const STEPS: { [key: string]: number } = {
  ArrowUp: -1,
  ArrowLeft: -1,
  ArrowDown: 1,
  ArrowRight: 1,
};

/** Moves between the buttons of a place: up and down within a table's column, else as they come. */
export function arrows(event: KeyboardEvent) {
  const { currentTarget: place, target, key } = event;
  const by = STEPS[key];
  if (!by || !(target instanceof Element)) return;
  const here = target.closest("button");
  if (!here) return;
  const all = [...(place as Element).querySelectorAll("button")];
  const upright = key === "ArrowUp" || key === "ArrowDown";
  const line = upright ? all.filter((one) => column(one) === column(here)) : all;
  event.preventDefault();
  line[line.indexOf(here) + by]?.focus();
}

function column(button: Element): number | undefined {
  return button.closest<HTMLTableCellElement>("td, th")?.cellIndex;
}

/** Where what has the focus is taken away by what comes anew, the analysis itself gets it. */
export function keepFocus(pane: HTMLElement): () => void {
  let last: EventTarget | null = null;
  const here = () => last instanceof Element && last.isConnected;
  pane.addEventListener("focusin", ({ target }) => {
    last = target;
  });
  pane.addEventListener("focusout", ({ target }) => {
    // some browsers say so of what they take away too: by then it is gone
    queueMicrotask(() => {
      if (last === target && here()) last = null;
    });
  });
  const observer = new MutationObserver(() => {
    if (!last || here()) return;
    last = null;
    const { activeElement } = pane.getRootNode() as ShadowRoot;
    if (!activeElement) pane.querySelector<HTMLElement>(".desk")?.focus();
  });
  observer.observe(pane, { childList: true, subtree: true });
  return () => observer.disconnect();
}
