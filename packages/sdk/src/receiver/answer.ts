/** What a request is answered, on every platform the same. */
export interface ReceiverAnswer {
  readonly status: number;
  readonly body: { readonly received: true } | { readonly error: string };
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = { "content-type": "application/json" };

function refusal(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): ReceiverAnswer {
  return { status, body: { error }, headers: { ...JSON_TYPE, ...headers } };
}

/** Everything that a receiver answers. Refusals say nothing that helps to forge a request. */
export const ANSWERS = {
  received: { status: 200, body: { received: true }, headers: JSON_TYPE },
  invalidSignature: refusal(401, "Invalid signature"),
  notPost: refusal(405, "Method not allowed", { allow: "POST" }),
  // The rest of the body is not read: the connection cannot be used again.
  tooLarge: refusal(413, "Body too large", { connection: "close" }),
  malformed: refusal(400, "Invalid event"),
  alreadyParsed: refusal(
    400,
    "The body was parsed before its signature was checked: mount this handler before express.json() and its like, in Next.js with bodyParser: false",
  ),
  beingHandled: refusal(409, "Event is being processed", { "retry-after": "1" }),
  handlerFailed: refusal(500, "Handler failed"),
  notStored: refusal(503, "Event could not be stored", { "retry-after": "5" }),
} as const satisfies Record<string, ReceiverAnswer>;
