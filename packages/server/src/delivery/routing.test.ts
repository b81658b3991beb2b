import assert from "node:assert/strict";
import { test, mock } from "node:test";
import { asId } from "../domain/id.ts";
import { compileTable, type RoutedEndpoint } from "./routing.ts";

function endpoint(number: number, events: readonly string[], filter: unknown = null) {
  const endpointId = asId<"ep">(`00000000-0000-7000-8000-00000000000${number}`);
  const rest = {
    wireFormat: "default@1",
    isActive: true,
    isOrdered: false,
    rateLimit: null,
    resource: null,
  };
  return { endpointId, ...rest, events, filter };
}

/** Numbers of the endpoints that get an event. */
function receivers(endpoints: readonly RoutedEndpoint[], type: string, data: unknown): number[] {
  const table = compileTable("1", endpoints);
  return table
    .match({ type, resource: null, data: Buffer.from(JSON.stringify(data)) })
    .map(({ endpointId }) => Number(endpointId.at(-1)));
}

const LARGE = { data: { amount: { $gt: 500 } } };

test("an endpoint with a filter gets what both its subscription and its filter want", () => {
  const endpoints = [
    endpoint(1, ["*"]),
    endpoint(2, ["*"], LARGE),
    endpoint(3, ["transaction.*"], LARGE),
    endpoint(4, ["refund.created"], { type: "refund.created", ...LARGE }),
    endpoint(5, ["transaction.*"]),
  ];
  assert.deepEqual(receivers(endpoints, "transaction.created", { amount: 501 }), [1, 2, 3, 5]);
  assert.deepEqual(receivers(endpoints, "transaction.created", { amount: 500 }), [1, 5]);
  assert.deepEqual(receivers(endpoints, "refund.created", { amount: 501 }), [1, 2, 4]);
  assert.deepEqual(receivers(endpoints, "refund.created", 501), [1]);
});

test("one type may go different ways with each event", () => {
  const table = compileTable("1", [endpoint(1, ["*"], LARGE)]);
  const counts = ['{"amount":501}', '{"amount":1}', "[]", "null", '{"amount":502}'].map(
    (text) => table.match({ type: "a", resource: null, data: Buffer.from(text) }).length,
  );
  assert.deepEqual(counts, [1, 0, 0, 0, 1]);
});

test("an event is decoded once, and only for a route that has a filter", (context) => {
  const parse = mock.method(JSON, "parse");
  context.after(() => parse.mock.restore());
  const table = compileTable("1", [
    endpoint(1, ["*"]),
    endpoint(2, ["order.*"], LARGE),
    endpoint(3, ["order.*"], { $not: LARGE }),
  ]);
  table.match({ type: "refund.created", resource: null, data: Buffer.from("{}") });
  assert.equal(parse.mock.callCount(), 0);
  const routes = table.match({ type: "order.created", resource: null, data: Buffer.from("{}") });
  assert.deepEqual([parse.mock.callCount(), routes.length], [1, 2]);
});

test("a filter never meets what an event inherits", () => {
  const filter = { data: { constructor: { $exists: true } } };
  const table = compileTable("1", [endpoint(1, ["*"], filter)]);
  const proto = Buffer.from('{"__proto__":{"constructor":1}}');
  assert.equal(table.match({ type: "a", resource: null, data: proto }).length, 0);
  assert.equal(
    table.match({ type: "a", resource: null, data: Buffer.from('{"constructor":1}') }).length,
    1,
  );
});

test("an endpoint with a resource gets exactly the events about it, and is judged before any data is decoded", () => {
  const nova = { ...endpoint(1, ["*"]), resource: "artist:nova" };
  const vega = { ...endpoint(2, ["*"], LARGE), resource: "artist:vega" };
  const table = compileTable("1", [nova, vega, endpoint(3, ["*"])]);
  const data = Buffer.from('{"amount":600}');
  const numbers = (resource: string | null) =>
    table.match({ type: "a", resource, data }).map(({ endpointId }) => Number(endpointId.at(-1)));
  assert.deepEqual(numbers("artist:nova"), [1, 3]);
  assert.deepEqual(numbers("artist:vega"), [2, 3]);
  assert.deepEqual(numbers("artist:novax"), [3]);
  assert.deepEqual(numbers(null), [3]);
});
