import { useId, type ReactNode } from "react";

/** A chapter of the documentation. */
export function Section(props: {
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="text-body">
      <h2 id={id} className="text-[16px] font-semibold leading-6">
        {props.title}
      </h2>
      {props.text !== undefined && <p className="pb-3 text-secondary">{props.text}</p>}
      <div className={props.text === undefined ? "pt-3" : ""}>{props.children}</div>
    </section>
  );
}
