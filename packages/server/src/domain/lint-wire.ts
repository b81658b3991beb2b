import { signatureTemplateProblems } from "@posthorn/sdk/webhooks";
import type { Profile } from "./profile.ts";
import type { Report } from "./lint-report.ts";
import { isHeaderName, isReservedHeader } from "./request-header.ts";

/** Envelope, headers, signature, and whether the secret rules go with them. */
export function lintWire(profile: Profile, report: Report): void {
  lintEnvelope(profile, report);
  lintHeaders(profile, report);
  lintSignature(profile, report);
  lintRoll(profile, report);
  if (profile.delivery.delaysSeconds[0] !== 0) {
    report("warning", "/delivery/delaysSeconds/0", "The first attempt is usually immediate: 0.");
  }
}

function lintEnvelope({ wire: { envelope } }: Profile, report: Report): void {
  const pointer = "/wire/envelope";
  const data = envelope.filter(({ from }) => from === "event.data");
  if (data.length !== 1) report("error", pointer, "event.data must be there exactly once.");
  const seen = new Set<string>();
  envelope.forEach(({ field, from, as, optional }, index) => {
    const here = `${pointer}/${index}`;
    if (seen.has(field)) report("error", `${here}/field`, `${field} is there twice.`);
    seen.add(field);
    if (as !== undefined && from !== "event.occurredAt") {
      report("error", `${here}/as`, "Only a time has a form.");
    }
    const mayBeAbsent = from.startsWith("event.data.");
    if (mayBeAbsent && optional !== true) {
      report("error", here, "A member of the data may be absent: say optional.");
    }
    if (mayBeAbsent && index === 0) {
      report("error", here, "The first field must always be there.");
    }
    if (!mayBeAbsent && optional === true) {
      report("error", `${here}/optional`, `${from} is never absent.`);
    }
  });
}

function lintHeaders({ wire: { headers } }: Profile, report: Report): void {
  const seen = new Set<string>();
  headers.forEach(({ name, from, as, prefix }, index) => {
    const here = `/wire/headers/${index}`;
    const lower = name.toLowerCase();
    if (!isHeaderName(name)) report("error", `${here}/name`, "Not a legal header name.");
    if (isReservedHeader(name)) report("error", `${here}/name`, `${name} cannot be set here.`);
    if (seen.has(lower)) report("error", `${here}/name`, `${name} is there twice.`);
    seen.add(lower);
    if (as !== undefined && from !== "attempt.at" && from !== "event.occurredAt") {
      report("error", `${here}/as`, "Only a time has a form.");
    }
    if (prefix === undefined) return;
    if (!from.endsWith(".id")) report("error", `${here}/prefix`, "Only an id has a prefix.");
    // A dot would make "id.timestamp.body" ambiguous: two requests could share one signature.
    if (!/^[A-Za-z0-9_-]{0,30}$/.test(prefix)) {
      report("error", `${here}/prefix`, "A prefix has letters, digits, _ and - only.");
    }
  });
}

function lintSignature({ wire }: Profile, report: Report): void {
  const { signature, headers } = wire;
  const pointer = "/wire/signature";
  for (const problem of signatureTemplateProblems(signature)) {
    report("error", pointer, `${problem}.`);
  }
  const bearers = headers.filter(({ from }) => from === "signature").length;
  if (bearers !== 1) report("error", "/wire/headers", "Exactly one header bears the signature.");

  const signsTimestamp = signature.content.includes("{timestamp}");
  const carriesTimestamp =
    signature.wrap.includes("{timestamp}") ||
    headers.some(
      ({ from, as }) => from === "attempt.at" && (as ?? "unix-seconds") === "unix-seconds",
    );
  if (signsTimestamp && !carriesTimestamp) {
    report("error", pointer, "The signed timestamp is sent nowhere in seconds.");
  }
  const signedId = /\{((?:event|delivery)\.id)\}/.exec(signature.content)?.[1];
  if (signedId !== undefined && !headers.some(({ from }) => from === signedId)) {
    report("error", pointer, `The signed ${signedId} is in no header.`);
  }
  if (!signsTimestamp && signature.toleranceSeconds !== 0) {
    report("error", `${pointer}/toleranceSeconds`, "Without a signed timestamp it must be 0.");
  }
  if (signsTimestamp && signature.toleranceSeconds === 0) {
    report("warning", `${pointer}/toleranceSeconds`, "0 accepts recorded requests for ever.");
  }
  if (!signsTimestamp) {
    const message = "The timestamp is not signed: a recorded request can be sent again.";
    report("warning", `${pointer}/content`, message);
  }
  if (signedId === undefined && !wire.envelope.some(({ from }) => from.endsWith(".id"))) {
    report("warning", `${pointer}/content`, "No id is signed: receivers cannot deduplicate.");
  }
}

function lintRoll({ secret: { roll }, wire: { signature } }: Profile, report: Report): void {
  const pointer = "/secret/roll";
  const overlaps = roll.overlapSeconds > 0 || roll.choices.some((seconds) => seconds > 0);
  if (roll.mode === "overlap" && signature.max === 1) {
    const message = "The header holds one signature (max: 1), so two secrets cannot overlap.";
    report("error", `${pointer}/mode`, message);
  }
  if (roll.mode !== "overlap" && overlaps) {
    report("error", pointer, `A roll in mode ${roll.mode} has no overlap.`);
  }
  if (roll.mode === "overlap" && !roll.choices.includes(roll.overlapSeconds)) {
    report("error", `${pointer}/choices`, "The usual overlap must be one of the choices.");
  }
}
