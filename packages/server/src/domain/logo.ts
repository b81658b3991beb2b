import { isUtf8 } from "node:buffer";

export const LOGO_TYPES = ["image/png", "image/webp", "image/svg+xml"] as const;
export type LogoType = (typeof LOGO_TYPES)[number];

const PNG = Buffer.from("89504e470d0a1a0a", "hex");
/**
 * Before the element may stand a declaration, comments and a doctype. A comment ends at its first `-->` and nowhere else:
 * with a choice of ends, thirty comments without an element behind them would take a minute.
 */
const SVG =
  /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->)[^])*-->\s*|<!doctype[^>[]*>\s*)*<svg[\s>]/i;

/** What the first bytes say that a picture is; undefined for everything else. */
export function logoTypeOf(data: Buffer): LogoType | undefined {
  if (data.subarray(0, PNG.length).equals(PNG)) return "image/png";
  const isRiff = data.toString("latin1", 0, 4) === "RIFF";
  if (isRiff && data.toString("latin1", 8, 12) === "WEBP") return "image/webp";
  return isUtf8(data) && SVG.test(data.toString()) ? "image/svg+xml" : undefined;
}
