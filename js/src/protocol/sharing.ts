/** A view for somebody else, or for later: shared, saved, exported. */
import type { View } from "./records";

/** What an explorer shows, as much of it as differs from one just opened. */
export type State = { [name: string]: unknown };

export type ShareParams = {
  state: State;
};

/** The view as a token and as lines of Python; `load` is null where filters are on. */
export type ShareResult = {
  token: string;
  code: string;
  load: string | null;
};

export type ProposalParams = {
  token: string;
};

/** What a link shows, if it is `mine`: of this dataset; `missing` is what it lacks. */
export type ProposalResult = {
  mine: boolean;
  state: State;
  reading: string;
  missing: string[];
};

export type ViewChange =
  | { do: "save"; name: string; state: State; replace: boolean }
  | { do: "rename"; name: string; to: string }
  | { do: "delete"; name: string };

export type ViewsParams = {
  /** Made once under its `id`, however often it is asked for. */
  change: (ViewChange & { id: string }) | null;
};

/** A saved view; `missing` names what the dataset no longer has. */
export type SavedView = {
  name: string;
  state: State;
  missing: string[];
};

export type ViewsResult = {
  views: SavedView[];
};

export type Format = "csv" | "jsonl" | "parquet" | "html";

export type ExportParams =
  | {
      do: "begin";
      file: string;
      format: Format;
      view: View;
      ids: string[] | null;
      changes?: boolean;
    }
  | { do: "next"; file: string; piece: number }
  | { do: "close"; file: string };

/** A file that is being written; the piece asked for comes as a buffer beside the answer. */
export type ExportResult = {
  file: string;
  name: string;
  media: string;
  total: number;
  written: number;
};
