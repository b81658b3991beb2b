import { useMe } from "../../session.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmailForm, NameForm, PasswordForm } from "./forms.tsx";
import { Sessions } from "./sessions.tsx";
import { strings } from "./strings.ts";

/** Oneself: name, address, password, and where one is signed in. */
export function Page() {
  const { kind } = useMe();
  return (
    <>
      <PageHeader title={strings.title} text={strings.text} />
      <div className="flex max-w-3xl flex-col gap-10">
        {kind === "portal" ? (
          <p className="text-table text-secondary">{strings.portal}</p>
        ) : (
          <>
            <NameForm />
            <EmailForm />
            <PasswordForm />
          </>
        )}
        <Sessions />
      </div>
    </>
  );
}
