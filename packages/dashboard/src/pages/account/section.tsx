import type { FormEvent, ReactNode } from "react";
import { ErrorState } from "../../ui/panel-state.tsx";
import { hasFieldProblems } from "../../ui/field.tsx";

/** One thing that can be changed about oneself, with its own button. */
export function FormSection(props: {
  readonly title: string;
  readonly text?: string;
  readonly error: unknown;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit();
  };
  return (
    <section>
      <h2 className="pb-1 text-body font-semibold">{props.title}</h2>
      {props.text && <p className="pb-3 text-table text-secondary">{props.text}</p>}
      <form onSubmit={submit} className="flex max-w-sm flex-col gap-3" noValidate>
        {props.children}
        {props.error !== null && !hasFieldProblems(props.error) && (
          <ErrorState error={props.error} />
        )}
      </form>
    </section>
  );
}
