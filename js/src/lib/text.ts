import type { Span } from "../protocol";

export type Piece = { text: string; marked: boolean };

/** A text in pieces, marked and not. Spans that overlap, run out or are reversed do no harm. */
export function pieces(text: string, spans: readonly Span[]): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  const add = (end: number, marked: boolean) => {
    if (end > at) found.push({ text: text.slice(at, end), marked });
    at = Math.max(at, end);
  };
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    add(Math.min(whole(text, start), text.length), false);
    add(Math.min(whole(text, end), text.length), true);
  }
  add(text.length, false);
  return found;
}

/** Never between the halves of a surrogate pair: half an emoji is not a character. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  const inside = code >= 0xdc00 && code <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
  return inside ? at + 1 : at;
}

/** An input's text; a list of texts is shown one under the other. */
export function asText(input: string | readonly string[] | null | undefined): string {
  if (input === null || input === undefined) return "";
  return typeof input === "string" ? input : input.join("\n");
}

/** Labels in which every word typed occurs, those that begin with the typing first. */
export function matching(labels: readonly string[], typed: string): string[] {
  const wanted = typed.trim().toLocaleLowerCase();
  if (!wanted) return [...labels];
  const words = wanted.split(/\s+/);
  const found = labels.filter((label) => {
    const lower = label.toLocaleLowerCase();
    return words.every((word) => lower.includes(word));
  });
  const begins = (label: string) => (label.toLocaleLowerCase().startsWith(wanted) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b));
}

export type Stretch = { text: string; spans: Span[] };

const STRETCH = 8_000; // characters: a few screens of text
const LONG = 20_000; // up to this much is laid out at once, with its lines as they are

/** A long text cut where a line ends, or a word, with the spans of each part in its own numbers. */
export function stretches(text: string, spans: readonly Span[]): Stretch[] {
  if (text.length <= LONG) return [{ text, spans: [...spans] }];
  const found: Stretch[] = [];
  let next = 0;
  for (let start = 0; start < text.length; ) {
    const end = cutAfter(text, start);
    const inside: Span[] = [];
    while (next < spans.length) {
      const [from, to] = spans[next] as Span;
      if (from >= end) break;
      inside.push([Math.max(from, start) - start, Math.min(to, end) - start]);
      if (to > end) break; // goes on in the next stretch
      next += 1;
    }
    found.push({ text: text.slice(start, end), spans: inside });
    start = end;
  }
  return found;
}

function cutAfter(text: string, start: number): number {
  const limit = start + STRETCH;
  if (limit >= text.length) return text.length;
  const half = start + STRETCH / 2;
  for (const sign of ["\n", " "]) {
    const at = text.lastIndexOf(sign, limit - 1);
    if (at >= half) return at + 1;
  }
  return whole(text, limit);
}
