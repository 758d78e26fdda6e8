import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // A limit for what hangs, not for slow machines.
  test: { include: ["test/unit/**/*.test.ts"], testTimeout: 30_000 },
});
