/** Drawn, not typed: fonts of a host may lack the signs. */
const PATHS = {
  undo: "M6 3 2.5 6.5 6 10M3 6.5h6a4 4 0 0 1 0 8H7",
  redo: "m10 3 3.5 3.5L10 10m3-3.5H7a4 4 0 0 0 0 8h2",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14",
  changes: "M3 4h9M3 8h5M3 12h3M8.5 13l.5-2 4-4 1.5 1.5-4 4z",
  history: "M8 2.5A5.5 5.5 0 1 1 3 5.7M3 2.5v3.2h3.2M8 5.2V8l2 1.6",
  close: "m4 4 8 8m0-8-8 8",
  down: "m4.5 6.5 3.5 3.5 3.5-3.5",
  left: "M10 3.5 5.5 8l4.5 4.5",
  right: "M6 3.5 10.5 8 6 12.5",
  ok: "m3 8.5 3.2 3.2L13 4.8",
  ko: "m4 4 8 8m0-8-8 8",
  comment: "M2.5 3h11v8H8l-3 2.5V11H2.5Z",
  pen: "m3 13 .7-3L10.5 3.2l2.3 2.3L6 12.3 3 13Z",
  up_arrow: "M8 13V3.5M4.5 7 8 3.5 11.5 7",
  down_arrow: "M8 3v9.5M4.5 9 8 12.5 11.5 9",
  both_arrows: "M5 11V4M3 6l2-2 2 2m4-1v7m-2-2 2 2 2-2",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
