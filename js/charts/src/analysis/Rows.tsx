import { score } from "../../../src/lib/format";
import type { AnalysisTable } from "../../../src/protocol/analysis";
import type { Analyses } from "./model";
import type { Kind } from "./registry";

const PROSE = new Set(["text", "query"]);
const classOf = (sort: string) => (PROSE.has(sort) ? undefined : "number");

type Props = { analyses: Analyses; kind: Kind; table: AnalysisTable };

/** What was found as a table, with a button in each row, or cell, that shows its records. */
export function Rows({ analyses, kind, table: { title, columns, rows, queries } }: Props) {
  const picked = analyses.pick.value;
  const chosen = picked?.desk === kind.name ? picked.query : null;
  const buttons = queries.flat().some((query) => query !== null);
  return (
    <>
      {title && <h4>{title}</h4>}
      {/* without buttons within, only a place that takes the focus can be scrolled by keys */}
      <section class="chart-table" tabIndex={buttons ? -1 : 0} aria-label={title || kind.title}>
        <table aria-label={title || kind.title}>
          <thead>
            <tr>
              {columns.map(([name, sort], at) => (
                <th key={at} scope="col" class={classOf(sort)}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, place) => {
              const found = queries[place] ?? null;
              const whole = typeof found === "string" && found === chosen;
              return (
                <tr key={place} data-picked={whole}>
                  {row.map((value, at) => {
                    const [, sort = "text"] = columns[at] ?? [];
                    const query = Array.isArray(found) ? (found[at] ?? null) : at ? null : found;
                    const words = <bdi class="name">{told(value, sort)}</bdi>;
                    const content =
                      query === null || value === 0 ? (
                        words
                      ) : (
                        <button
                          type="button"
                          class="value"
                          title={query}
                          aria-pressed={query === chosen}
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
              );
            })}
          </tbody>
        </table>
      </section>
    </>
  );
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
