import { useMutation } from "@tanstack/react-query";
import { post } from "../api.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { useUrlState } from "../url-state.ts";
import { isOver, LinkOver } from "./account-pages.tsx";
import { OutsidePage } from "./outside-page.tsx";
import { FormError } from "./sign-in.tsx";

const strings = {
  title: "Confirm your new address",
  text: "From then on you sign in with it.",
  confirm: "Confirm the address",
  done: "The address is yours",
  doneText: (email: string) => `You sign in as ${email} from now on.`,
  on: "Go on",
};

/** By a link in a mail. A button, because programs that look at mails follow links. */
export function ConfirmEmail() {
  const [{ token = "" }] = useUrlState();
  const confirm = useMutation({
    mutationFn: () => post<{ email: string }>("/api/me/email/confirm", { token }),
  });
  if (isOver(confirm.error)) return <LinkOver />;
  if (confirm.data) {
    return (
      <OutsidePage title={strings.done} text={strings.doneText(confirm.data.email)}>
        <ButtonLink to="/settings/account">{strings.on}</ButtonLink>
      </OutsidePage>
    );
  }
  return (
    <OutsidePage title={strings.title} text={strings.text} onSubmit={() => confirm.mutate()}>
      <FormError error={confirm.error} />
      <Button type="submit" look="primary" isBusy={confirm.isPending}>
        {strings.confirm}
      </Button>
    </OutsidePage>
  );
}
