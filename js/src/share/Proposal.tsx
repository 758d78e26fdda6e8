import { described } from "../lib/filters";
import type { SortKey } from "../protocol";
import type { Sharing } from "../state/sharing";

/** What the link that opened this page shows: offered, never taken up by itself. */
export function Proposal({ sharing }: { sharing: Sharing }) {
  const found = sharing.proposal.value;
  return (
    <div role="status">
      {found && (
        <div class="banner proposal">
          <p>
            A shared view: <bdi>{words(found.state, found.reading)}</bdi>.
            {found.missing.length > 0 && ` Left out: ${found.missing.join("; ")}.`}
          </p>
          <button type="button" class="strong" onClick={() => void sharing.decide(window, true)}>
            Show it
          </button>
          <button type="button" onClick={() => void sharing.decide(window, false)}>
            Dismiss
          </button>
        </div>
      )}
    </div>
  );
}

/** predicted is ko, status is Default, sorted by score descending, page 2 */
export function words(state: { [name: string]: unknown }, reading: string): string {
  const filters = Object.entries(state.filters ?? {}).map(([name, one]) => described(name, one));
  const sort = ((state.sort ?? []) as SortKey[]).map(
    ([field, way]) => `${field} ${way === "asc" ? "ascending" : "descending"}`,
  );
  const said = [
    ...(reading ? [reading] : []),
    ...filters,
    ...(sort.length > 0 ? [`sorted by ${sort.join(", then ")}`] : []),
    ...(state.page ? [`page ${state.page}`] : []),
    ...(state.columns ? ["other columns"] : []),
    ...(state.tab ? [`tab ${state.tab}`] : []),
  ];
  return said.length > 0 ? said.join(", ") : "all records";
}
