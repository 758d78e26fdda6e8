/** Queries asked before, newest first: in the browser where it lets us, else as long as the page. */

export const REMEMBERED = 50;
const LONGEST = 2_000; // characters of a query that is worth remembering
const inPage = new Map<string, readonly string[]>();
const keyOf = (dataset: string) => `rubrix_widget.history.${dataset}`;

export function earlier(dataset: string): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(dataset)) ?? "[]");
    if (Array.isArray(kept) && kept.length > 0) {
      return kept.filter((one) => typeof one === "string").slice(0, REMEMBERED);
    }
  } catch {
    // no storage here, or something else in it
  }
  return inPage.get(dataset) ?? [];
}

export function remember(dataset: string, query: string): void {
  const asked = query.trim();
  if (asked === "" || asked.length > LONGEST) return;
  const kept = [asked, ...earlier(dataset).filter((one) => one !== asked)].slice(0, REMEMBERED);
  inPage.set(dataset, kept);
  try {
    localStorage.setItem(keyOf(dataset), JSON.stringify(kept));
  } catch {
    // kept in the page
  }
}
