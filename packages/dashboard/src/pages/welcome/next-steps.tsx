import { Link } from "@tanstack/react-router";
import { strings } from "./strings.ts";

/** Where to go from here. */
export function NextSteps({ endpointId }: { readonly endpointId: string }) {
  return (
    <section aria-labelledby="next" className="border-t border-hairline pt-6">
      <h2 id="next" className="pb-3 text-body font-semibold">
        {strings.done}
      </h2>
      <ul className="grid gap-3 desk:grid-cols-3">
        {strings.links.map(({ title, text, to }) => (
          <li key={title}>
            <Link
              to={to.startsWith("/") ? to : `/settings/integrations/webhooks/${endpointId}?${to}`}
              className="block h-full rounded-dialog border border-hairline bg-surface p-4 hover:bg-sunken"
            >
              <span className="block text-table font-medium">{title}</span>
              <span className="block text-table text-secondary">{text}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
