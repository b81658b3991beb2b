import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError, post } from "../api.ts";
import { meQuery } from "../session.ts";
import { Button } from "../ui/button.tsx";
import { Field, problemOf, TextInput } from "../ui/field.tsx";
import { ErrorState } from "../ui/panel-state.tsx";
import { useUrlState } from "../url-state.ts";
import { OutsidePage } from "./outside-page.tsx";
import { strings } from "./strings.ts";

export function SignIn() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [{ next }] = useUrlState();
  const enter = useEnter(next);
  const signIn = useMutation({
    mutationFn: () => post("/api/sessions", { email, password }),
    onSuccess: enter,
  });
  return (
    <OutsidePage title={strings.signIn} onSubmit={() => signIn.mutate()}>
      <Field label={strings.email} problem={problemOf(signIn.error, "/email")}>
        <TextInput
          value={email}
          onChange={setEmail}
          type="email"
          name="email"
          autoComplete="username"
          required
        />
      </Field>
      <Field label={strings.password} problem={problemOf(signIn.error, "/password")}>
        <TextInput
          value={password}
          onChange={setPassword}
          type="password"
          name="password"
          autoComplete="current-password"
          required
        />
      </Field>
      <FormError error={signIn.error} />
      <Button type="submit" look="primary" isBusy={signIn.isPending}>
        {strings.signIn}
      </Button>
      <Link
        to="/forgotten"
        className="self-start rounded-[3px] text-table text-accent hover:underline"
      >
        {strings.forgotten}
      </Link>
    </OutsidePage>
  );
}

/** What is wrong with the whole form; problems of fields stand at the fields. */
export function FormError({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  if (error instanceof ApiError && error.errors.length > 0) return null;
  return <ErrorState error={error} />;
}

/** Goes in once the session's cookie is set: where the person wanted to go, if that is a page of ours. */
export function useEnter(next?: string): () => Promise<void> {
  const client = useQueryClient();
  const router = useRouter();
  return async () => {
    client.clear();
    await client.fetchQuery(meQuery);
    const isOwn = next !== undefined && /^\/(?![/\\])/.test(next);
    router.history.replace(isOwn ? next : "/");
  };
}
