import { decimal, moment, value } from "../lib/format";

/** A value of a field by its type, clamped; one that is missing is a sign and a word. */
export function ValueCell({ of, kind }: { of: unknown; kind: string }) {
  if (of === null || of === undefined || (Array.isArray(of) && of.length === 0)) {
    return (
      <span class="muted missing">
        <span aria-hidden="true">–</span>
        <span class="unseen">no value</span>
      </span>
    );
  }
  const whole = Array.isArray(of) ? of.map(value).join(", ") : value(of);
  const short = Array.isArray(of) ? of.map((one) => shown(one, kind)).join(", ") : shown(of, kind);
  if (short === "") return <span class="muted missing">(empty)</span>;
  return (
    <span class="plain-value" data-kind={kind} dir="auto" title={whole}>
      {short}
    </span>
  );
}

function shown(of: unknown, kind: string): string {
  if (typeof of === "number") return decimal(of);
  return kind === "date" ? moment(value(of)) : value(of);
}
