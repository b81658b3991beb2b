import { useQuery } from "@tanstack/react-query";
import type { Webhook } from "@posthorn/sdk";
import { read, type Page } from "../../api.ts";
import { buttonClass } from "../../ui/button.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { useUrlState } from "../../url-state.ts";
import { strings } from "./strings.ts";

/** Above the list when something needs a person; the same answer that the navigation's badge reads. */
export function FailingBanner() {
  const [state, change] = useUrlState();
  const { data } = useQuery({
    queryKey: ["webhooks", "failing"],
    queryFn: ({ signal }) =>
      read<Page<Webhook>>("/api/webhooks", { status: "failing", limit: 100 }, signal),
    staleTime: 30_000,
  });
  const count = data?.data.length ?? 0;
  if (count === 0 || state["status"] === "failing") return null;
  return (
    <div className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-control border border-bad bg-bad-tint px-3 py-1.5 text-table">
      <span className="text-bad">
        <StatusGlyph name="warning" />
      </span>
      <span className="flex-1">
        <strong className="font-medium">{strings.failing(count)}</strong> {strings.failingText}
      </span>
      <button
        type="button"
        className={buttonClass("quiet")}
        onClick={() => change({ status: "failing" })}
      >
        {strings.review}
      </button>
    </div>
  );
}
