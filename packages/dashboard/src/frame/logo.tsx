import { useBranding } from "../branding.ts";

/** The operator's picture, as high as `className` says and as wide as it is; nothing without one. */
export function Logo(props: {
  readonly className: string;
  /** Its product's name stands beside it already. */
  readonly isNamed?: boolean;
}) {
  const { logoUrl, productName } = useBranding();
  if (logoUrl === null) return null;
  const alt = props.isNamed ? "" : (productName ?? "");
  return (
    <img
      src={logoUrl}
      alt={alt}
      data-logo
      className={`max-w-full object-contain object-left ${props.className}`}
    />
  );
}
