import { useEffect, type FormEvent, type ReactNode } from "react";
import { useBranding, useTabTitle } from "../branding.ts";
import { Logo } from "./logo.tsx";

/** One narrow column with a form, in the middle of an empty page. */
export function OutsidePage(props: {
  readonly title: string;
  readonly text?: string;
  readonly onSubmit?: () => void;
  readonly children: ReactNode;
}) {
  const { productName } = useBranding();
  const tabTitle = useTabTitle(props.title);
  useEffect(() => {
    document.title = tabTitle;
  }, [tabTitle]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit?.();
  };
  return (
    <main className="mx-auto flex min-h-dvh max-w-[360px] flex-col justify-center px-4 pb-24">
      <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <div>
          <Logo className="mb-3 h-8" isNamed={productName !== null} />
          {productName !== null && (
            <p className="pb-1 text-table font-medium text-secondary">{productName}</p>
          )}
          <h1 className="text-title font-semibold tracking-[-0.01em]">{props.title}</h1>
          {props.text && <p className="pt-1 text-table text-secondary">{props.text}</p>}
        </div>
        {props.children}
      </form>
    </main>
  );
}
