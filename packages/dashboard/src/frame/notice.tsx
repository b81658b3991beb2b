import { Lock, Sparkles, UserRoundX, Users, type LucideIcon } from "lucide-react";
import { useEffect, type ReactNode } from "react";
import { useMe, type Gate, type Me, type NoticeName } from "../session.ts";
import { ButtonLink } from "../ui/button.tsx";
import { AskForUpgrade, CheckAgain, UpgradeLink, WhoCanHelp } from "./notice-buttons.tsx";
import { DocsLink, SupportLink } from "./support-link.tsx";
import {
  adminText,
  capital,
  memberText,
  ownersText,
  noticeButtons,
  planText,
  staffText,
  type NoticeText,
} from "./notice-strings.ts";

const ICONS: Readonly<Record<NoticeName, LucideIcon>> = {
  staff: Users,
  admin: Lock,
  plan: Sparkles,
  membership: UserRoundX,
};

/** Why a page is not open, and who can change that: a page of its own, or `isInline` above what is still shown. */
export function Notice(props: {
  readonly gate: Gate;
  readonly area: string;
  readonly isInline?: boolean;
}) {
  const me = useMe();
  const name = props.gate.notice ?? "staff";
  const { title, text } = textOf(name, { me, area: props.area, gate: props.gate });
  const Glyph = ICONS[name];
  const [before, strong, after] = text;
  const Heading = props.isInline ? "h2" : "h1";
  useEffect(() => {
    if (!props.isInline) document.title = title;
  }, [title, props.isInline]);
  return (
    <section data-notice={name} className={props.isInline ? INLINE : WHOLE}>
      <Glyph size={24} strokeWidth={1.5} aria-hidden className="text-secondary" />
      <Heading className="text-title font-semibold tracking-[-0.01em]">{title}</Heading>
      <p className="text-body text-secondary">
        {before}
        <strong className="font-medium text-text">{strong}</strong>
        {after}
      </p>
      <div className="flex flex-wrap gap-2 pt-2">
        {buttonsOf(name, props.area)({ me, gate: props.gate })}
        <SupportLink />
      </div>
    </section>
  );
}

const INLINE = "mb-6 flex max-w-2xl flex-col items-start gap-3 border-b border-hairline pb-6";
const WHOLE = "mx-auto flex max-w-lg flex-col items-start gap-3 py-16";

function textOf(name: NoticeName, about: { me: Me; area: string; gate: Gate }): NoticeText {
  if (about.area === "organization") return ownersText;
  if (name === "staff") return staffText(about.me.organization?.name ?? "");
  if (name === "admin") return adminText;
  if (name === "plan") return planText(about.area, about.me, about.gate.requiredPlan);
  return memberText(about.me);
}

function buttonsOf(name: NoticeName, area: string) {
  return area === "organization" ? helpers : BUTTONS[name];
}

const helpers = () => (
  <>
    <WhoCanHelp />
    <CheckAgain />
  </>
);

const docs = <DocsLink />;

const BUTTONS: Readonly<Record<NoticeName, (about: { me: Me; gate: Gate }) => ReactNode>> = {
  staff: () => (
    <>
      <WhoCanHelp />
      {docs}
    </>
  ),
  admin: () => (
    <>
      <ButtonLink to="/settings/integrations/webhooks" look="primary">
        {noticeButtons.webhooks}
      </ButtonLink>
      <WhoCanHelp />
    </>
  ),
  plan: ({ me, gate }) => (
    <>
      {me.organization?.role === "admin" ? (
        <>
          {me.upgradeUrl !== null && <UpgradeLink url={me.upgradeUrl} />}
          <ButtonLink
            to="/settings/organization/subscription"
            look={me.upgradeUrl === null ? "primary" : "secondary"}
          >
            {noticeButtons.plans}
          </ButtonLink>
        </>
      ) : (
        <AskForUpgrade plan={capital(gate.requiredPlan ?? "enterprise")} />
      )}
      {docs}
    </>
  ),
  membership: () => (
    <>
      <ButtonLink to="/settings/users" look="primary">
        {noticeButtons.users}
      </ButtonLink>
      <CheckAgain />
    </>
  ),
};
