import { useLayoutEffect, useState } from "preact/hooks";

/** The height of a record of one line, and the part of the window that the table's frame takes. */
const LINE = 34; // pixels
const FRAME = 0.68;

/**
 * How many records to draw: those that can be seen, and all of them once these are painted.
 *
 * `contents` names what the page shows; `hand` is the place of a record that must be there.
 */
export function useDrawn(contents: string, hand: number): number {
  const [whole, setWhole] = useState<string | null>(null);
  useLayoutEffect(() => {
    // in the second frame the paint of the first is over
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setWhole(contents));
    });
    return () => cancelAnimationFrame(frame);
  }, [contents]);
  if (whole === contents) return Number.POSITIVE_INFINITY;
  return Math.max(Math.ceil((FRAME * globalThis.innerHeight) / LINE), hand + 1);
}
