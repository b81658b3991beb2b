import {
  CHECK_ANSWER_MS_GOOD,
  CHECK_CERTIFICATE_DAYS_GOOD,
  CHECK_STALE_SECONDS,
} from "../limits.ts";
import { causeOf } from "./cause.ts";
import type { AttemptResult } from "./outcome.ts";

/** The steps of a check, in their order. */
export const CHECK_STEPS = [
  "url",
  "dns",
  "connect",
  "tls",
  "answer",
  "signature",
  "forged",
  "stale",
  "repeat",
] as const;
export type CheckStepName = (typeof CHECK_STEPS)[number];

/** `warning`: deliveries arrive, but something is not as it should be. `skipped`: it says nothing, or could not be asked. */
export const CHECK_VERDICTS = ["passed", "warning", "failed", "skipped"] as const;
export type CheckVerdict = (typeof CHECK_VERDICTS)[number];

export interface CheckStep {
  readonly step: CheckStepName;
  readonly verdict: CheckVerdict;
  /** What was found, in one sentence. */
  readonly detail: string;
  /** What to do about it; null where nothing is to be done. */
  readonly fix: string | null;
  readonly durationMs: number | null;
  readonly responseStatus: number | null;
}

/** What a request of the check came to. */
export type CheckAnswer = Pick<
  AttemptResult,
  "outcome" | "status" | "error" | "durationMs" | "phases"
>;

/** What opening a socket has shown; a test inbox is on our own listener (`isOwn`). */
export interface CheckedSocket {
  readonly failure: Pick<AttemptResult, "outcome" | "error"> | null;
  readonly phases: AttemptResult["phases"];
  readonly isNamed: boolean;
  readonly isSecure: boolean;
  readonly isOwn: boolean;
  readonly certificateEndsAt: Date | null;
}

const OF_SOCKET = ["dns", "connect", "tls"] as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const NOT_REACHED = "Not asked, because a step before it failed.";

/** URL, name, connection and certificate, in this order; what comes after a failure is skipped. */
export function judgeSocket(probe: CheckedSocket, now: number): CheckStep[] {
  const { failure, phases, isOwn } = probe;
  if (isOwn) return OF_SOCKET.map((name) => skipped(name, "A test inbox is part of this server."));
  const failed = failure && failedStep(failure, phases);
  const steps = [judgeName(probe), judgeConnection(probe), judgeCertificate(probe, now)];
  if (failure === null || failed === null) return steps;
  const at = steps.findIndex(({ step }) => step === failed);
  return steps.map((step, index) => {
    if (index < at) return step;
    return index > at ? skipped(step.step, NOT_REACHED) : failedBy(step.step, failure);
  });
}

/** Whether an answer came, and how fast. */
export function judgeAnswer(answer: CheckAnswer): CheckStep {
  if (answer.status === null) return failedBy("answer", answer, answer);
  const ms = answer.phases.waitMs ?? answer.durationMs;
  const facts = { durationMs: ms, responseStatus: answer.status };
  if (ms <= CHECK_ANSWER_MS_GOOD)
    return step("answer", "passed", { detail: `It answered in ${ms} ms.`, ...facts });
  return step("answer", "warning", {
    detail: `It took ${(ms / 1000).toFixed(1)} s to answer.`,
    ...facts,
    fix: "Answer first and work afterwards: store the event, answer 2xx, and handle it in the background.",
  });
}

/** Whether a rightly signed request is taken. */
export function judgeSignature(answer: CheckAnswer): CheckStep {
  if (answer.outcome !== "delivered") return failedBy("signature", answer, answer);
  return answered("signature", "passed", { answer, text: "It took a rightly signed event" });
}

/** Whether a request that somebody else signed is refused. */
export function judgeForged(answer: CheckAnswer): CheckStep {
  return judgeRefusal("forged", answer, {
    refused: "It refused a forged signature",
    taken: "It accepts forged requests: anybody who knows the address can send events",
    takenVerdict: "failed",
    fix: "Verify the signature before anything else is done with a request, and answer 401 when it is wrong.",
  });
}

/** Whether a recorded request is refused after some minutes. */
export function judgeStale(answer: CheckAnswer): CheckStep {
  const minutes = CHECK_STALE_SECONDS / 60;
  return judgeRefusal("stale", answer, {
    refused: `It refused a request that is ${minutes} minutes old`,
    taken: `It took a request that is ${minutes} minutes old: whoever records one can send it again`,
    takenVerdict: "warning",
    fix: "Refuse timestamps that are more than five minutes away from now.",
  });
}

/** Whether the same event is taken a second time: after a lost answer it is sent again. */
export function judgeRepeat(answer: CheckAnswer): CheckStep {
  if (answer.outcome === "delivered") {
    return answered("repeat", "passed", { answer, text: "It took the same event a second time" });
  }
  return {
    ...answered("repeat", "failed", { answer, text: "It refused the same event the second time" }),
    fix: "Answer 2xx to an id that was handled already: an event is sent again when its answer was lost.",
  };
}

export function skipped(name: CheckStepName, detail: string): CheckStep {
  return step(name, "skipped", { detail });
}

