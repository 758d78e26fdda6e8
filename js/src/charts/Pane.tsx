import { useEffect, useRef } from "preact/hooks";
import { CHARTS, type Charts } from "../state/charts";
import { Card, type Room } from "./Card";

/** All charts of what is shown; each is counted while it is in sight. */
export function Pane({ store, charts }: Room) {
  return (
    <div class="charts-pane">
      <p class="key muted" aria-hidden="true">
        <span class="swatch ok" /> right <span class="swatch ko" /> wrong <span class="swatch" />{" "}
        neither
      </p>
      <div class="chart-grid">
        {CHARTS.map((name) => (
          <Card key={name} name={name} store={store} charts={charts} />
        ))}
        <Desk charts={charts} />
      </div>
    </div>
  );
}

/** Analyses, which come with what draws charts. */
function Desk({ charts }: { charts: Charts }) {
  const place = useRef<HTMLElement>(null);
  const runtime = charts.runtime.value;
  useEffect(
    () => (place.current ? runtime?.desk(place.current, charts.desk) : undefined),
    [runtime],
  );
  return <article ref={place} class="chart" data-wide="true" aria-label="Analysis" />;
}
