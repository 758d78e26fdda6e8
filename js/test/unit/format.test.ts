import { expect, test } from "vitest";
import * as format from "../../src/lib/format";
import { lightness } from "../../src/lib/theme";

test("a share is never rounded to nothing or to everything", () => {
  expect(format.share(1204, 67_349)).toBe("1.8\u00a0%");
  expect(format.share(1, 1_000_000)).toBe("<\u00a00.1\u00a0%");
  expect(format.share(999_999, 1_000_000)).toBe(">\u00a099.9\u00a0%");
  expect(format.share(0, 10)).toBe("0\u00a0%");
  expect(format.share(10, 10)).toBe("100\u00a0%");
  expect(format.share(0, 0)).toBe("0\u00a0%");
});

test("a score is never rounded to a certainty that it is not", () => {
  expect(format.score(0.9386059)).toBe("0.939");
  expect(format.score(0.99962)).toBe("0.9996");
  expect(format.score(0.99996)).toBe("≈ 1");
  expect(format.score(0.0000001)).toBe("≈ 0");
  expect(format.score(1)).toBe("1.000");
  expect(format.score(0)).toBe("0.000");
});

test("the margin is half the interval, in points", () => {
  const text = format.withMargin({ value: 0.91, low: 0.908, high: 0.912 });
  expect(text).toBe("91.0\u00a0% ±\u00a00.2");
  expect(format.withMargin({ value: null, low: null, high: null })).toBe("–");
});

test("sizes, counts and times are in words that people use", () => {
  expect(format.size(812)).toBe("812 characters");
  expect(format.size(48_200)).toBe("48 KB");
  expect(format.size(1_234_567)).toBe("1.2 MB");
  expect(format.records(1)).toBe("1 record");
  expect(format.records(67_349)).toBe("67,349 records");
  expect(format.duration(0.4)).toBe("< 1 ms");
  expect(format.duration(1_500)).toBe("1.5 s");
});

test("metadata of every type fits on a line", () => {
  expect(format.value({ $date: "2024-01-01" })).toBe("2024-01-01");
  expect(format.value({ a: [1, null] })).toBe('{"a":[1,null]}');
  expect(format.value(null)).toBe("–");
  expect(format.value(false)).toBe("false");
});

test("a colour one sees through says nothing about the theme", () => {
  expect(lightness("rgb(33, 33, 33)")).toBeLessThan(0.2);
  expect(lightness("rgb(255, 255, 255)")).toBe(1);
  expect(lightness("rgba(0, 0, 0, 0)")).toBeNull();
  expect(lightness("color(srgb 1 1 1)")).toBeNull();
});
