/** What a generic source begins with: the commonest of the schemes that have no name. All of it can be changed by API. */
import type { SourceBody } from "./calls.ts";

export const GENERIC_SCHEME: NonNullable<SourceBody["scheme"]> = {
  header: "X-Signature",
  algorithm: "sha256",
  encoding: "hex",
  prefix: "",
  secretEncoding: "utf8",
  content: "{body}",
  timestampHeader: null,
  toleranceSeconds: 300,
  idHeader: null,
  id: null,
  type: { in: "body", pointer: "/type" },
};
