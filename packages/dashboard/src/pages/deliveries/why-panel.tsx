import type { Attempt } from "./calls.ts";
import { strings } from "./strings.ts";

/** The cause in plain words, and what to do about it. */
export function WhyPanel({ attempt }: { readonly attempt: Attempt }) {
  const { cause, error, responseStatus } = attempt;
  if (cause === null) return <p className="text-table text-secondary">{strings.whyOk}</p>;
  return (
    <div className="flex max-w-xl flex-col gap-3">
      <p className="text-[16px] font-semibold leading-6">{cause.summary}</p>
      {error && <p className="text-table text-secondary">{error.message}</p>}
      <div>
        <h3 className="text-label font-medium text-secondary">{strings.fix}</h3>
        <p className="text-body">{cause.fix}</p>
      </div>
      {(responseStatus === 401 || responseStatus === 403) && (
        <p className="text-table text-secondary">{strings.checkSignature}</p>
      )}
    </div>
  );
}
