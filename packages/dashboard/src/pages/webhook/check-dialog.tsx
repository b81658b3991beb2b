import { useMutation } from "@tanstack/react-query";
import { Button } from "../../ui/button.tsx";
import { sayDuration } from "../../ui/clock.ts";
import { useCopy } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { StatusGlyph, type GlyphName } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { useSubmitKey } from "../../ui/submit-key.ts";
import { words } from "../../ui/words.ts";
import { checkEndpoint, type EndpointCheck, type Webhook } from "./calls.ts";
import { dialogStrings } from "./dialog-strings.ts";

type Step = EndpointCheck["steps"][number];
type Verdict = Step["verdict"];

/** The doctor: what a delivery meets on its way, each step with what was found and what to do. */
export function CheckDialog(props: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const { id, url } = props.webhook;
  const { mutate, data, error, isPending } = useMutation({ mutationFn: checkEndpoint });
  const [isCopied, copy] = useCopy(dialogStrings.copyCli);
  const start = () => {
    if (!isPending) mutate(id);
  };
  useSubmitKey(start);
  return (
    <Dialog
      title={dialogStrings.checkTitle}
      description={<span className="break-all">{url}</span>}
      width={640}
      isOpen
      onClose={props.onClose}
      footer={
        <>
          <Button look="quiet" onClick={() => void copy(`posthorn endpoints check ${id}`)}>
            {isCopied ? words.copied : dialogStrings.copyCli}
          </Button>
          <Button onClick={props.onClose}>{words.close}</Button>
          <Button look="primary" onClick={start} isBusy={isPending}>
            {data ? dialogStrings.checkAgain : dialogStrings.checkStart}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {!data && <p className="text-secondary">{dialogStrings.checkText}</p>}
        {error && <ErrorState error={error} />}
        <div role="status">
          {isPending && <p className="text-secondary">{dialogStrings.checking4}</p>}
          {data && !isPending && <Sum check={data} />}
        </div>
        <Steps steps={isPending ? undefined : data?.steps} />
      </div>
    </Dialog>
  );
}

const LOOKS: Readonly<Record<Verdict, { readonly glyph: GlyphName; readonly look: string }>> = {
  passed: { glyph: "check", look: "text-ok" },
  warning: { glyph: "warning", look: "text-warn" },
  failed: { glyph: "cross", look: "text-bad" },
  skipped: { glyph: "ring", look: "text-muted" },
};

function Sum({ check }: { readonly check: EndpointCheck }) {
  const isWarned = check.steps.some(({ verdict }) => verdict === "warning");
  const good = isWarned ? "warning" : "passed";
  const { glyph, look } = LOOKS[check.ok ? good : "failed"];
  const text = isWarned ? dialogStrings.checkWarn : dialogStrings.checkOk;
  return (
    <p className={`flex items-center gap-2 font-medium ${look}`}>
      <StatusGlyph name={glyph} />
      {check.ok ? text : dialogStrings.checkBad}
    </p>
  );
}

/** Before the answer the same lines, without verdicts: nothing jumps when it comes. */
function Steps({ steps }: { readonly steps: readonly Step[] | undefined }) {
  // Proof: `Object.keys` gives the names that the catalogue of texts has.
  const names = Object.keys(dialogStrings.checkSteps) as Step["step"][];
  return (
    <ol
      aria-label={dialogStrings.checkTitle}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- What scrolls must be reachable by keyboard.
      tabIndex={0}
      className="border-t border-hairline"
    >
      {names.map((name) => (
        <StepLine key={name} name={name} step={steps?.find((each) => each.step === name)} />
      ))}
    </ol>
  );
}

function StepLine({
  name,
  step,
}: {
  readonly name: Step["step"];
  readonly step: Step | undefined;
}) {
  const { glyph, look } = LOOKS[step?.verdict ?? "skipped"];
  return (
    <li className="grid grid-cols-[14px_minmax(0,1fr)_auto] items-start gap-x-2.5 border-b border-hairline py-2">
      <span className={`pt-[3px] ${look}`}>
        <StatusGlyph name={glyph} />
      </span>
      <div className="min-w-0">
        <p className="font-medium">
          {dialogStrings.checkSteps[name]}
          {step && <span className="sr-only">: {dialogStrings.verdicts[step.verdict]}</span>}
        </p>
        {step && (
          <p className={step.verdict === "failed" ? "text-bad" : "text-secondary"}>{step.detail}</p>
        )}
        {step?.fix && <p className="text-text">{step.fix}</p>}
      </div>
      <span className="text-right text-muted tabular-nums">
        {step && step.durationMs !== null && sayDuration(step.durationMs)}
      </span>
    </li>
  );
}
