import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, post } from "../api.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { Field, problemOf, TextInput } from "../ui/field.tsx";
import { useUrlState } from "../url-state.ts";
import { OutsidePage } from "./outside-page.tsx";
import { FormError, useEnter } from "./sign-in.tsx";
import { strings } from "./strings.ts";

/** By a link in a mail: a name and a password, or the password that one has already. */
export function Invitation() {
  const [{ token = "" }] = useUrlState();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const enter = useEnter();
  const join = useMutation({
    mutationFn: () => post("/api/invitations/accept", { token, name, password }),
    onSuccess: enter,
  });
  if (isOver(join.error)) return <LinkOver />;
  return (
    <OutsidePage
      title={strings.invitation}
      text={strings.invitationText}
      onSubmit={() => join.mutate()}
    >
      <Field label={strings.name} problem={problemOf(join.error, "/name")}>
        <TextInput value={name} onChange={setName} name="name" autoComplete="name" />
      </Field>
      <PasswordField value={password} onChange={setPassword} error={join.error} />
      <FormError error={join.error} />
      <Button type="submit" look="primary" isBusy={join.isPending}>
        {strings.join}
      </Button>
    </OutsidePage>
  );
}

/** By a link in a mail: a new password; all other sessions end. */
export function Reset() {
  const [{ token = "" }] = useUrlState();
  const [password, setPassword] = useState("");
  const enter = useEnter();
  const reset = useMutation({
    mutationFn: () => post("/api/password-resets/confirm", { token, password }),
    onSuccess: enter,
  });
  if (isOver(reset.error)) return <LinkOver />;
  return (
    <OutsidePage title={strings.reset} onSubmit={() => reset.mutate()}>
      <PasswordField value={password} onChange={setPassword} error={reset.error} />
      <FormError error={reset.error} />
      <Button type="submit" look="primary" isBusy={reset.isPending}>
        {strings.savePassword}
      </Button>
    </OutsidePage>
  );
}

export function Forgotten() {
  const [email, setEmail] = useState("");
  const ask = useMutation({ mutationFn: () => post("/api/password-resets", { email }) });
  if (ask.isSuccess) {
    return (
      <OutsidePage title={strings.resetAsk} text={strings.resetSent}>
        <ButtonLink to="/sign-in">{strings.toSignIn}</ButtonLink>
      </OutsidePage>
    );
  }
  return (
    <OutsidePage title={strings.resetAsk} text={strings.resetAskText} onSubmit={() => ask.mutate()}>
      <Field label={strings.email} problem={problemOf(ask.error, "/email")}>
        <TextInput value={email} onChange={setEmail} type="email" autoComplete="username" />
      </Field>
      <FormError error={ask.error} />
      <Button type="submit" look="primary" isBusy={ask.isPending}>
        {strings.sendLink}
      </Button>
    </OutsidePage>
  );
}

function PasswordField(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: unknown;
}) {
  return (
    <Field
      label={strings.newPassword}
      hint={strings.passwordHint}
      problem={problemOf(props.error, "/password")}
    >
      <TextInput
        value={props.value}
        onChange={props.onChange}
        type="password"
        name="password"
        autoComplete="new-password"
      />
    </Field>
  );
}

export function isOver(error: unknown): boolean {
  return error instanceof ApiError && error.code === "link_invalid";
}

export function LinkOver() {
  return (
    <OutsidePage title={strings.linkOver} text={strings.linkOverText}>
      <ButtonLink to="/sign-in">{strings.toSignIn}</ButtonLink>
    </OutsidePage>
  );
}
