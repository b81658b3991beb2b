import assert from "node:assert/strict";
import { test } from "node:test";
import { asId } from "../domain/id.ts";
import { cutQuotas } from "./quota.ts";

const endpointId = asId<"ep">("00000000-0000-7000-8000-000000000001");
const quotas = [10, 1, 10].map((quota) => ({ endpointId, quota }));
const given = (room: number) => cutQuotas(quotas, room).map(({ quota }) => quota);

test("endpoints share what may start, and none gets more than it has room for", () => {
  assert.deepEqual(given(30), [10, 1, 10]);
  assert.deepEqual(given(6), [2, 1, 2]);
  assert.deepEqual(given(2), [1, 1]);
  assert.deepEqual(given(0), []);
});
