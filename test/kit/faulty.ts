/** Pools whose statements fail one by one: for tests that nothing is done by halves. */
import type { Pool, Sql } from "../../packages/server/src/db/pool.ts";

/** What a faulty pool rejects with. */
export class Lost extends Error {}

/** Whether the statement has run when its connection goes. */
export type Moment = "before" | "after";

/** Fails the statement with this number, from 1; `failed` tells whether there was one. */
export interface Fault {
  number: number;
  readonly moment: Moment;
  failed: boolean;
}

/** A pool whose statements fail as the fault says, within transactions too. Fragments are none: nobody waits for them. */
export function faulty(pool: Pool, fault: Fault): Pool {
  const wrap = <Client extends Sql>(client: Client): Client =>
    new Proxy(client, {
      apply: (target, _self, parts) => watch(Reflect.apply(target, undefined, parts)),
      get(target, name) {
        if (name === "unsafe") {
          return (...parts: unknown[]) => watch(Reflect.apply(target.unsafe, target, parts));
        }
        if (name !== "begin") return Reflect.get(target, name);
        return (body: (tx: Sql) => Promise<unknown>) => pool.begin((tx) => body(wrap(tx)));
      },
    });

  function watch<Query extends PromiseLike<unknown>>(query: Query): Query {
    if (typeof query?.then !== "function") return query;
    const run = query.then.bind(query);
    const then: Query["then"] = (resolve, reject) => {
      fault.number -= 1;
      if (fault.number !== 0) return run(resolve, reject);
      fault.failed = true;
      const lost = new Lost("the connection is gone");
      if (fault.moment === "before") return Promise.reject(lost).then(resolve, reject);
      return run(() => Promise.reject(lost)).then(resolve, reject);
    };
    // oxlint-disable-next-line unicorn/no-thenable -- a query is thenable as it is
    return Object.defineProperty(query, "then", { value: then });
  }

  return wrap(pool);
}
