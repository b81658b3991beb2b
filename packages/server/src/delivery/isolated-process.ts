/**
 * The process in which deliveries are attempted that may have ended two nodes: one at a time, and nothing else is in
 * it. It has no database; what it needs comes with each job, and with the setup before the first. See isolation.ts.
 */
import { createSecretKey } from "node:crypto";
import { systemClock } from "../platform/clock.ts";
import type { Profile } from "../domain/profile.ts";
import { createPlatforms, type Platforms } from "../platforms.ts";
import type { LeasedDelivery } from "../store/leases.ts";
import type { DeliveryEndpoint, EndpointSecret } from "./endpoints.ts";
import { bodyHash, checkBody, prepare } from "./prepare.ts";
import type { Sender, SendResult } from "./send.ts";
import { openSender, type SenderSettings } from "./sender-settings.ts";

/** The first message. */
export interface Setup {
  readonly kind: "setup";
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly sender: SenderSettings;
}

export interface Job {
  readonly kind: "job";
  readonly delivery: LeasedDelivery;
  readonly endpoint: Pick<DeliveryEndpoint, "url" | "headers">;
  /** With the bytes of their keys for the delivery's wire format. */
  readonly secrets: readonly (Omit<EndpointSecret, "key"> & { readonly keyBytes: Buffer })[];
  /** Milliseconds since the epoch, for the signature. */
  readonly now: number;
  readonly traceparent: string | null;
}

/** The answer to a job; nothing comes when the process ends over it. */
export type Answer =
  | {
      readonly kind: "sent";
      readonly result: SendResult;
      readonly signature: string;
      readonly secretIds: readonly string[];
      readonly customHeaders: readonly string[];
      readonly traceparent: string | null;
      readonly bodySha256: Buffer;
    }
  | { readonly kind: "broken"; readonly message: string };

let platforms: Platforms | undefined;
let sender: Sender | undefined;

async function attempt(job: Job): Promise<Answer> {
  const { delivery, endpoint, secrets, now, traceparent } = job;
  if (!platforms || !sender) throw new TypeError("a job came before the setup");
  const opened = secrets.map(({ keyBytes, ...secret }) => ({
    ...secret,
    key: () => createSecretKey(keyBytes),
  }));
  const format = platforms.format(delivery.wireFormat);
  const prepared = prepare(
    delivery,
    { ...endpoint, secrets: opened },
    { format, now, traceparent },
  );
  checkBody(delivery, prepared);
  const result = await sender.send(prepared.request);
  const { request, ...made } = prepared;
  const bodySha256 = bodyHash(request.body);
  return { kind: "sent", result, ...made, bodySha256 };
}

process.on("message", (message: Setup | Job) => {
  if (message.kind === "setup") {
    platforms = createPlatforms(message.profiles);
    sender = openSender(message.sender, systemClock);
    return;
  }
  attempt(message)
    .catch((error: unknown): Answer => ({ kind: "broken", message: String(error) }))
    .then((answer) => process.send?.(answer));
});
// Ctrl-C reaches the whole group; the node says when it is over.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit());
