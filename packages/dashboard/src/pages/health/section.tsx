import { useId, type ReactNode } from "react";

/** A part of the page with its heading. */
export function Section(props: {
  readonly title: string;
  readonly text?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="min-w-0">
      <h2 id={id} className="text-[16px] font-semibold leading-6">
        {props.title}
      </h2>
      {props.text && <p className="text-table text-secondary">{props.text}</p>}
      <div className="pt-2">{props.children}</div>
    </section>
  );
}
