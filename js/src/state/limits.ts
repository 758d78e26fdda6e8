/** What the kernel accepts at most, in characters: `rubrix_widget/explorer/protocol/limits.py`. */
export const MAX_COMMENT = 10_000;
export const MAX_REASON = 1_000;
