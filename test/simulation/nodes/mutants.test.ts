/** The test of the simulation: with any one protection taken out, some seed breaks a rule. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSetting, type Setting } from "./cluster.ts";
import { loadProduct } from "./modules.ts";
import { MUTANTS, mutated, type Mutant } from "./mutants.ts";
import { runSeed } from "./seeds.ts";
import { STATEMENTS_BY_NAME } from "./statements.ts";

const SEEDS_MAX = 2_000;
const right = createSetting(await loadProduct());

for (const mutant of MUTANTS) {
  test(`the simulation finds: ${mutant.name}`, async (t) => {
    const setting = await settingOf(mutant);
    const found = await firstBreach(setting, mutant);
    assert.ok(found, `${SEEDS_MAX} seeds break no rule`);
    assert.deepEqual((await runSeed(right, found.seed)).breaches, [], "it is the mutant's doing");
    t.diagnostic(`seed ${found.seed}: ${found.breach}`);
  });
}

async function settingOf(mutant: Mutant): Promise<Setting> {
  const { name, changes } = mutant;
  const product = await loadProduct(changes && { name, changes });
  return createSetting(product, mutated(STATEMENTS_BY_NAME, mutant));
}

async function firstBreach(
  setting: Setting,
  { seed: first }: Mutant,
): Promise<{ seed: number; breach: string } | undefined> {
  const seeds = [first, ...Array.from({ length: SEEDS_MAX }, (_, index) => index + 1)];
  for (const seed of seeds) {
    const [breach] = (await runSeed(setting, seed)).breaches;
    if (breach !== undefined) return { seed, breach };
  }
  return undefined;
}
