import { useSignal } from "@preact/signals";
import { score } from "../../../src/lib/format";
import type { AnalysisTable } from "../../../src/protocol/analysis";
import { arrows } from "./focus";
import type { Analyses } from "./model";
import type { Kind } from "./registry";

const PROSE = new Set(["text", "query", "cell"]);
const classOf = (sort: string) => (PROSE.has(sort) ? undefined : "number");

type Props = { analyses: Analyses; kind: Kind; table: AnalysisTable };

/** What was found as a table, with a button in each row, or cell, that shows its records. */
export function Rows({ analyses, kind, table }: Props) {
  const { title, columns, rows, queries } = table;
  const picked = analyses.pick.value;
  const chosen = picked?.desk === kind.name ? picked.query : null;
  const found = rows.map((row, place) =>
    row.map((value, at) => (value === 0 ? null : queryOf(queries[place] ?? null, at))),
  );
  const places = found.flatMap((row, place) =>
    row.flatMap((query, at) => (query === null ? [] : [`${place} ${at}`])),
  );
  const hand = useSignal("");
  const stop = places.includes(hand.value) ? hand.value : places[0];
  const name = title || kind.title;
  return (
    <>
      {title && <h4>{title}</h4>}
      {/* without buttons within, only a place that takes the focus can be scrolled by keys */}
      <section
        class="chart-table"
        tabIndex={stop ? -1 : 0}
        aria-label={stop ? `${name}: arrows move, Enter shows records` : name}
        onKeyDown={arrows}
      >
        <table aria-label={name}>
          <thead>
            <tr>
              {columns.map(([column, sort], at) => (
                <th key={at} scope="col" class={classOf(sort)}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, place) => (
              <tr key={place} data-picked={queries[place] !== null && queries[place] === chosen}>
                {row.map((value, at) => {
                  const [, sort = "text"] = columns[at] ?? [];
                  const query = found[place]?.[at] ?? null;
                  const here = `${place} ${at}`;
                  const words = <bdi class="name">{folded(told(value, sort))}</bdi>;
                  const content =
                    query === null ? (
                      words
                    ) : (
                      <button
                        type="button"
                        class="value"
                        title={query}
                        aria-label={spoken(table, place, at)}
                        aria-pressed={query === chosen}
                        tabIndex={here === stop ? 0 : -1}
                        onFocus={() => {
                          hand.value = here;
                        }}
                        onClick={() => analyses.take(kind.name, query, "row")}
                      >
                        {words}
                      </button>
                    );
                  return at === 0 ? (
                    <th key={at} scope="row">
                      {content}
                    </th>
                  ) : (
                    <td key={at} class={classOf(sort)}>
                      {content}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function queryOf(found: AnalysisTable["queries"][number], at: number): string | null {
  if (Array.isArray(found)) return found[at] ?? null;
  return at === 0 ? found : null;
}

/** A name that tells a button from all others, where its own words do not. */
function spoken({ columns, rows }: AnalysisTable, place: number, at: number): string | undefined {
  const row = rows[place] ?? [];
  const words = (one: number) => told(row[one] ?? null, columns[one]?.[1] ?? "text");
  if (at > 0)
    return typeof row[at] === "number"
      ? `${words(at)} ${columns[at]?.[0]}, ${words(0)}`
      : undefined;
  const alone = rows.every(([first], other) => other === place || first !== row[0]);
  return alone ? undefined : `${words(0)}: ${words(1)}`;
}

/** Words that may be broken where they are joined, as names of labels often are. */
function folded(words: string) {
  return words.split(/(?<=[_/])/).flatMap((part, at) => (at > 0 ? [<wbr key={at} />, part] : part));
}

function told(value: string | number | null, kind: string): string {
  if (value === null) return "–";
  if (typeof value === "string") return value;
  if (kind === "share") return `${(100 * value).toFixed(1)} %`;
  if (kind === "points") return `${value < 0 ? "" : "+"}${(100 * value).toFixed(2)}`;
  if (kind === "score") return score(value);
  if (kind === "number") return value.toFixed(2);
  return value.toLocaleString("en");
}
