import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { useSubscribers } from "./calls.ts";
import { strings } from "./strings.ts";

/** Whom it concerns when a type is deprecated: how many, and which. */
export function Concerned(props: { readonly profile: string; readonly type: string }) {
  const { data, error } = useSubscribers(props.profile, props.type);
  if (error && !data) return <ErrorState error={error} />;
  if (!data) return <SkeletonLines lines={2} />;
  const { endpointCount, organizationCount, otherCount, data: endpoints } = data;
  const more = endpointCount - endpoints.length;
  return (
    <div data-concerned className="text-table">
      <p>
        {endpointCount === 0
          ? strings.nobodyListens
          : strings.listeners(endpointCount, organizationCount)}
        {otherCount > 0 && ` ${strings.otherListeners(otherCount)}`}
      </p>
      {endpoints.length > 0 && (
        <ul
          className="mt-2 max-h-40 overflow-y-auto border-t border-hairline"
          tabIndex={0}
          aria-label={strings.listenersLabel}
        >
          {endpoints.map(({ endpointId, organizationName, description, origin }) => (
            <li key={endpointId} className="flex flex-wrap gap-x-2 border-b border-hairline py-1">
              <span className="font-medium">{organizationName}</span>
              <span className="min-w-0 text-secondary [overflow-wrap:anywhere]">
                {description === "" ? origin : `${description} (${origin})`}
              </span>
            </li>
          ))}
          {more > 0 && <li className="py-1 text-secondary">{strings.moreListeners(more)}</li>}
        </ul>
      )}
    </div>
  );
}
