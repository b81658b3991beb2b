import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { DeliveriesPause } from "@posthorn/sdk";
import { read } from "../api.ts";
import { Button } from "../ui/button.tsx";
import { StatusGlyph } from "../ui/icons.tsx";
import { Time } from "../ui/time.tsx";
import { ResumeDeliveries } from "./resume-deliveries.tsx";
import { pauseStrings as strings } from "./pause-strings.ts";

/** Red for operators, who can end it; calm for customers, who can only wait. */
export function PausedBar(props: { readonly pausedAt: string; readonly isOperator: boolean }) {
  const { pausedAt, isOperator } = props;
  const look = isOperator ? "border-bad bg-bad text-surface" : "border-hairline bg-info-tint";
  return (
    <section
      aria-label={strings.region}
      data-paused={isOperator ? "operator" : "customer"}
      className={`flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-2 text-table desk:px-6 ${look}`}
    >
      <span className={isOperator ? "" : "text-info"}>
        <StatusGlyph name="pause" />
      </span>
      {isOperator ? (
        <ForOperators pausedAt={pausedAt} />
      ) : (
        <p role="status" className="min-w-0 flex-1">
          {strings.calm} <Time at={pausedAt} />. {strings.calmMore}
        </p>
      )}
    </section>
  );
}

function ForOperators({ pausedAt }: { readonly pausedAt: string }) {
  const [isAsked, setAsked] = useState(false);
  const { data } = useQuery({
    queryKey: ["deliveries-pause", pausedAt],
    queryFn: ({ signal }) => read<DeliveriesPause>("/api/deliveries-pause", undefined, signal),
  });
  return (
    <>
      <p role="status" className="min-w-0 grow basis-3/4 [overflow-wrap:anywhere] desk:flex-1">
        <strong className="font-semibold">{strings.red}</strong> {strings.since}{" "}
        <Time at={pausedAt} />
        {data?.pausedBy && ` ${strings.by(data.pausedBy)}`}
        {data?.reason ? `: ${data.reason}.` : "."} {strings.redMore}
      </p>
      <Link to="/operator/health" className="rounded-[3px] font-medium underline">
        {strings.toHealth}
      </Link>
      <Button onClick={() => setAsked(true)}>{strings.resume}</Button>
      {isAsked && <ResumeDeliveries onClose={() => setAsked(false)} />}
    </>
  );
}