/** The step for a URL that the rules refuse or let through. */
export function judgeUrlStep(
  problem: { readonly message: string; readonly fix?: string | undefined } | null,
): CheckStep {
  if (problem === null)
    return step("url", "passed", { detail: "Deliveries may be sent to this URL." });
  return step("url", "failed", { detail: problem.message, fix: problem.fix ?? null });
}

/** What nobody needs to ask any more. */
export function skippedFrom(name: CheckStepName): CheckStep[] {
  return CHECK_STEPS.slice(CHECK_STEPS.indexOf(name)).map((each) => skipped(each, NOT_REACHED));
}

function judgeRefusal(
  name: CheckStepName,
  answer: CheckAnswer,
  say: {
    readonly refused: string;
    readonly taken: string;
    readonly takenVerdict: CheckVerdict;
    readonly fix: string;
  },
): CheckStep {
  const { status, outcome } = answer;
  if (outcome === "delivered") {
    return { ...answered(name, say.takenVerdict, { answer, text: say.taken }), fix: say.fix };
  }
  if (status === null) {
    const text = "It gave no answer: its check may have crashed";
    return { ...answered(name, "failed", { answer, text }), fix: REFUSE_CALMLY };
  }
  if (status >= 400 && status < 500) return answered(name, "passed", { answer, text: say.refused });
  const text = "It did not take it, but it did not refuse it either";
  return { ...answered(name, "warning", { answer, text }), fix: REFUSE_CALMLY };
}

const REFUSE_CALMLY =
  "A signature that is wrong in any way must end in 401, never in an exception. Compare lengths before you compare bytes.";

/** Where a socket failed; null when it stood. */
function failedStep(
  { outcome }: Pick<AttemptResult, "outcome" | "error">,
  phases: AttemptResult["phases"],
): CheckStepName {
  if (outcome === "dns_error") return "dns";
  if (outcome === "tls_error") return "tls";
  // A connection that stood and then broke was lost in the handshake.
  return phases.connectMs !== undefined && outcome === "connection_error" ? "tls" : "connect";
}

function judgeName({ isNamed, phases }: CheckedSocket): CheckStep {
  if (!isNamed) return skipped("dns", "The host is an address; there is nothing to look up.");
  const { dnsMs = null } = phases;
  return step("dns", "passed", { detail: "The name has an address.", durationMs: dnsMs });
}

function judgeConnection({ phases }: CheckedSocket): CheckStep {
  const { connectMs = null } = phases;
  return step("connect", "passed", { detail: "A connection was opened.", durationMs: connectMs });
}

function judgeCertificate(
  { isSecure, phases, certificateEndsAt }: CheckedSocket,
  now: number,
): CheckStep {
  if (!isSecure) {
    return step("tls", "warning", {
      detail: "Plain http: everybody on the way can read events.",
      fix: "Use https as soon as the receiver is not on your own machine.",
    });
  }
  const { tlsMs = null } = phases;
  if (certificateEndsAt === null)
    return step("tls", "passed", { detail: VALID, durationMs: tlsMs });
  const days = Math.floor((certificateEndsAt.getTime() - now) / DAY_MS);
  const until = `until ${certificateEndsAt.toISOString().slice(0, 10)}`;
  if (days >= CHECK_CERTIFICATE_DAYS_GOOD) {
    const text = `The certificate is valid ${until}, for ${days} days.`;
    return step("tls", "passed", { detail: text, durationMs: tlsMs });
  }
  const text = `The certificate is valid ${until}: ${days === 1 ? "1 day is" : `${days} days are`} left.`;
  const fix = "Renew the certificate before it ends; deliveries fail from that moment on.";
  return step("tls", "warning", { detail: text, durationMs: tlsMs, fix });
}

const VALID = "The certificate is valid.";

function failedBy(
  name: CheckStepName,
  failure: Pick<AttemptResult, "outcome" | "error">,
  answer?: CheckAnswer,
): CheckStep {
  const { outcome, error } = failure;
  const status = answer?.status ?? null;
  const cause = causeOf({ outcome, status, errorCode: error?.code ?? null });
  const said = status === null ? "" : ` It answered ${status}.`;
  return step(name, "failed", {
    detail: `${cause?.summary ?? ""}${said}`,
    fix: cause?.fix ?? null,
    durationMs: answer?.durationMs ?? null,
    responseStatus: status,
  });
}

function answered(
  name: CheckStepName,
  verdict: CheckVerdict,
  { answer, text }: { readonly answer: CheckAnswer; readonly text: string },
): CheckStep {
  const { status, durationMs } = answer;
  const detail = status === null ? `${text}.` : `${text} (${status}).`;
  return step(name, verdict, { detail, durationMs, responseStatus: status });
}

function step(
  name: CheckStepName,
  verdict: CheckVerdict,
  facts: Pick<CheckStep, "detail"> &
    Partial<Pick<CheckStep, "fix" | "durationMs" | "responseStatus">>,
): CheckStep {
  return {
    step: name,
    verdict,
    fix: null,
    durationMs: null,
    responseStatus: null,
    ...facts,
  };
}
