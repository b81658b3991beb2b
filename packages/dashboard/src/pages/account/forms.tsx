import { useState } from "react";
import { useMe } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { Field, problemOf, TextInput } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import { useNewEmail, useNewPassword, useRename } from "./calls.ts";
import { FormSection } from "./section.tsx";
import { strings } from "./strings.ts";

export function NameForm() {
  const { user } = useMe();
  const [name, setName] = useState(user.name);
  const rename = useRename();
  const save = () => rename.mutate(name, { onSuccess: () => toast({ text: strings.saved }) });
  return (
    <FormSection title={strings.profile} error={rename.error} onSubmit={save}>
      <Field label={strings.name} problem={problemOf(rename.error, "/name")}>
        <TextInput value={name} onChange={setName} name="name" autoComplete="name" />
      </Field>
      <Button type="submit" className="self-start" isBusy={rename.isPending}>
        {strings.save}
      </Button>
    </FormSection>
  );
}

export function EmailForm() {
  const { user } = useMe();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const ask = useNewEmail();
  const save = () =>
    ask.mutate(
      { email, ...(user.hasPassword ? { password } : {}) },
      {
        onSuccess() {
          toast({ text: strings.emailSent(email) });
          setEmail("");
          setPassword("");
        },
      },
    );
  const now = user.email === null ? strings.emailNone : strings.emailNow(user.email);
  return (
    <FormSection title={strings.email} text={now} error={ask.error} onSubmit={save}>
      <Field
        label={strings.newEmail}
        hint={strings.emailHint}
        problem={problemOf(ask.error, "/email")}
      >
        <TextInput value={email} onChange={setEmail} type="email" autoComplete="email" />
      </Field>
      {user.hasPassword && (
        <PresentPassword
          value={password}
          onChange={setPassword}
          problem={problemOf(ask.error, "/password")}
        />
      )}
      <Button type="submit" className="self-start" isBusy={ask.isPending}>
        {strings.emailAsk}
      </Button>
    </FormSection>
  );
}

export function PasswordForm() {
  const { user } = useMe();
  const [present, setPresent] = useState("");
  const [next, setNext] = useState("");
  const change = useNewPassword();
  const save = () =>
    change.mutate(
      { next, ...(user.hasPassword ? { present } : {}) },
      {
        onSuccess() {
          toast({ text: strings.passwordSaved });
          setPresent("");
          setNext("");
        },
      },
    );
  const wrong = problemOf(change.error, "/password/present");
  const weak = wrong ? undefined : problemOf(change.error, "/password");
  return (
    <FormSection
      title={strings.password}
      text={strings.passwordText}
      error={change.error}
      onSubmit={save}
    >
      {user.hasPassword && (
        <PresentPassword value={present} onChange={setPresent} problem={wrong} />
      )}
      <Field label={strings.next} hint={strings.nextHint} problem={weak}>
        <TextInput value={next} onChange={setNext} type="password" autoComplete="new-password" />
      </Field>
      <Button type="submit" className="self-start" isBusy={change.isPending}>
        {strings.passwordSave}
      </Button>
    </FormSection>
  );
}

function PresentPassword(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem: ReturnType<typeof problemOf>;
}) {
  return (
    <Field label={strings.present} problem={props.problem}>
      <TextInput
        value={props.value}
        onChange={props.onChange}
        type="password"
        autoComplete="current-password"
      />
    </Field>
  );
}
