import { useMutation } from "@tanstack/react-query";
import { Button } from "../../ui/button.tsx";
import { Field, problemOf, TextInput } from "../../ui/field.tsx";
import { StatusGlyph } from "../../ui/icons.tsx";
import { createInbox, validateUrl } from "./calls.ts";
import { formStrings } from "./form-strings.ts";

/** A URL that is checked by the server when the field is left: syntax, scheme, host and address rules. */
export function UrlField(props: {
  readonly url: string;
  readonly wireFormat: string;
  readonly onChange: (url: string) => void;
  readonly error: unknown;
  readonly hasInbox?: boolean;
}) {
  const { url, wireFormat, onChange, error } = props;
  const check = useMutation({ mutationFn: validateUrl });
  const inbox = useMutation({
    mutationFn: createInbox,
    onSuccess: (made) => {
      onChange(made.url);
      check.mutate({ url: made.url, wireFormat });
    },
  });
  const verdict = check.variables?.url === url ? check.data : undefined;
  const refused = verdict?.errors[0];
  return (
    <Field
      label={formStrings.url}
      problem={problemOf(error, "/url") ?? refused ?? inbox.error?.message}
      hint={
        <span className="flex min-h-4 items-center gap-1.5" aria-live="polite">
          {check.isPending && formStrings.checking}
          {verdict?.valid === true && (
            <span className="flex items-center gap-1.5 text-ok">
              <StatusGlyph name="check" />
              {formStrings.urlOk}
            </span>
          )}
        </span>
      }
    >
      <div className="flex gap-2">
        <TextInput
          type="url"
          required
          value={url}
          placeholder={formStrings.urlPlaceholder}
          onChange={(next) => {
            inbox.reset();
            onChange(next);
          }}
          onBlur={() => url.trim() !== "" && check.mutate({ url, wireFormat })}
          autoComplete="off"
          spellCheck={false}
        />
        {props.hasInbox && (
          <Button onClick={() => inbox.mutate(formStrings.inboxName)} isBusy={inbox.isPending}>
            {inbox.isPending ? formStrings.makingInbox : formStrings.useInbox}
          </Button>
        )}
      </div>
    </Field>
  );
}
