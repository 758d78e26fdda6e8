import type { Failure, PageRecord, Traits } from "../../src/protocol";

export type FakeModel = {
  dead: boolean;
  saved: number;
  get<K extends keyof Traits>(name: K): Traits[K];
  set<K extends keyof Traits>(name: K, value: Traits[K]): void;
  trigger(name: string, ...values: unknown[]): void;
  listening(): number;
};

/** Parameters as they went over the wire; a test reads what it looks for. */
// biome-ignore lint/suspicious/noExplicitAny: of several methods
export type Sent = { id: string; method: string; params: any };

export type FakeKernel = {
  silent: boolean;
  delay: number;
  held: unknown[];
  hold: string[] | null;
  told: number;
  refuse: { [method: string]: Partial<Failure> } | null;
  requests: Sent[];
  waiting: Sent[];
  applied: number;
  records: { get(id: string): PageRecord };
  selected: { name: string; ids: string[] };
  speak(): void;
  release(order?: number[]): void;
  die(): void;
  revive(): void;
  changeElsewhere(id: string, change: Partial<PageRecord>, how?: { quietly?: boolean }): void;
};

export function makeRecords(
  n: number,
  options?: { labels?: string[]; multi?: boolean },
): PageRecord[];

export function createKernel(options?: {
  records?: PageRecord[];
  labels?: string[];
  descriptions?: { [label: string]: string };
  multi_label?: boolean;
  total?: number;
  traits?: Partial<Traits>;
  config?: Partial<Traits["config"]>;
  cut?: number;
}): { model: FakeModel; kernel: FakeKernel };
