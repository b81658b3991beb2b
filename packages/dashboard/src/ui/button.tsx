import { Link } from "@tanstack/react-router";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

type Look = "primary" | "secondary" | "quiet" | "danger";

const BASE =
  "inline-flex shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-control px-3 " +
  "text-table font-medium h-11 desk:h-8 disabled:opacity-55 aria-disabled:opacity-55 select-none";

const LOOKS: Readonly<Record<Look, string>> = {
  primary:
    "bg-accent text-on-accent not-disabled:hover:bg-[color-mix(in_srgb,var(--c-accent)_88%,var(--c-text))]",
  secondary: "border border-control bg-surface text-text not-disabled:hover:bg-sunken",
  quiet: "text-secondary not-disabled:hover:bg-sunken not-disabled:hover:text-text",
  danger: "border border-bad bg-surface text-bad not-disabled:hover:bg-bad-tint",
};

export function buttonClass(look: Look = "secondary", more = ""): string {
  return `${BASE} ${LOOKS[look]} ${more}`;
}

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly ref?: Ref<HTMLButtonElement>;
  readonly look?: Look;
  readonly icon?: ReactNode;
  /** While it works: cannot be pressed again, keeps its width. */
  readonly isBusy?: boolean;
}

export function Button({ look, icon, isBusy, children, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass(look, className)}
      disabled={rest.disabled === true || isBusy === true}
      aria-busy={isBusy}
    >
      {icon}
      {children}
    </button>
  );
}

export const iconButtonClass =
  "inline-flex size-11 shrink-0 items-center justify-center rounded-control text-secondary " +
  "hover:bg-sunken hover:text-text disabled:opacity-55 desk:size-7";

/** A square button that shows nothing but its icon; `label` is its name and its tooltip. */
export function IconButton({
  label,
  children,
  className = "",
  ...rest
}: Omit<ButtonProps, "look" | "icon"> & { readonly label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`${iconButtonClass} ${className}`}
    >
      {children}
    </button>
  );
}

/** A link that looks like a button: it goes somewhere and can be opened in a new tab. */
export function ButtonLink(props: {
  readonly to: string;
  readonly look?: Look;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}) {
  const isElsewhere = /^https?:/.test(props.to);
  const className = buttonClass(props.look);
  return isElsewhere ? (
    <a href={props.to} className={className} target="_blank" rel="noreferrer">
      {props.icon}
      {props.children}
    </a>
  ) : (
    <Link to={props.to} className={className}>
      {props.icon}
      {props.children}
    </Link>
  );
}
