import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { download } from "../../../src/lib/files";
import type { AnalysisDocument } from "../../../src/protocol/analysis";
import type { Analyses } from "./model";

type Props = { analyses: Analyses; documents: AnalysisDocument[] };

/** What was found as texts to copy or to save. */
export function Documents({ analyses, documents }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const byHand = useSignal("");
  const { store } = analyses.room;
  if (documents.length === 0) return null;
  const copy = async ({ name, content }: AnalysisDocument) => {
    try {
      await navigator.clipboard.writeText(content);
      store.say(`Copied ${name}`);
    } catch {
      byHand.value = content; // no clipboard over plain http: a text to copy by hand
    }
  };
  const save = ({ name, media, content }: AnalysisDocument) => {
    if (place.current) download(place.current, new Blob([content], { type: media }), name);
    store.say(`Saved ${name}`);
  };
  return (
    <div ref={place} class="desk-leads">
      {documents.map((one) => (
        <span key={one.name}>
          <button type="button" onClick={() => void copy(one)}>
            Copy {one.name}
          </button>{" "}
          <button type="button" onClick={() => save(one)}>
            Save {one.name}
          </button>
        </span>
      ))}
      {byHand.value && (
        <textarea
          readonly
          rows={8}
          aria-label="To copy"
          value={byHand.value}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
    </div>
  );
}
