import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { DeviceLogin } from "@posthorn/sdk";
import { post, read } from "../../api.ts";
import { Button } from "../../ui/button.tsx";
import { Field, TextInput } from "../../ui/field.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { Time } from "../../ui/time.tsx";
import { useUrlState } from "../../url-state.ts";
import { strings } from "./strings.ts";

/** `posthorn login`: the code of the terminal, what asks, and yes or no. */
export function Page() {
  const [state] = useUrlState();
  const [code, setCode] = useState(state["code"] ?? "");
  const look = useMutation({
    mutationFn: (asked: string) =>
      read<DeviceLogin>(`/api/device-logins/${encodeURIComponent(asked)}`),
  });
  return (
    <div className="max-w-md">
      <PageHeader title={strings.title} text={strings.text} />
      {look.data ? (
        <Question login={look.data} />
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            look.mutate(code.trim());
          }}
        >
          <Field label={strings.code}>
            <TextInput
              value={code}
              onChange={setCode}
              required
              autoComplete="off"
              autoCapitalize="characters"
              className="font-mono tracking-widest"
            />
          </Field>
          {look.error && <ErrorState error={look.error} />}
          <div>
            <Button type="submit" look="primary" isBusy={look.isPending}>
              {strings.look}
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}

function Question({ login }: { readonly login: DeviceLogin }) {
  const { userCode, name, address, createdAt } = login;
  const answer = useMutation({
    mutationFn: (verdict: "approve" | "deny") =>
      post(`/api/device-logins/${encodeURIComponent(userCode)}/${verdict}`),
  });
  if (answer.isSuccess) {
    const isApproved = answer.variables === "approve";
    return (
      <p role="status" className="flex items-center gap-2 text-body font-medium">
        <span className={isApproved ? "text-ok" : "text-muted"}>
          <StatusGlyph name={isApproved ? "check" : "slash"} />
        </span>
        {isApproved ? strings.approved : strings.denied}
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <p className="text-body font-medium [overflow-wrap:anywhere]">{strings.asks(name)}</p>
      <p className="text-table text-secondary">
        {address !== null && strings.from(address)} · <Time at={createdAt} />
      </p>
      <p className="rounded-control bg-warn-tint px-3 py-2 text-table text-warn">
        {strings.warning}
      </p>
      {answer.error && <ErrorState error={answer.error} />}
      <div className="flex gap-2">
        <Button look="primary" onClick={() => answer.mutate("approve")} isBusy={answer.isPending}>
          {strings.approve}
        </Button>
        <Button onClick={() => answer.mutate("deny")}>{strings.deny}</Button>
      </div>
    </div>
  );
}
