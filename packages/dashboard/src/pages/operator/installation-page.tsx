import { PageHeader } from "../../ui/page-header.tsx";
import { BrandingPanel } from "./branding-panel.tsx";
import { MailPanel } from "./mail-panel.tsx";
import { OperatorKeysPanel } from "./operator-keys-panel.tsx";
import { OutboxPanel } from "./outbox-panel.tsx";
import { strings } from "./strings.ts";

/** What belongs to the installation and to no organization. */
export function Page() {
  return (
    <>
      <PageHeader title={strings.settings} text={strings.settingsText} />
      <div className="flex flex-col gap-12">
        <BrandingPanel />
        <OperatorKeysPanel />
        <MailPanel />
        <OutboxPanel />
      </div>
    </>
  );
}
