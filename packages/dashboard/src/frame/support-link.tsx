import { useBranding } from "../branding.ts";
import { ButtonLink, buttonClass } from "../ui/button.tsx";
import { noticeButtons } from "./notice-strings.ts";

/** Who helps, where the operator has said so; else nothing. */
export function SupportLink() {
  const { supportContact } = useBranding();
  if (supportContact === null) return null;
  const isPage = /^https?:/i.test(supportContact);
  return (
    <a
      href={isPage ? supportContact : `mailto:${supportContact}`}
      className={buttonClass()}
      {...(isPage ? { target: "_blank", rel: "noreferrer" } : {})}
    >
      {noticeButtons.support}
    </a>
  );
}

/** The operator's own documentation, or the pages that are made from the profile. */
export function DocsLink() {
  const { docsUrl } = useBranding();
  return <ButtonLink to={docsUrl ?? "/docs"}>{noticeButtons.docs}</ButtonLink>;
}
