/** The connection is there within 30 ms; where it takes longer nobody waits for it to see the first rows. */
export const HOLD_MS = 100;
