import { asId } from "../domain/id.ts";
import {
  judgeAnswer,
  judgeForged,
  judgeRepeat,
  judgeSignature,
  judgeSocket,
  judgeStale,
  skipped,
  skippedFrom,
  type CheckStep,
} from "../domain/endpoint-check.ts";
import { generateSecret } from "../domain/secret.ts";
import { CHECK_REQUEST_MS_MAX, CHECK_STALE_SECONDS } from "../limits.ts";
import { newUuid, randomBytes } from "../platform/random.ts";
import type { CompiledFormat } from "../platforms.ts";
import { openSecretText, type DeliveryEndpoint } from "./endpoints.ts";
import { prepare } from "./prepare.ts";
import type { Sender, SendResult } from "./send.ts";
import { testDelivery, type OpenEndpoint, type TestEvent } from "./test-send.ts";

/**
 * Goes the way of a delivery step by step, and says where it ends: a socket first, then at most four signed requests,
 * none of which is in the log. A receiver that verifies takes two of them and refuses the forged and the stale one.
 * The URL was judged before.
 */
export async function checkEndpoint(
  { sender, now }: { readonly sender: Sender; readonly now: () => number },
  endpoint: OpenEndpoint,
  test: TestEvent,
): Promise<CheckStep[]> {
  const probe = await sender.probe(endpoint.url);
  const socket = judgeSocket(probe, now());
  if (probe.failure) return [...socket, ...skippedFrom("answer")];
  const ask = createAsk(sender, endpoint, { test, now: now() });
  const first = await ask({});
  const answer = judgeAnswer(first);
  if (answer.verdict === "failed") return [...socket, answer, ...skippedFrom("signature")];
  const signature = judgeSignature(first);
  // Whoever refuses what is right refuses what is wrong for no reason of its own.
  if (signature.verdict === "failed") {
    return [...socket, answer, signature, ...skippedFrom("forged")];
  }
  return [
    ...socket,
    answer,
    signature,
    ...(await checkVerifying(ask, { endpoint, isOwn: probe.isOwn })),
  ];
}

type Ask = (change: {
  readonly isForged?: boolean;
  readonly ageSeconds?: number;
  readonly timeoutMs?: number;
}) => Promise<SendResult>;

/** Sends one and the same event: the same id and body each time, signed anew. */
function createAsk(
  sender: Sender,
  endpoint: OpenEndpoint,
  { test, now }: { readonly test: TestEvent; readonly now: number },
): Ask {
  const { format } = endpoint;
  const delivery = testDelivery(now, { ...endpoint, wireFormat: format.id }, test);
  return ({ isForged = false, ageSeconds = 0, timeoutMs }) => {
    const secrets = isForged ? [strangersSecret(format)] : endpoint.secrets;
    const at = now - ageSeconds * 1000;
    const prepared = prepare(
      delivery,
      { ...endpoint, secrets },
      { format, now: at, traceparent: null },
    );
    const limitMs = Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, prepared.request.timeoutMs);
    return sender.send({ ...prepared.request, timeoutMs: limitMs });
  };
}

/** A secret that nobody has: what it signs has the right form and is wrong. */
function strangersSecret(format: CompiledFormat): DeliveryEndpoint["secrets"][number] {
  const text = generateSecret(format, randomBytes(format.secret.generatedBytes));
  const state = { id: asId<"sec">(newUuid()), state: "current", expiresAt: null } as const;
  return openSecretText(state, text);
}

const INBOX = "A test inbox takes everything, and shows there what a receiver would check.";

async function checkVerifying(
  ask: Ask,
  { endpoint, isOwn }: { readonly endpoint: OpenEndpoint; readonly isOwn: boolean },
): Promise<CheckStep[]> {
  const timeoutMs = CHECK_REQUEST_MS_MAX;
  const repeat = async () => judgeRepeat(await ask({ timeoutMs }));
  if (isOwn) return [skipped("forged", INBOX), skipped("stale", INBOX), await repeat()];
  const signsTime = endpoint.format.signature.content.includes("{timestamp}");
  return Promise.all([
    ask({ isForged: true, timeoutMs }).then(judgeForged),
    signsTime
      ? ask({ ageSeconds: CHECK_STALE_SECONDS, timeoutMs }).then(judgeStale)
      : skipped("stale", "This wire format signs no time, so receivers tell repeats by their ids."),
    repeat(),
  ]);
}
