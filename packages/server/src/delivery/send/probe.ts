import tls from "node:tls";
import type { CheckedSocket } from "../../domain/endpoint-check.ts";
import type { Connect } from "../connect.ts";
import { failureOf } from "./failure.ts";
import type { Target } from "./target.ts";

/** Opens a socket with every guard of a delivery, reads its certificate, and closes it. */
export async function probeTarget(target: Target, connect: Connect): Promise<CheckedSocket> {
  if (!target.ok) return { ...NOTHING, failure: target.failure };
  const { origin } = target;
  const phases = {};
  const facts = {
    phases,
    isNamed: origin.host.kind === "name",
    isSecure: origin.secure,
    isOwn: origin.own,
  };
  try {
    const { socket } = await connect(origin, { signal: new AbortController().signal, phases });
    const certificateEndsAt = socket instanceof tls.TLSSocket ? endOf(socket) : null;
    socket.destroy();
    return { ...facts, failure: null, certificateEndsAt };
  } catch (error) {
    return { ...facts, failure: failureOf(error), certificateEndsAt: null };
  }
}

const NOTHING = Object.freeze({
  phases: Object.freeze({}),
  isNamed: false,
  isSecure: false,
  isOwn: false,
  certificateEndsAt: null,
});

function endOf(socket: tls.TLSSocket): Date | null {
  const at = new Date(socket.getPeerCertificate().valid_to);
  return Number.isNaN(at.getTime()) ? null : at;
}
