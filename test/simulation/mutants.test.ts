/** The test of the simulation: statements with a part taken out, each of which it must tell from the right ones. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Pool } from "../../packages/server/src/db/pool.ts";
import { simulate } from "./run.ts";
import { openLaboratory, type Laboratory } from "./world.ts";

let laboratory: Laboratory;

before(async () => {
  laboratory = await openLaboratory();
});

after(() => laboratory.close());

interface Mutant {
  readonly name: string;
  readonly right: string;
  readonly wrong: string;
}

const MUTANTS: readonly Mutant[] = [
  {
    name: "settling without a look at the token",
    right:
      "where d.id = i.delivery_id and d.lease_node is not null and d.lease_token = i.lease_token",
    wrong: "where d.id = i.delivery_id and d.lease_node is not null",
  },
  {
    name: "settling without a look at the lease",
    right: "where d.id = i.delivery_id and d.lease_node is not null and",
    wrong: "where d.id = i.delivery_id and",
  },
  {
    name: "a late result over what another attempt recorded",
    right: "not in (select id, lease_token from changed)",
    wrong: "not in (select id, lease_token from changed) and false",
  },
  {
    name: "claiming without counting",
    right: "attempts = d.attempts + 1, attempts_total = d.attempts_total + 1,",
    wrong: "",
  },
  {
    name: "claiming without a new token",
    right: "lease_token = d.lease_token + 1, lease_node = $3",
    wrong: "lease_node = $3",
  },
  {
    name: "claiming what waits for others",
    right: "before.sequence < d.sequence",
    wrong: "false",
  },
  {
    name: "advancing the last one of a queue",
    right: "order by q.sequence limit 1\n  ) h on true",
    wrong: "order by q.sequence desc limit 1\n  ) h on true",
  },
  { name: "claiming what is not due", right: "and d.due_at <= now()", wrong: "" },
  {
    name: "claiming for paused endpoints",
    right: "e.state = 'active' and e.deleted_at is null",
    wrong: "e.deleted_at is null",
  },
  {
    name: "giving back without a look at the token",
    right: "where d.id = i.id and d.lease_node is not null and d.lease_token = i.lease_token",
    wrong: "where d.id = i.id and d.lease_node is not null",
  },
  {
    name: "sweeping without the row of the lost attempt",
    right: "from swept on conflict do nothing",
    wrong: "from swept where false on conflict do nothing",
  },
  {
    name: "sweeping without an end of the schedule",
    right: "case when (d.attempts >= d.max_attempts) then 'failed'",
    wrong: "case when false then 'failed'",
  },
  {
    name: "sweeping only what has run out, not what dead nodes hold",
    right: "in (select id from dead)",
    wrong: "in (select id from dead where false)",
  },
  {
    name: "sweeping what is still held",
    right: "d.lease_until < now() or",
    wrong: "d.lease_until < now() + interval '1 minute' or",
  },
  {
    name: "accepting by an old routing table",
    right: "o.routing_version = i.routing_version",
    wrong: "true",
  },
  {
    name: "accepting the deliveries of an event that is rejected",
    right: "where d.event_id not in (select id from rejected)",
    wrong: "",
  },
];

const RUNS_MAX = 60;
/** Every run of this file tells the same stories: whether they suffice is decided once. */
const SEED = 1;
/** A rule of the model, of the invariants, or of the tables themselves; not a statement that PostgreSQL cannot read. */
const BROKEN_RULE = /AssertionError|violates (check|unique) constraint|cannot be written/;

for (const { name, right, wrong } of MUTANTS) {
  test(`the simulation finds ${name}`, async () => {
    const { engine, changed } = mutate(laboratory.engine, right, wrong);
    const simulation = { runs: RUNS_MAX, engine, isShort: true, start: { seed: SEED } };
    const found = await simulate(laboratory, simulation);
    assert.ok(changed() > 0, "the statement is not what it was: this test must follow it");
    assert.match(found ?? "nothing", BROKEN_RULE);
  });
}

/** The same pool, but for one part of the engine's statements. */
function mutate(pool: Pool, right: string, wrong: string): { engine: Pool; changed(): number } {
  let count = 0;
  const engine = new Proxy(pool, {
    get(target, name) {
      if (name !== "unsafe") return Reflect.get(target, name);
      return (text: string, ...rest: unknown[]) => {
        if (text.includes(right)) count += 1;
        return Reflect.apply(target.unsafe, target, [text.replaceAll(right, wrong), ...rest]);
      };
    },
  });
  return { engine, changed: () => count };
}
