import { count } from "../lib/format";
import type { Store } from "../state/store";

/** The confusion matrix that was saved, for as long as no kernel can count. */
export function Saved({ store }: { store: Store }) {
  const matrix = store.savedMatrix;
  if (!store.unanswered.value || !matrix || matrix.labels.length === 0) return null;
  const { labels, multi_label, left_out } = matrix;
  const heads = multi_label ? ["right", "missed", "extra"] : labels;
  const rows = multi_label
    ? (matrix.counts as number[][][]).map((one) => [one[1]?.[1], one[1]?.[0], one[0]?.[1]])
    : (matrix.counts as number[][]);
  const most = Math.max(1, ...rows.flat().map((n) => n ?? 0));
  return (
    <section class="saved matrix" aria-label="Confusion matrix">
      <table>
        <caption class="muted">
          {multi_label ? "confusion by label" : "confusion matrix: annotated ↓, predicted →"}
        </caption>
        <thead>
          <tr>
            <td />
            {heads.map((head) => (
              <th key={head} scope="col">
                <bdi>{head}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, at) => (
            <tr key={label}>
              <th scope="row">
                <bdi>{label}</bdi>
              </th>
              {heads.map((head, to) => (
                <td
                  key={head}
                  class={(multi_label ? to === 0 : to === at) ? "number ok" : "number ko"}
                  style={{ "--share": `${Math.round((30 * (rows[at]?.[to] ?? 0)) / most)}%` }}
                >
                  {count(rows[at]?.[to] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {left_out > 0 && (
        <p class="muted">
          The {labels.length} most confused labels; {count(left_out)} not shown.
        </p>
      )}
    </section>
  );
}
