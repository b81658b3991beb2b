/** What the documentation says; figures and formulas come from the wire format itself. */
export const strings = {
  title: "Documentation",
  text: "How deliveries are sent, signed and retried here, and how the API is called.",
  format: "Wire format",
  flow: "How a delivery flows",
  steps: [
    ["Something happens", "Your provider publishes an event; from the 202 on it cannot be lost."],
    [
      "It is matched",
      "Every endpoint that wants its type, and whose filter lets it pass, gets a delivery.",
    ],
    ["It is sent", "One signed POST. Any 2xx within the time limit ends it."],
    [
      "Or sent again",
      "Anything else is retried on the schedule below, with the same id and the same bytes.",
    ],
    [
      "Until its end",
      "After the last attempt it is failed, its owner is told, and it can be sent again by hand.",
    ],
  ],
  signatures: "Signatures",
  signatureText: (header: string) => `Every request carries its proof in the header ${header}.`,
  what: "What is signed",
  key: "The HMAC key",
  keys: {
    utf8: "the whole signing secret as text",
    "base64-after-prefix": "what follows whsec_ in the signing secret, decoded from base64",
  },
  written: "How it is written",
  age: "Accepted age",
  noAge: "The time is not signed: remember ids, so that a request that is sent twice counts once.",
  seconds: (count: number) => `${count} s in both directions`,
  verify: "Verify in your own language",
  formula: (content: string, encoding: string) =>
    `signature = ${encoding}(hmac_sha256(key, "${content}"))\n` +
    "# body: the raw bytes, before anything parses them\n" +
    "# compare in constant time, and with every signature in the header",
  retries: "Retries",
  retryText: (seconds: number) =>
    `An answer other than 2xx, or none within ${seconds} s, is tried again. Redirects are not followed.`,
  attempt: "Attempt",
  wait: "After the one before",
  since: "After the event",
  atOnce: "at once",
  api: "API",
  apiText: "JSON over HTTPS; every refusal is a problem document with a code and a request id.",
  baseUrl: "Base URL",
  openapi: "The whole description (OpenAPI 3.1)",
  cli: "On your machine",
  cliCommands: "Two commands",
  cliText: "The command line forwards real events to localhost, without a tunnel.",
  trouble: "When something is wrong",
  troubles: [
    [
      "Signatures do not match",
      "Verify the raw body. A parser that ran before you changes bytes. The delivery's page shows the text that was signed.",
    ],
    [
      "Nothing arrives",
      "Is the endpoint active, and subscribed to this type? The event's page says for each endpoint why it did or did not get it.",
    ],
    [
      "Something arrives twice",
      "At least once is the promise: remember the event's id and ignore what you have seen.",
    ],
    [
      "Keys",
      "Keep them in a secret manager, one for each integration, with the fewest permissions; revoke what may have leaked.",
    ],
  ],
} as const;
