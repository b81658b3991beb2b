/** Loaded into a node before it starts: SIGUSR2 keeps its event loop busy for ten seconds. */
const BLOCK_MS = 10_000;

process.on("SIGUSR2", () => {
  const until = performance.now() + BLOCK_MS;
  while (performance.now() < until);
});
