import type { Span } from "../protocol";
import { pieces } from "./text";

/** A text with what the query matched; nothing in it is ever read as HTML. */
export function Marked({ text, spans }: { text: string; spans: readonly Span[] }) {
  return (
    <>
      {pieces(text, spans).map((piece) => (piece.marked ? <mark>{piece.text}</mark> : piece.text))}
    </>
  );
}
