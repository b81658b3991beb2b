import { CopyButton } from "../../ui/copy-button.tsx";
import { Drawer } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { useMail, type Mail } from "./calls.ts";
import { Facts } from "./facts.tsx";
import { strings } from "./strings.ts";

/** One mail: what became of it, and what it says where it was kept instead of sent. */
export function MailDrawer(props: { readonly mail: Mail; readonly onClose: () => void }) {
  const { mail } = props;
  const { data, error } = useMail(mail.id);
  return (
    <Drawer title={mail.subject} isOpen onClose={props.onClose}>
      <Facts
        label={mail.subject}
        rows={[
          [strings.to, mail.to],
          [strings.state, mail.state],
          [strings.created, <Time key="created" at={mail.createdAt} absolute />],
        ]}
      />
      {mail.lastError !== null && <p className="pt-3 text-bad">{mail.lastError}</p>}
      {error && <ErrorState error={error} />}
      {!data && !error && <SkeletonLines />}
      {data?.text === null && <p className="pt-3 text-secondary">{strings.mailSent}</p>}
      {typeof data?.text === "string" && (
        <pre className="mt-4 whitespace-pre-wrap rounded-control bg-sunken px-3 py-2 font-sans [overflow-wrap:anywhere]">
          {data.text}
        </pre>
      )}
      {mail.link !== null && (
        <p className="flex items-center gap-1 pt-3">
          {strings.link}
          <CopyButton text={mail.link} name={strings.link.toLowerCase()} />
        </p>
      )}
    </Drawer>
  );
}
