/** Runs the chosen scenarios and judges each of them. */
import { closeAll } from "./cluster.ts";
import type { Flags } from "./flags.ts";
import { seededRandom } from "./random.ts";
import { readVerdicts, record } from "./report.ts";
import { USUAL, type Scenario, type Size } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";
import { gradeOf, type Outcome, type Verdict } from "./verdict.ts";

/** Round by round: a run that is ended early has seen everything once before it sees anything twice. */
export async function runAll(given: Flags): Promise<Verdict[]> {
  const known = given.resumes ? readVerdicts(given.output) : [];
  const verdicts: Verdict[] = [];
  const endsAt = performance.now() + given.minutes * 60_000;
  for (let round = 1; round <= given.rounds; round++) {
    for (const scenario of choose(given)) {
      const size = sizeOf(scenario, given);
      const place = { scenario: scenario.id, round, seed: given.seed + round - 1, ...size };
      const earlier = known.find((verdict) => isSame(verdict, place));
      if (earlier) {
        verdicts.push(earlier);
        continue;
      }
      if (performance.now() > endsAt) {
        verdicts.push(leftOut(scenario, place));
        continue;
      }
      process.stdout.write(`\n── ${scenario.id} ${scenario.title}\n`);
      const verdict = await judge(scenario, place);
      record(verdict, given.output);
      verdicts.push(verdict);
    }
  }
  return verdicts;
}

function choose({ only, isCi }: Flags): readonly Scenario[] {
  const unknown = only.filter((id) => !SCENARIOS.some((scenario) => scenario.id === id));
  if (unknown.length > 0) throw new Error(`There is no scenario ${unknown.join(", ")}.`);
  const offered = isCi ? SCENARIOS.filter(({ ci }) => ci !== undefined) : SCENARIOS;
  return offered.filter(({ id }) => only.length === 0 || only.includes(id));
}

function sizeOf({ ci }: Scenario, { isCi, seconds, rate, pending }: Flags): Size {
  const usual = { ...USUAL, ...(isCi ? ci : {}) };
  return {
    seconds: seconds ?? usual.seconds,
    rate: rate ?? usual.rate,
    pending: pending ?? usual.pending,
  };
}

type Place = Pick<Verdict, "scenario" | "round" | "seed" | keyof Size>;

function isSame(verdict: Verdict, place: Place): boolean {
  // Proof: `Object.keys` of a Place yields its own keys.
  return (Object.keys(place) as (keyof Place)[]).every((key) => verdict[key] === place[key]);
}

async function judge(scenario: Scenario, place: Place): Promise<Verdict> {
  const startedAt = performance.now();
  const verdict = await attempt(scenario, place);
  const tookSeconds = Math.round((performance.now() - startedAt) / 1000);
  const at = new Date().toISOString();
  return { at, title: scenario.title, ...place, ...verdict, tookSeconds };
}

/** Not written to the file, so that `--resume` finds it open. */
function leftOut({ title }: Scenario, place: Place): Verdict {
  const reason = "not run: needs more time (--resume goes on)";
  const at = new Date().toISOString();
  return { at, title, ...place, ...NOTHING, grade: "not run", reason, tookSeconds: 0 };
}

const NOTHING: Outcome = Object.freeze({ criteria: [], figures: {} });

async function attempt(
  scenario: Scenario,
  { seconds, rate, pending, seed }: Place,
): Promise<Outcome & Pick<Verdict, "grade" | "reason">> {
  const lacking = scenario.lacks?.();
  if (lacking !== undefined) {
    return { ...NOTHING, grade: "not run", reason: `not run: needs ${lacking}` };
  }
  try {
    const run = { seconds, rate, pending, random: seededRandom(seed) };
    const outcome = await withinLimit(scenario.run(run), seconds);
    return { ...outcome, grade: gradeOf(outcome.criteria) };
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...NOTHING, grade: "fails", reason: reason.replaceAll("\n", " ") };
  } finally {
    // What has failed may have taken its database along; the verdict is the first failure, and the next one goes on.
    await closeAll().catch((error: unknown) =>
      process.stderr.write(`Not closed: ${String(error)}\n`),
    );
  }
}

/** Beyond the seconds of load: fills, takeovers, and the machine's moods. */
const EXTRA_SECONDS_MAX = 420;

/** One scenario that hangs must not keep the others from being seen. */
async function withinLimit<Result>(work: Promise<Result>, seconds: number): Promise<Result> {
  const limitMs = (3 * seconds + EXTRA_SECONDS_MAX) * 1000;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`had not ended after ${limitMs} ms`)), limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
