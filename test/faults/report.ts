/** Verdicts for people and for files. */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { isMet, type Criterion, type Grade, type Verdict } from "./verdict.ts";

const WORDS: Readonly<Record<Grade, string>> = {
  passes: "passes",
  slow: "safe, but slower than demanded",
  fails: "FAILS",
  "not run": "not run",
};

export function record(verdict: Verdict, file: string): void {
  appendFileSync(file, `${JSON.stringify(verdict)}\n`);
  process.stdout.write(`${describe(verdict)}\n`);
}

/** The verdicts of earlier runs; none where there is no file. */
export function readVerdicts(file: string): Verdict[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

function describe(verdict: Verdict): string {
  const { scenario, round, criteria, figures, grade, reason, tookSeconds } = verdict;
  const shown = criteria.filter((criterion) => !isUsual(criterion));
  const lines = shown.map((criterion) => {
    const missed = criterion.isTiming ? "MISSED (time)" : "MISSED";
    const mark = (isMet(criterion) ? "ok" : missed).padEnd(14);
    return `  ${mark}${criterion.name} ${criterion.value} (${demandOf(criterion)})`;
  });
  const head = `${scenario} round ${round}: ${WORDS[grade]} (${tookSeconds} s)`;
  return [head, ...(reason ? [`  ${reason}`] : []), ...lines, `  ${JSON.stringify(figures)}`].join(
    "\n",
  );
}

function demandOf({ atMost, atLeast }: Criterion): string {
  return atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
}

/** A Markdown table: for each scenario its rounds and every criterion with the worst figure of all rounds. */
export function tableOf(verdicts: readonly Verdict[]): string {
  const rows = ["| Scenario | Rounds | Verdict | Figures beside the criteria (the worst round) |"];
  rows.push("| --- | --- | --- | --- |");
  for (const [id, rounds] of Map.groupBy(verdicts, ({ scenario }) => scenario)) {
    const grade = worstGrade(rounds);
    const reasons = [...new Set(rounds.flatMap(({ reason }) => reason ?? []))];
    const cells = worstCriteria(rounds)
      .filter((each) => !isUsual(each))
      .map(cellOf);
    const figures = [...reasons, ...cells].join("; ");
    rows.push(`| ${id} ${rounds[0]?.title} | ${rounds.length} | ${WORDS[grade]} | ${figures} |`);
  }
  return `${rows.join("\n")}\n`;
}

const SEVERITY: readonly Grade[] = ["passes", "not run", "slow", "fails"];

function worstGrade(rounds: readonly Verdict[]): Grade {
  const worst = Math.max(...rounds.map(({ grade }) => SEVERITY.indexOf(grade)));
  return SEVERITY[worst] ?? "fails";
}

function worstCriteria(rounds: readonly Verdict[]): Criterion[] {
  const all = rounds.flatMap(({ criteria }) => criteria);
  return [...Map.groupBy(all, ({ name }) => name).values()].flatMap((same) => {
    // The bounds of a round may follow from its own clean run: how far it is beyond them decides.
    const distance = ({ value, atMost = Infinity, atLeast = -Infinity }: Criterion) =>
      atMost < Infinity ? value - atMost : atLeast - value;
    return same.toSorted((a, b) => distance(b) - distance(a)).slice(0, 1);
  });
}

/** The zeros that all scenarios have in common say nothing to a reader as long as they are met. */
function isUsual(criterion: Criterion): boolean {
  return COMMON.has(criterion.name) && isMet(criterion);
}

const COMMON = new Set(
  "lost stuck attemptGaps unmatched badSignatures overwritten ownEnds secretsPrinted".split(" "),
);

function cellOf(criterion: Criterion): string {
  const text = `${criterion.name} ${criterion.value} (${demandOf(criterion)})`;
  return isMet(criterion) ? text : `**${text}**`;
}
