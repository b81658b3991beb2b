import { useEffect } from "react";
import { ButtonLink } from "../ui/button.tsx";
import { strings } from "./strings.ts";

export function NotFound() {
  useEffect(() => {
    document.title = strings.notFound;
  }, []);
  return (
    <div className="mx-auto flex max-w-lg flex-col items-start gap-3 px-6 py-16">
      <h1 className="text-title font-semibold tracking-[-0.01em]">{strings.notFound}</h1>
      <p className="text-body text-secondary">{strings.notFoundText}</p>
      <ButtonLink to="/">{strings.goHome}</ButtonLink>
    </div>
  );
}
