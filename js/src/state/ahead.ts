/** The next page, fetched while this one is read. */
import type { PageResult, View } from "../protocol";
import type { Channel } from "./channel";
import { sameView, viewKey } from "./view";

export function createAhead(channel: Channel, now: () => { version: number; view: View }) {
  let fetched: { key: string; result: PageResult } | null = null;
  const keyOf = (view: View) => `${now().version} ${viewKey(view)}`;

  /** What was fetched of a view, if it is of the data as they are now. */
  function of(view: View): PageResult | null {
    return fetched?.key === keyOf(view) ? fetched.result : null;
  }

  /** Fetches the page after one that is shown. */
  async function look(view: View, { page, pages }: PageResult) {
    const next = { ...view, page: page + 1 };
    if (page >= pages || of(next)) return;
    try {
      const result = await channel.call("page", next, { background: true });
      if (result.version === now().version && sameView(now().view, view)) {
        fetched = { key: keyOf(next), result };
      }
    } catch {
      // asked for again, and said aloud, if somebody goes there
    }
  }

  function forget() {
    fetched = null;
  }

  return { of, look, forget };
}
