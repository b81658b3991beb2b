/**
 * Loaded into the process of every test file (`node --import`): a file that does not end says which one it is, and what
 * it waits for. The runner's own limit is one for each test, and does not see what stays behind them.
 */
const FILE_MS_MAX = 180_000;

const [, file = ""] = process.argv;
if (file.endsWith(".test.ts")) {
  setTimeout(() => {
    const resources = process.getActiveResourcesInfo().join(", ");
    process.stderr.write(
      `${file} has not ended after ${FILE_MS_MAX / 1000} s. It waits for: ${resources}\n`,
    );
    process.exit(1);
  }, FILE_MS_MAX).unref();
}
