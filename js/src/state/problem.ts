/** What is wrong with a query. */
import { RequestError } from "./channel";

/** A query the kernel refused, with the text that its positions count in. */
export type Problem = {
  query: string;
  type: string;
  message: string;
  start: number | null;
  end: number | null;
};

export function asProblem(error: unknown, query: string): Problem {
  if (error instanceof RequestError) {
    const { type, message, start, end } = error;
    return { query, type, message, start, end };
  }
  return { query, type: "Error", message: String(error), start: null, end: null };
}
