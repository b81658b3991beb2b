import { useEffect, type FormEvent, type ReactNode } from "react";

/** One narrow column with a form, in the middle of an empty page. */
export function OutsidePage(props: {
  readonly title: string;
  readonly text?: string;
  readonly onSubmit?: () => void;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = props.title;
  }, [props.title]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit?.();
  };
  return (
    <main className="mx-auto flex min-h-dvh max-w-[360px] flex-col justify-center px-4 pb-24">
      <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <div>
          <h1 className="text-title font-semibold tracking-[-0.01em]">{props.title}</h1>
          {props.text && <p className="pt-1 text-table text-secondary">{props.text}</p>}
        </div>
        {props.children}
      </form>
    </main>
  );
}
