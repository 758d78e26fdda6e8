import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
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
      aria-label={title}
      aria-busy={share !== null}
    >
      <div class="desk-head">
        <h3>{title}</h3>
        <span class="muted">{asks}</span>
        <Choices analyses={analyses} kind={kind} />
        {finds && share === null && (
          <button type="button" onClick={() => void analyses.begin(kind)}>
            {result ? "Find again" : "Find"}
          </button>
        )}
        {finds && share !== null && (
          <>
            <progress aria-label={title} value={share} />
            <button type="button" onClick={() => analyses.stop(name)}>
              Cancel
            </button>
          </>
        )}
        <span class="muted stale" role="status">
          {finds && stale && share === null ? told(work.of) : ""}
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
          {result?.lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
          {tables(0, above)}
          {result?.chart && (
            <Chart analyses={analyses} kind={kind} result={result} width={width.value} />
          )}
          {tables(above)}
          {result && <Documents analyses={analyses} documents={result.documents} />}
          {result && <Leads analyses={analyses} kind={kind} />}
          {!result && failure === null && (
            <p class="muted waiting">
              {share === null && finds
                ? "Looks for them among the records that are shown."
                : "Counting…"}
            </p>
          )}
        </>
      )}
    </article>
  );
}

function Choices({ analyses, kind: { name, choices } }: { analyses: Analyses; kind: Kind }) {
  const { agents, multi_label } = analyses.config.value;
  return (
    <>
      {choices?.(agents, multi_label).map(({ name: option, title, values }) => (
        <label key={option}>
          <span class="muted">{title}</span>{" "}
          <select
            value={analyses.chosen(name)[option] ?? values[0]?.[0] ?? ""}
            onChange={(event) => analyses.choose(name, { [option]: event.currentTarget.value })}
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
            analyses.choose(desk, chosen);
            analyses.open(desk);
          }}
        >
          {title}
        </button>
      ))}
    </p>
  );
}

function told({ query, filters }: { query: string; filters: object }): string {
  const filtered = Object.keys(filters).length > 0;
  const what = [...(query ? [query] : []), ...(filtered ? ["filters"] : [])].join(" with ");
  return `of what was shown before: ${what || "all records"}`;
}
