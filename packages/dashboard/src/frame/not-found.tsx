import { useEffect } from "react";
import { ButtonLink } from "../ui/button.tsx";
import { strings } from "./strings.ts";
import { SupportLink } from "./support-link.tsx";

export function NotFound() {
  useEffect(() => {
    document.title = strings.notFound;
  }, []);
  return (
    <div className="mx-auto flex max-w-lg flex-col items-start gap-3 px-6 py-16">
      <h1 className="text-title font-semibold tracking-[-0.01em]">{strings.notFound}</h1>
      <p className="text-body text-secondary">{strings.notFoundText}</p>
      <div className="flex flex-wrap gap-2">
        <ButtonLink to="/">{strings.goHome}</ButtonLink>
        <SupportLink />
      </div>
    </div>
  );
}

/** For addresses that are no page at all: nothing is around it. */
export function NothingHere() {
  return (
    <main>
      <NotFound />
    </main>
  );
}
