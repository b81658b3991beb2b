import type { FieldProblem } from "../../api.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { FileInput } from "../../ui/file-input.tsx";
import { strings } from "./branding-strings.ts";

/** A picture that was chosen; null: none any more. Undefined while nothing was done to it. */
export type NewLogo = { readonly dataUrl: string; readonly base64: string } | null | undefined;

const TYPES = "image/png,image/webp,image/svg+xml";

export function LogoField(props: {
  readonly shown: string | null;
  readonly problem: FieldProblem | undefined;
  readonly onChange: (logo: NewLogo) => void;
}) {
  const { shown, onChange } = props;
  return (
    <Field
      label={strings.logo}
      hint={strings.logoHint}
      problem={props.problem}
      className="w-full max-w-xl"
    >
      <div className="flex flex-wrap items-center gap-3">
        <FileInput
          accept={TYPES}
          isForgotten
          onFile={(file) => void readLogo(file).then(onChange)}
        />
        {shown !== null && <Button onClick={() => onChange(null)}>{strings.removeLogo}</Button>}
      </div>
    </Field>
  );
}

function readLogo(file: File): Promise<NewLogo> {
  const { promise, resolve, reject } = Promise.withResolvers<NewLogo>();
  const reader = new FileReader();
  reader.addEventListener("error", () => reject(reader.error));
  reader.addEventListener("load", () => {
    const dataUrl = String(reader.result);
    resolve({ dataUrl, base64: dataUrl.slice(dataUrl.indexOf(",") + 1) });
  });
  reader.readAsDataURL(file);
  return promise;
}
