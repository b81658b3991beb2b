import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError, post, read } from "../api.ts";
import { meQuery } from "../session.ts";
import { Button, buttonClass } from "../ui/button.tsx";
import { Field, problemOf, TextInput } from "../ui/field.tsx";
import { ErrorState } from "../ui/panel-state.tsx";
import { useUrlState } from "../url-state.ts";
import { OutsidePage } from "./outside-page.tsx";
import { signInProblems, strings } from "./strings.ts";

/** `GET /api/sign-in` */
interface SignInWays {
  readonly passwordReset: boolean;
  readonly oidc: { readonly host: string; readonly url: string } | null;
}

export function SignIn() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [{ next, problem }] = useUrlState();
  const ways = useQuery({
    queryKey: ["sign-in"],
    queryFn: ({ signal }) => read<SignInWays>("/api/sign-in", undefined, signal),
  });
  const enter = useEnter(next);
  const signIn = useMutation({
    mutationFn: () => post("/api/sessions", { email, password }),
    onSuccess: enter,
  });
  // Everything at once: a button that came later would push the fields away from under a finger.
  if (ways.isPending) return <OutsidePage title={strings.signIn}>{null}</OutsidePage>;
  return (
    <OutsidePage title={strings.signIn} onSubmit={() => signIn.mutate()}>
      {problem !== undefined && signIn.isIdle && <CameBack problem={problem} />}
      {ways.data?.oidc && <ProviderLink oidc={ways.data.oidc} next={next} />}
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
      {ways.data?.passwordReset && (
        <Link
          to="/forgotten"
          className="self-start rounded-[3px] text-table text-accent hover:underline"
        >
          {strings.forgotten}
        </Link>
      )}
    </OutsidePage>
  );
}

/** A whole request of the browser, not one of the page: the provider's own pages come next. */
function ProviderLink(props: {
  readonly oidc: NonNullable<SignInWays["oidc"]>;
  readonly next: string | undefined;
}) {
  const { host, url } = props.oidc;
  const query = props.next === undefined ? "" : `?${new URLSearchParams({ return: props.next })}`;
  return (
    <>
      <a href={`${url}${query}`} className={buttonClass()}>
        {strings.signInWith(host)}
      </a>
      <p className="flex items-center gap-3 text-label text-secondary before:h-px before:flex-1 before:bg-hairline after:h-px after:flex-1 after:bg-hairline">
        {strings.orPassword}
      </p>
    </>
  );
}

/** The provider, or what came of its answer, has sent the person back here. */
function CameBack({ problem }: { readonly problem: string }) {
  const text = signInProblems[problem];
  return (
    <div
      role="alert"
      className="rounded-control border border-bad bg-bad-tint px-3 py-2 text-table"
    >
      <p className="font-medium text-bad">{strings.notSignedIn}</p>
      {text && <p>{text}</p>}
    </div>
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
