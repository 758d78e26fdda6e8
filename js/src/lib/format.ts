const whole = new Intl.NumberFormat("en");

/** 67,349 */
export function count(n: number): string {
  return whole.format(n);
}

/** 1 record, 2 records */
export function records(n: number): string {
  return `${count(n)} ${n === 1 ? "record" : "records"}`;
}

/** A share in per cent: 1.8 %, < 0.1 %, 100 %; never 0 or 100 when it is not. */
export function share(part: number, total: number): string {
  if (total <= 0) return "0\u00a0%";
  const percent = (100 * part) / total;
  if (part > 0 && percent < 0.1) return "<\u00a00.1\u00a0%";
  if (part < total && percent > 99.9) return ">\u00a099.9\u00a0%";
  return `${percent.toFixed(part === 0 || part === total ? 0 : 1)}\u00a0%`;
}

/** A score to three places, four where three would make it 0 or 1. */
export function score(value: number): string {
  for (let places = 3; places < 5; places += 1) {
    const text = value.toFixed(places);
    if (value === 0 || value === 1 || (Number(text) !== 0 && Number(text) !== 1)) return text;
  }
  return value > 0.5 ? "≈ 1" : "≈ 0";
}

export type Interval = { value: number | null; low: number | null; high: number | null };

/** 91.0 % ± 0.2: half the width of the interval, in points. */
export function withMargin({ value, low, high }: Interval): string {
  if (value === null || value === undefined) return "–";
  const percent = `${(100 * value).toFixed(1)}\u00a0%`;
  if (typeof low !== "number" || typeof high !== "number") return percent;
  return `${percent} ±\u00a0${(50 * (high - low)).toFixed(1)}`;
}

/** How much text: 812 characters, 48 KB, 1.2 MB. */
export function size(characters: number): string {
  if (characters < 10_000) return `${count(characters)} characters`;
  if (characters < 1_000_000) return `${count(Math.round(characters / 1_000))} KB`;
  return `${(characters / 1_000_000).toFixed(1)} MB`;
}

export function duration(ms: number): string {
  if (ms < 1) return "< 1 ms";
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** A value of the metadata, on one line. */
export function value(of: unknown): string {
  if (of === null || of === undefined) return "–";
  if (typeof of === "string") return of;
  if (typeof of === "number" || typeof of === "boolean") return String(of);
  if (typeof of === "object" && "$date" in of) return String(of.$date);
  return JSON.stringify(of);
}

/** A number short enough to compare down a column: four digits that tell, large ones rounded. */
export function decimal(of: number): string {
  if (!Number.isFinite(of)) return of > 0 ? "∞" : of < 0 ? "−∞" : "not a number";
  const size = Math.abs(of);
  if (Number.isInteger(of) && size < 1e15) return String(of);
  return String(Number(size >= 1_000 ? of.toFixed(1) : of.toPrecision(4)));
}

/** An ISO date without what is nought: 2024-03-01, 2024-03-01 12:00, 2024-03-01 12:00:07. */
export function moment(iso: string): string {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?/.exec(iso);
  if (!parts) return iso;
  const [, day = "", time = "", seconds = ""] = parts;
  if (time === "00:00" && seconds.replace(":00", "") === "") return day;
  return `${day} ${time}${seconds.replace(":00", "")}`;
}

/** The moment on the reader's clock. */
export function local(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString();
}
