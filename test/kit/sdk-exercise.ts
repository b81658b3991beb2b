/**
 * What the built SDK must do on every runtime, with nothing but what all of them have. The runtimes get it without its
 * types; nothing but types may be imported here.
 */
import type * as Sdk from "@posthorn/sdk";
import type * as Webhooks from "@posthorn/sdk/webhooks";

export interface ExerciseInput {
  readonly url: string;
  readonly key: string;
  readonly organizationId: string;
  readonly endpointId: string;
  readonly secret: string;
}

/** Answers what came out, for the test to look at. */
export async function exercise(sdk: typeof Sdk, webhooks: typeof Webhooks, input: ExerciseInput) {
  return { ...(await callApi(sdk, input)), ...(await receive(webhooks, input.secret)) };
}

const DATA = { orderId: "ord_1", ü: "é" };

async function callApi({ createAdminClient, PosthornError }: typeof Sdk, input: ExerciseInput) {
  const { url, key, organizationId, endpointId } = input;
  const admin = createAdminClient({ url, secretKey: key });
  const event = await admin.events.publish({ type: "order.paid", organizationId, data: DATA });
  const sent = await admin.webhooks.sendTest(endpointId, { eventType: "order.paid", data: DATA });
  const health = await admin.webhooks.verify(endpointId);
  const ids: string[] = [];
  for await (const { id } of admin.events.list({ organizationId, limit: 1 })) ids.push(id);
  const missing = await admin.events.get("evt_00000000000000000000000000").catch(String);
  const typed = await admin.events
    .get("evt_00000000000000000000000000")
    .catch((error: unknown) => error instanceof PosthornError && error.code);
  return {
    isListed: ids.includes(event.id),
    sent: [sent.status, sent.responseStatus],
    health: Object.keys(health).toSorted(),
    missing: [typeof missing, typed],
  };
}

async function receive({ createReceiver, signTestEvent }: typeof Webhooks, secret: string) {
  const handled: unknown[] = [];
  const receiver = createReceiver({ format: "standard", secret });
  receiver.on("order.paid", (event) => void handled.push(event.data));
  const handle = receiver.fetchHandler();
  const test = { format: "standard", secret, type: "order.paid", data: DATA } as const;
  const { headers, body } = signTestEvent(test);
  const answers: number[] = [];
  for (const text of [body, body, `${body} `]) {
    const request = new Request("http://localhost/", { method: "POST", headers, body: text });
    answers.push((await handle(request)).status);
  }
  answers.push((await handle(new Request("http://localhost/"))).status);
  await receiver.close();
  return { answers, handled };
}
