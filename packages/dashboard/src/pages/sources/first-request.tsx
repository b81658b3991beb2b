import { StatusGlyph } from "../../ui/icons.tsx";
import { useFirstReceipt } from "./calls.ts";
import { strings } from "./strings.ts";

/** Waits until something arrives, and says what came of it. */
export function FirstRequest({ sourceId }: { readonly sourceId: string }) {
  const receipt = useFirstReceipt(sourceId).data;
  if (!receipt) {
    return (
      <p role="status" className="flex items-center gap-2 text-secondary">
        <StatusGlyph name="ring" />
        {strings.waiting}
      </p>
    );
  }
  const isGood = receipt.status === "verified";
  return (
    <p
      role="status"
      className={`flex items-center gap-2 font-medium ${isGood ? "text-ok" : "text-bad"}`}
    >
      <StatusGlyph name={isGood ? "check" : "cross"} />
      {isGood ? strings.came : strings.cameRefused(receipt.reason ?? "")}
    </p>
  );
}
