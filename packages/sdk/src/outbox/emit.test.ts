import assert from "node:assert/strict";
import { test } from "node:test";
import { emit, OutboxError } from "./emit.ts";

const UUID = "01890a5d-ac96-774b-bcce-b302099a8057";
const EVENT_ID = "evt_01h455vb4pex5vsknk084sn02q";
const event = { type: "order.created", data: { note: "it's $1 \\ \0" }, orderingKey: "7" };
const values = ["order.created", JSON.stringify(event.data), null, null, "7", null];

interface Sent {
  readonly text: string;
  readonly values: readonly (string | null)[];
}

function recorder(answer: unknown) {
  const sent: Sent[] = [];
  return {
    sent,
    run: async (text: string, given: readonly (string | null)[]) => {
      sent.push({ text, values: given });
      return answer;
    },
  };
}

test("each kind of client gets one statement with the values beside it, and its answer becomes the event's id", async () => {
  const rows = [{ id: UUID }];
  for (const answer of [rows, { rows, rowCount: 1 }]) {
    const { run, sent } = recorder(answer);
    // A transaction of postgres.js is a function with `unsafe` on it.
    const template = Object.assign(() => assert.fail("called as a template"), { unsafe: run });
    for (const client of [run, { query: run }, template]) {
      assert.equal(await emit(client, event), EVENT_ID);
    }
    assert.deepEqual(
      sent.map((each) => each.values),
      [values, values, values],
    );
    assert.match(sent[0]?.text ?? "", /^select posthorn\.emit\(\$1::text, \$2::text/);
  }
});

test("a client without parameters gets texts that nothing can break out of", async () => {
  const { run, sent } = recorder([{ id: UUID }]);
  await emit({ execute: (text) => run(text, []) }, { ...event, resource: "'; drop --" });
  const text = sent[0]?.text ?? "";
  assert.ok(!text.includes("drop") && !text.includes("\\"), text);
  assert.match(text, /'hex'\), 'UTF8'\)::text, null::text,/);
});

test("data without a JSON form is refused before anything is sent", async () => {
  const { run, sent } = recorder([]);
  await assert.rejects(emit(run, { type: "a", data: undefined }), OutboxError);
  assert.equal(sent.length, 0);
});

test("an answer without the row is a mistake of the client's and not an id", async () => {
  await assert.rejects(emit(recorder([]).run, event), /did not answer the row/);
});
