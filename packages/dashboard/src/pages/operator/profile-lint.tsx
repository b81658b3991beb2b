import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { useProfileLint, type ProfileFindings } from "./organization-calls.ts";
import { strings } from "./profiles-strings.ts";

/** What is wrong with a profile, at the press of a button. */
export function ProfileLint({ id }: { readonly id: string }) {
  const [isWanted, setWanted] = useState(false);
  const lint = useProfileLint(id, isWanted);
  const run = () => {
    if (isWanted) void lint.refetch();
    else setWanted(true);
  };
  return (
    <section aria-labelledby="lint">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 max-w-xl">
          <h2 id="lint" className="text-body font-semibold">
            {strings.lint}
          </h2>
          <p className="text-table text-secondary">{strings.lintText}</p>
        </div>
        <Button onClick={run} isBusy={lint.isFetching}>
          {lint.data ? strings.lintAgain : strings.lintRun}
        </Button>
      </div>
      {lint.error && <ErrorState error={lint.error} onRetry={run} />}
      {lint.data && <Findings findings={lint.data} />}
    </section>
  );
}

function Findings({ findings }: { readonly findings: ProfileFindings }) {
  const { ok, problems } = findings;
  const good = problems.length === 0 ? strings.lintGood : strings.lintUsable;
  return (
    <div role="status" className="pt-3 text-table">
      <p className={`flex items-center gap-1.5 font-medium ${ok ? "text-ok" : "text-bad"}`}>
        <StatusGlyph name={ok ? "check" : "cross"} />
        {ok ? good : strings.lintBad}
      </p>
      <ul className="pt-1">
        {problems.map(({ level, pointer, message }) => (
          <li
            key={pointer + message}
            className="flex flex-wrap gap-x-3 border-b border-hairline py-1.5"
          >
            <span className={`w-16 shrink-0 ${level === "error" ? "text-bad" : "text-warn"}`}>
              {strings.levels[level]}
            </span>
            <code className="text-code [overflow-wrap:anywhere]">
              {pointer === "" ? strings.whole : pointer}
            </code>
            <span className="text-secondary [overflow-wrap:anywhere]">{message}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
