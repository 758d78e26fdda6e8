import { useMemo, useState } from "preact/hooks";
import { count } from "../lib/format";
import type { Attributions } from "../protocol";

type Props = { name: string; of: Attributions; label: string };

/** Tokens by how much each spoke for a label: tint and line by sign and strength, numbers by hand. */
export function Explained({ name, of, label }: Props) {
  const [at, setAt] = useState(-1);
  const values = of.values[label] ?? [];
  const most = useMemo(
    () => Math.max(...values.map((value) => Math.abs(value ?? 0)), Number.MIN_VALUE),
    [values],
  );
  const told = of.tokens[at];
  return (
    <div class="explained">
      {/* biome-ignore lint/a11y/useSemanticElements: no fieldset, it holds nothing to fill in */}
      <div
        class="tokens"
        dir="auto"
        role="group"
        aria-label={`Tokens of ${name} and what each says of ${label}; arrow keys tell the numbers`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows go from token to token
        tabIndex={0}
        onKeyDown={(event) => {
          const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
          if (by === 0) return;
          event.preventDefault();
          setAt(Math.min(Math.max(0, at + by), of.tokens.length - 1));
        }}
        onPointerOver={(event) => {
          const token = (event.target as Element).closest<HTMLElement>(".token");
          if (token) setAt(Number(token.dataset.at));
        }}
      >
        {of.tokens.map((token, place) => {
          const value = values[place] ?? 0;
          return (
            <>
              <span
                key={place}
                class="token"
                data-at={place}
                data-on={place === at}
                data-sign={value > 0 ? "for" : value < 0 ? "against" : undefined}
                style={{ "--strength": String(Math.abs(value) / most) }}
              >
                {token}
              </span>{" "}
            </>
          );
        })}
        {of.left_out > 0 && <span class="muted">… {count(of.left_out)} more tokens</span>}
      </div>
      <p class="legend">
        <span class="token" data-sign="for" style={{ "--strength": "0.6" }}>
          for {label}
        </span>
        <span class="token" data-sign="against" style={{ "--strength": "0.6" }}>
          against
        </span>
        <output>
          {told !== undefined && (
            <>
              <bdi>{told}</bdi> {signed(values[at])}
            </>
          )}
        </output>
      </p>
    </div>
  );
}

function signed(value: number | null | undefined): string {
  if (value === null || value === undefined) return "no attribution";
  return `${value > 0 ? "+" : ""}${value.toFixed(3).replace("-", "−")}`;
}
