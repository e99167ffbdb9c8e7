// How long to wait before trying again. Pure, but for chance.

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const AFTER_RESTART = [5_000, 30_000]; // spread, so that not everybody is back in one second

/** Milliseconds after so many failures in a row: doubled each time, and half of it by chance. */
export function pause(failures, random = Math.random) {
  const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1));
  return longest * (0.5 + random() / 2);
}

/** Milliseconds after a server has said that it restarts or is full. */
export function restartPause(random = Math.random) {
  const [least, most] = AFTER_RESTART;
  return least + random() * (most - least);
}
