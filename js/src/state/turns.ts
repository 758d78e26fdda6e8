/** Which answers are still wanted, whatever the order they come in. */

export type Turn = {
  /** Something asked since then, or shown since then, stands in the place of this answer. */
  late(): boolean;
  /** The answer is what is shown from now on. */
  take(): void;
};

/** Hands out turns; what is asked quietly is dropped for anything asked later, and drops nothing. */
export function createTurns() {
  let latest = 0;
  let earnest = 0; // the latest that was not asked quietly
  let taken = 0;
  return function begin(quietly = false): Turn {
    latest += 1;
    const turn = latest;
    if (!quietly) earnest = turn;
    return {
      late: () => turn < taken || turn !== (quietly ? latest : earnest),
      take: () => {
        taken = turn;
      },
    };
  };
}
