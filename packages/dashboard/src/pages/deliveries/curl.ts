/** The request of an attempt, to the byte, as a command that somebody else can run in a POSIX shell. */
import type { SentRequest } from "@posthorn/sdk";
import { read } from "../../api.ts";
import { curlOf } from "../../ui/curl.ts";
import type { Attempt, Delivery } from "./calls.ts";

/** Of our own trace: another request is no part of it. */
const TRACE = /^traceparent$/i;

export function readSentRequest(
  { id }: Pick<Delivery, "id">,
  { number }: Pick<Attempt, "number">,
  signal?: AbortSignal,
): Promise<SentRequest> {
  return read<SentRequest>(`/api/deliveries/${id}/attempts/${number}/request`, undefined, signal);
}

/** Signature and time are those of then: receivers refuse them after some minutes, as they should. */
export function curlOfRequest(request: SentRequest): string {
  const headers = Object.entries(request.headers).filter(([name]) => !TRACE.test(name));
  return curlOf({
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(headers),
    body: request.body,
    bodyEncoding: request.bodyEncoding,
  });
}
