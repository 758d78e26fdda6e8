import { useLayoutEffect, useRef } from "preact/hooks";
import type { Charts } from "../state/charts";
import type { Store } from "../state/store";
import { NEEDS_KERNEL } from "../state/view";

const TABS = [
  { name: "records", title: "Records", charts: false },
  { name: "charts", title: "Charts", charts: true },
] as const;

/** Records or charts, above both; arrows change between them. */
export function Tabs({ store, charts }: { store: Store; charts: Charts }) {
  const list = useRef<HTMLDivElement>(null);
  const { on, turn } = store.focus.value;
  const served = useRef(turn);
  const focus = () =>
    queueMicrotask(() =>
      list.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus(),
    );
  useLayoutEffect(() => {
    if (on !== "charts" || served.current === turn) return;
    served.current = turn;
    if (charts.off.value) return store.say(NEEDS_KERNEL);
    charts.shown.value = true;
    focus();
  }, [on, turn, store, charts]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    if (charts.off.value) return;
    charts.shown.value = !charts.shown.value;
    focus();
  };
  return (
    <div ref={list} class="tabs" role="tablist" aria-label="View" onKeyDown={onKeyDown}>
      {TABS.map((tab) => {
        const selected = charts.inSight.value === tab.charts;
        const needs = tab.charts && charts.off.value;
        return (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`tab-${tab.name}`}
            aria-controls={`panel-${tab.name}`}
            aria-selected={selected}
            tabIndex={selected ? 0 : -1}
            disabled={needs}
            title={needs ? NEEDS_KERNEL : tab.charts ? "Charts (C)" : "Records (Esc)"}
            onClick={() => {
              charts.shown.value = tab.charts;
            }}
          >
            {tab.title}
          </button>
        );
      })}
    </div>
  );
}
