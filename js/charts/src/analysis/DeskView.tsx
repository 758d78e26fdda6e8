import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { NEEDS_KERNEL } from "../../../src/state/view";
import { Chart } from "./Chart";
import { Documents } from "./Documents";
import type { Analyses } from "./model";
import { Rows } from "./Rows";
import type { Kind } from "./registry";

/** One analysis: what it asks, how far it is, what it found. */
export function DeskView({ analyses, kind }: { analyses: Analyses; kind: Kind }) {
  const place = useRef<HTMLElement>(null);
  const width = useSignal(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) width.value = Math.floor(entry.contentRect.width);
    });
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const { returns } = analyses;
  useEffect(() => {
    if (returns.value === 0) return;
    const { by, query } = analyses.pick.peek() ?? {};
    const sought = query === undefined ? null : `.${by === "row" ? "value" : "mark"}`;
    requestAnimationFrame(() => {
      const here = place.current?.querySelector<HTMLElement>(`${sought}[aria-pressed="true"]`);
      (here ?? place.current?.querySelector("button"))?.focus(); // in sight by now
    });
  }, [returns.value]);
  const { name, title, asks, finds, above = 0, view: Own } = kind;
  const work = analyses.work(name);
  const { result, failure, share } = work;
  const stale = analyses.stale(name);
  const tables = (from: number, to?: number) =>
    result?.tables
      .slice(from, to)
      .map((table) => <Rows key={table.title} analyses={analyses} kind={kind} table={table} />);
  return (
    <article
      ref={place}
      class="desk"
      data-desk={name}
      tabIndex={-1}
      aria-label={title}
      aria-busy={share !== null}
    >
      <div class="desk-head">
        <h3>{title}</h3>
        <span class="muted">{asks}</span>
        <Choices analyses={analyses} kind={kind} />
        {finds && share !== null && <progress aria-label={title} value={share} />}
        {finds && (
          // one button, which keeps the focus
          <button
            key="find"
            type="button"
            aria-disabled={analyses.gone.value}
            onClick={() => {
              if (share !== null) analyses.stop(name);
              else if (!analyses.gone.value) void analyses.begin(kind);
            }}
          >
            {share !== null ? "Cancel" : result ? "Find again" : "Find"}
          </button>
        )}
        <span class="muted stale" role="status">
          {finds && share === null ? stale : ""}
        </span>
      </div>
      {failure !== null && (
        <p role="alert" class="bad">
          Not answered: {failure}
        </p>
      )}
      {Own ? (
        <Own analyses={analyses} work={work} />
      ) : (
        <>
          <div role="status">
            {result?.lines.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </div>
          {result && <Leads analyses={analyses} kind={kind} />}
          {tables(0, above)}
          {result?.chart && (
            <Chart analyses={analyses} kind={kind} result={result} width={width.value} />
          )}
          {tables(above)}
          {result && <Documents analyses={analyses} documents={result.documents} />}
          {!result && failure === null && (
            <p class="muted waiting">{waiting(analyses.gone.value, finds, share)}</p>
          )}
        </>
      )}
    </article>
  );
}

function Choices({ analyses, kind: { name } }: { analyses: Analyses; kind: Kind }) {
  return (
    <>
      {analyses.choices(name).map(({ name: option, title, values }) => (
        <label key={option}>
          <span class="muted">{title}</span>
          <select
            value={analyses.chosen(name)[option] ?? values[0]?.[0] ?? ""}
            onChange={(event) => analyses.choose({ [option]: event.currentTarget.value })}
          >
            {values.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
      ))}
    </>
  );
}

/** Ways on, to another analysis. */
function Leads({ analyses, kind: { name, leads } }: { analyses: Analyses; kind: Kind }) {
  const found = leads?.(analyses.config.value.agents, analyses.chosen(name)) ?? [];
  if (found.length === 0) return null;
  return (
    <p class="desk-leads">
      {found.map(({ title, desk, chosen }) => (
        <button
          key={title}
          type="button"
          onClick={() => {
            analyses.choose(chosen);
            analyses.open(desk);
          }}
        >
          {title}
        </button>
      ))}
    </p>
  );
}

function waiting(gone: boolean, finds: true | undefined, share: number | null): string {
  if (gone) return NEEDS_KERNEL;
  if (!finds) return "Counting…";
  return share === null ? "Looks for them among the records that are shown." : "Looking…";
}
