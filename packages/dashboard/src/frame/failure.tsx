import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { ErrorState } from "../ui/panel-state.tsx";
import { strings } from "./strings.ts";
import { SupportLink } from "./support-link.tsx";

/** A page that broke, or whose file could not be loaded: what is known of it, and another try. */
export function Failure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="mx-auto max-w-2xl px-6 py-16">
      <h1 className="text-title font-semibold tracking-[-0.01em]">{strings.failed}</h1>
      <ErrorState error={error} onRetry={retry} />
      <SupportLink />
    </div>
  );
}
