import { describe, expect, test } from "vitest";
import { asText, matching, pieces } from "../../src/lib/text";
import type { Span } from "../../src/protocol";

const shown = (text: string, spans: Span[]) =>
  pieces(text, spans)
    .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
    .join("");

describe("pieces", () => {
  test.each<[string, Span[], string]>([
    ["a good film", [[2, 6]], "a [good] film"],
    ["good", [[0, 4]], "[good]"],
    ["good", [], "good"],
    ["", [[0, 4]], ""],
    ["😀 good 😀", [[3, 7]], "😀 [good] 😀"],
    ["e\u0301 bon", [[3, 6]], "e\u0301 [bon]"],
    ["<img src=x>", [[1, 4]], "<[img] src=x>"],
    ["שלום עולם", [[5, 9]], "שלום [עולם]"],
  ])("%s", (text, spans, want) => {
    expect(shown(text, spans)).toBe(want);
  });

  test("overlapping, unsorted, reversed and overlong spans lose no character", () => {
    const text = "plays like a dream";
    const spans: Span[] = [
      [6, 10],
      [0, 8],
      [12, 3],
      [13, 900],
    ];
    expect(
      pieces(text, spans)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
    expect(shown(text, spans)).toBe("[plays li][ke] a [dream]");
  });

  test("a span never cuts an emoji in half", () => {
    for (const { text } of pieces("a😀b", [[1, 2]])) {
      expect(text).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
    }
  });
});

test("a list of texts is shown one under the other", () => {
  expect(asText(["one", "two"])).toBe("one\ntwo");
  expect(asText(null)).toBe("");
});

describe("matching", () => {
  const labels = ["card arrival", "card not working", "lost card", "Cash"];
  test("labels that begin with the typing come first", () => {
    expect(matching(labels, "card")).toEqual(["card arrival", "card not working", "lost card"]);
  });
  test("words are found in any order and case", () => {
    expect(matching(labels, "WORK card")).toEqual(["card not working"]);
  });
  test("without typing all labels keep their order", () => {
    expect(matching(labels, " ")).toEqual(labels);
  });
});
