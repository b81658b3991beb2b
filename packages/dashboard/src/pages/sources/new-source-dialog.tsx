import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, hasFieldProblems, problemOf, RadioGroup, TextInput } from "../../ui/field.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { words } from "../../ui/words.ts";
import {
  createSource,
  sourcePath,
  useProviders,
  useSourceChange,
  type NewSource,
  type SourceProvider,
} from "./calls.ts";
import { FirstRequest } from "./first-request.tsx";
import { GENERIC_SCHEME } from "./generic-scheme.ts";
import { SecretForm } from "./secret-form.tsx";
import { strings } from "./strings.ts";

/** Whose webhooks; then the address to give them, the secret that they give back, and the first request. */
export function NewSourceDialog({ onClose }: { readonly onClose: () => void }) {
  const providers = useProviders();
  const [chosen, setChosen] = useState<SourceProvider["id"] | null>(null);
  const [name, setName] = useState("");
  const [made, setMade] = useState<NewSource | null>(null);
  const create = useSourceChange(createSource);
  const provider = providers.data?.find(({ id }) => id === chosen) ?? providers.data?.[0];
  if (made && provider) return <SetUp source={made} provider={provider} onClose={onClose} />;
  return (
    <Dialog
      title={strings.add}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button
            look="primary"
            isBusy={create.isPending}
            disabled={!provider}
            onClick={() =>
              provider &&
              create.mutate(
                {
                  provider: provider.id,
                  ...(name.trim() === "" ? {} : { name: name.trim() }),
                  ...(provider.id === "generic" ? { scheme: GENERIC_SCHEME } : {}),
                },
                { onSuccess: setMade },
              )
            }
          >
            {strings.next}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {providers.error && (
          <ErrorState error={providers.error} onRetry={() => void providers.refetch()} />
        )}
        <RadioGroup
          legend={strings.provider}
          value={provider?.id ?? ""}
          onChange={(value) =>
            setChosen(providers.data?.find(({ id }) => id === value)?.id ?? null)
          }
          choices={(providers.data ?? []).map(({ id, title, description, isSuggested }) => ({
            value: id,
            label: isSuggested ? `${title} · ${strings.suggested}` : title,
            hint: description,
          }))}
        />
        <Field
          label={strings.name}
          isOptional
          hint={strings.nameHint}
          problem={problemOf(create.error, "/name")}
        >
          <TextInput value={name} onChange={setName} autoComplete="off" />
        </Field>
        {create.error && !hasFieldProblems(create.error) && <ErrorState error={create.error} />}
      </div>
    </Dialog>
  );
}

function SetUp(props: {
  readonly source: NewSource;
  readonly provider: SourceProvider;
  readonly onClose: () => void;
}) {
  const { source, provider, onClose } = props;
  const navigate = useNavigate();
  return (
    <Dialog
      title={strings.addTitle(provider.title)}
      width={640}
      isOpen
      onClose={onClose}
      footer={
        <Button look="primary" onClick={() => void navigate({ to: sourcePath(source.id) })}>
          {strings.open}
        </Button>
      }
    >
      <ol className="flex flex-col gap-6">
        <li>
          <h3 className="pb-1 font-medium">1 · {strings.step1}</h3>
          <div className="flex items-center gap-1 rounded-control bg-sunken px-2.5 py-1">
            <code className="min-w-0 flex-1 break-all text-code">{source.url}</code>
            <CopyButton text={source.url} name={strings.urlName} />
          </div>
          <p className="pt-1.5 text-secondary">{provider.setUp}</p>
        </li>
        <li>
          <h3 className="pb-1 font-medium">2 · {strings.step2}</h3>
          <SecretForm source={source} label={provider.secretName} />
          <p className="pt-1.5 text-label text-muted">{strings.later}</p>
        </li>
        <li>
          <FirstRequest sourceId={source.id} />
        </li>
      </ol>
    </Dialog>
  );
}
