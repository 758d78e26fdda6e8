import { useMemo } from "preact/hooks";
import { Marked } from "../lib/Marked";
import { stretches } from "../lib/text";
import type { Span } from "../protocol";

/** A text of any length: a long one in stretches, of which the browser lays out those in sight. */
export function LongText({ text, spans }: { text: string; spans: readonly Span[] }) {
  const parts = useMemo(() => stretches(text, spans), [text, spans]);
  if (parts.length === 1) return <Marked text={text} spans={spans} />;
  return (
    <>
      {parts.map((part, at) => (
        <div key={at} class="stretch" dir="auto">
          <Marked text={part.text} spans={part.spans} />
        </div>
      ))}
    </>
  );
}
