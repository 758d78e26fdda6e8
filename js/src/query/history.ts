/** Queries asked before, newest first: for as long as the page, as a browser's storage is shared. */

export const REMEMBERED = 50;
const LONGEST = 2_000; // characters of a query that is worth remembering
const inPage = new Map<string, readonly string[]>();

export function earlier(dataset: string): readonly string[] {
  return inPage.get(dataset) ?? [];
}

export function remember(dataset: string, query: string): void {
  const asked = query.trim();
  if (asked === "" || asked.length > LONGEST) return;
  const others = earlier(dataset).filter((one) => one !== asked);
  inPage.set(dataset, [asked, ...others].slice(0, REMEMBERED));
}
