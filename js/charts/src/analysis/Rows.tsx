import type { AnalyseResult } from "../../../src/protocol/analysis";
import type { Analyses } from "./model";
import type { Kind } from "./registry";

type Props = { analyses: Analyses; kind: Kind; result: AnalyseResult };

/** What was found as a table, with a button in each row that shows its records. */
export function Rows({ analyses, kind, result: { columns, rows, queries } }: Props) {
  const picked = analyses.pick.value;
  const isPicked = (query: string) => picked?.desk === kind.name && picked.query === query;
  return (
    <div class="chart-table">
      <table aria-label={kind.title}>
        <thead>
          <tr>
            {columns.map(([title], at) => (
              <th key={at} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => {
            const query = queries[place] ?? null;
            return (
              <tr key={place} data-picked={query !== null && isPicked(query)}>
                {row.map((value, at) => {
                  const [, kindOfColumn = "text"] = columns[at] ?? [];
                  const words = <bdi class="name">{told(value, kindOfColumn)}</bdi>;
                  if (at > 0) {
                    return (
                      <td key={at} class={kindOfColumn === "text" ? undefined : "number"}>
                        {words}
                      </td>
                    );
                  }
                  return (
                    <th key={at} scope="row">
                      {query === null ? (
                        words
                      ) : (
                        <button
                          type="button"
                          class="value"
                          title={query}
                          aria-pressed={isPicked(query)}
                          onClick={() => analyses.take(kind.name, query)}
                        >
                          {words}
                        </button>
                      )}
                    </th>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export function told(value: string | number | null, kind: string): string {
  if (value === null) return "–";
  if (typeof value === "string") return value;
  if (kind === "share") return `${(100 * value).toFixed(1)} %`;
  return kind === "number" ? value.toFixed(2) : value.toLocaleString("en");
}
