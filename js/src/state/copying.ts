/** A record as text to paste elsewhere. */
import { asText } from "../lib/text";
import type { RecordPayload } from "../protocol";

export type Form = "text" | "json" | "python";

/** Texts of all inputs, those of several under their names. */
function textOf({ inputs }: RecordPayload): string {
  const given = Object.entries(inputs).filter(([, text]) => text !== null);
  if (given.length === 1) return asText(given[0]?.[1]);
  return given.map(([name, text]) => `${name}:\n${asText(text)}`).join("\n\n");
}

function jsonOf(record: RecordPayload): string {
  const { version: _, text_length: __, ...rest } = record;
  return JSON.stringify(rest, null, 2);
}

/** The line that loads the record, its names as Python writes them. */
function pythonOf(dataset: string, id: string): string {
  return `rb.load(${literal(dataset)}, ids=[${literal(id)}])`;
}

/** A Python string: what JSON escapes, Python reads alike. */
function literal(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\u200b-\u200f\u202a-\u202e]/g,
    escaped,
  );
}

function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

export function formOf(form: Form, record: RecordPayload, dataset: string): string {
  if (form === "text") return textOf(record);
  return form === "json" ? jsonOf(record) : pythonOf(dataset, record.id);
}

/** Puts a text on the clipboard; false where the host, or plain http, does not let us. */
export async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
