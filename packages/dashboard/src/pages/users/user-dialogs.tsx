import type { Member } from "@posthorn/sdk";
import { useState } from "react";
import { capital } from "../../frame/notice-strings.ts";
import { FormError } from "../../frame/sign-in.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, problemOf, RadioGroup, TextInput } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import { words } from "../../ui/words.ts";
import { useInvite, useRemoveMember, useSetRole, type Role } from "./calls.ts";
import { roles, strings } from "./strings.ts";

/** Which dialog is open, and about whom. */
export type Asked =
  | { readonly what: "invite" }
  | { readonly what: "role" | "remove"; readonly member: Member };

export function UserDialogs({
  asked,
  onClose,
}: {
  readonly asked: Asked;
  readonly onClose: () => void;
}) {
  if (asked.what === "invite") return <InviteDialog onClose={onClose} />;
  if (asked.what === "role") return <RoleDialog member={asked.member} onClose={onClose} />;
  return <RemoveDialog member={asked.member} onClose={onClose} />;
}

const ROLES = ["owner", "admin", "manager", "member"] as const;

function RoleChoice(props: { readonly role: Role; readonly onChange: (role: Role) => void }) {
  return (
    <RadioGroup
      legend={strings.role}
      value={props.role}
      onChange={(next) => props.onChange(ROLES.find((each) => each === next) ?? "member")}
      choices={ROLES.map((role) => ({ value: role, label: capital(role), hint: roles[role] }))}
    />
  );
}

function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("member");
  const invite = useInvite();
  const send = () =>
    invite.mutate(
      { email, role },
      {
        onSuccess: () => {
          toast({ text: strings.sent(email) });
          onClose();
        },
      },
    );
  return (
    <Dialog
      title={strings.invite}
      description={strings.inviteText}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button look="primary" type="submit" form="invite" isBusy={invite.isPending}>
            {strings.send}
          </Button>
        </>
      }
    >
      <form
        id="invite"
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Field label={strings.email} problem={problemOf(invite.error, "/email")}>
          <TextInput value={email} onChange={setEmail} type="email" autoComplete="off" />
        </Field>
        <RoleChoice role={role} onChange={setRole} />
        <FormError error={invite.error} />
      </form>
    </Dialog>
  );
}

interface MemberDialogProps {
  readonly member: Member;
  readonly onClose: () => void;
}

function RoleDialog({ member, onClose }: MemberDialogProps) {
  const [role, setRole] = useState<Role>(member.role);
  const change = useSetRole();
  const save = () =>
    change.mutate(
      { userId: member.userId, role },
      {
        onSuccess: () => {
          toast({ text: strings.changed(member.name, role) });
          onClose();
        },
      },
    );
  return (
    <Dialog
      title={strings.changeRole}
      description={member.name}
      width={400}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            look="primary"
            onClick={save}
            disabled={role === member.role}
            isBusy={change.isPending}
          >
            {strings.save}
          </Button>
        </>
      }
    >
      <RoleChoice role={role} onChange={setRole} />
      <FormError error={change.error} />
    </Dialog>
  );
}

function RemoveDialog({ member, onClose }: MemberDialogProps) {
  const remove = useRemoveMember();
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={strings.removeTitle(member.name)}
      action={strings.removeAction}
      onConfirm={async () => {
        await remove.mutateAsync(member.userId);
        toast({ text: strings.removed(member.name) });
      }}
    >
      {strings.removeText}
    </ConfirmDialog>
  );
}
