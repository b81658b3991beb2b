import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { patch } from "../../api.ts";
import { brandingQuery, type Branding } from "../../branding.ts";
import { Button } from "../../ui/button.tsx";
import { Field, hasFieldProblems, problemOf, TextInput } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { toast } from "../../ui/toast.tsx";
import { strings } from "./branding-strings.ts";
import { useOperatorChange } from "./calls.ts";
import { ColourInput, isColour } from "./colour-input.tsx";
import { LogoField, type NewLogo } from "./logo-field.tsx";

const BrandPreview = lazyPart(() => import("./brand-preview.tsx").then((it) => it.BrandPreview));

const WORDS = ["productName", "supportContact", "docsUrl"] as const;
const COLOURS = ["accentLight", "accentDark"] as const;
type Name = (typeof WORDS | typeof COLOURS)[number];

/** What customers' pages call the product, how they look, and who helps. */
export function BrandingPanel() {
  const branding = useQuery(brandingQuery);
  return (
    <section aria-labelledby="branding" className="max-w-3xl">
      <h2 id="branding" className="text-[16px] font-semibold leading-6">
        {strings.title}
      </h2>
      <p className="pb-3 text-table text-secondary">{strings.text}</p>
      {branding.error && (
        <ErrorState error={branding.error} onRetry={() => void branding.refetch()} />
      )}
      {!branding.data && !branding.error && <SkeletonLines />}
      {branding.data && <Form branding={branding.data} />}
    </section>
  );
}

function Form({ branding }: { readonly branding: Branding }) {
  const [draft, setDraft] = useState<Pick<Branding, Name>>(branding);
  const [logo, setLogo] = useState<NewLogo>();
  const save = useOperatorChange("branding", changeBranding);
  const changed = [...WORDS, ...COLOURS].filter((name) => draft[name] !== branding[name]);
  const set = (name: Name) => (text: string) =>
    setDraft({ ...draft, [name]: text === "" ? null : text });
  const submit = () => {
    const words = Object.fromEntries(changed.map((name) => [name, draft[name]]));
    const change = logo === undefined ? words : { ...words, logo: logo && logo.base64 };
    save.mutate(change, {
      onSuccess: () => {
        setLogo(undefined);
        toast({ text: strings.saved });
      },
    });
  };
  const shownLogo = logo === undefined ? branding.logoUrl : (logo?.dataUrl ?? null);
  return (
    <form
      className="flex flex-col items-start gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {WORDS.map((name) => (
        <BrandField key={name} name={name} error={save.error}>
          <TextInput autoComplete="off" value={draft[name] ?? ""} onChange={set(name)} />
        </BrandField>
      ))}
      {COLOURS.map((name) => (
        <BrandField key={name} name={name} error={save.error}>
          <ColourInput
            pickLabel={strings.pick(strings.fields[name])}
            value={draft[name] ?? ""}
            onChange={set(name)}
          />
        </BrandField>
      ))}
      <LogoField shown={shownLogo} problem={problemOf(save.error, "/logo")} onChange={setLogo} />
      <BrandPreview
        brand={{
          productName: draft.productName,
          accents: { light: whole(draft.accentLight), dark: whole(draft.accentDark) },
          logo: shownLogo,
        }}
      />
      {save.error && !hasFieldProblems(save.error) && <ErrorState error={save.error} />}
      <Button
        type="submit"
        disabled={changed.length === 0 && logo === undefined}
        isBusy={save.isPending}
      >
        {strings.save}
      </Button>
    </form>
  );
}

function BrandField(props: {
  readonly name: Name;
  readonly error: unknown;
  readonly children: React.ReactNode;
}) {
  const { name, error } = props;
  return (
    <Field
      label={strings.fields[name]}
      hint={strings.hints[name]}
      problem={problemOf(error, `/${name}`)}
      className="w-full max-w-xl"
    >
      {props.children}
    </Field>
  );
}

/** While somebody writes one, it is none yet. */
function whole(colour: string | null): string | null {
  return colour !== null && isColour(colour) ? colour : null;
}

function changeBranding(change: object): Promise<Branding> {
  return patch<Branding>("/api/branding", change);
}
