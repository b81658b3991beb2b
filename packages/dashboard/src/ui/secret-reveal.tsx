import { useBlocker } from "@tanstack/react-router";
import { Eye, EyeOff } from "lucide-react";
import { useRef, useState, type ReactNode, type RefObject } from "react";
import { Button, IconButton } from "./button.tsx";
import { CodeBlock } from "./code-block.tsx";
import { useCopy } from "./copy-button.tsx";
import { Checkbox } from "./field.tsx";
import { Dialog } from "./dialog.tsx";
import { Icon, StatusGlyph } from "./icons.tsx";
import { secretWords } from "./secret-words.ts";

export interface Snippet {
  readonly title: string;
  readonly language: "text" | "json" | "shell" | "typescript";
  /** `SECRET` stands for the secret; it is filled in only when copied. */
  readonly code: string;
}

export interface SecretRevealProps {
  /** "API key", "signing secret": the word that sentences are built with. */
  readonly noun: string;
  /** Lives in the caller's state and nowhere else; the caller drops it in `onClose`. */
  readonly secret: string;
  /** What the secret belongs to: "Warehouse · production · api". */
  readonly facts: string;
  readonly snippets: readonly Snippet[];
  /** False where it can be shown again later: then nobody has to promise anything. */
  readonly isOnce: boolean;
  /** Beside Done, for example "Send test event". */
  readonly more?: ReactNode;
  readonly onClose: () => void;
}

/** The one time that a secret is shown: copied, shown or promised before it can be closed without a question. */
export function SecretReveal(props: SecretRevealProps) {
  const { noun, isOnce, onClose } = props;
  const [isSafe, setSafe] = useState(!isOnce);
  const [isAsked, setAsked] = useState(false);
  const copyButton = useRef<HTMLButtonElement>(null);
  // Back, and closing the tab, ask as well as long as nobody has the secret.
  useBlocker({
    shouldBlockFn: () => {
      setAsked(true);
      return true;
    },
    disabled: isSafe,
  });
  const close = () => (isSafe ? onClose() : setAsked(true));
  return (
    <Dialog
      title={isOnce ? secretWords.title(noun) : secretWords.titleAgain(noun)}
      isOpen
      onClose={close}
      initialFocus={copyButton}
      footer={
        isAsked ? (
          <LeaveQuestion noun={noun} onStay={() => setAsked(false)} onLeave={onClose} />
        ) : (
          <>
            {props.more}
            <Button look="primary" onClick={onClose} disabled={!isSafe}>
              {secretWords.done}
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {isOnce && (
          <p className="flex items-center gap-2 rounded-control bg-warn-tint px-3 py-2 text-warn">
            <StatusGlyph name="warning" />
            {secretWords.once(noun)}
          </p>
        )}
        <SecretLine {...props} copyButton={copyButton} onSafe={() => setSafe(true)} />
        <SnippetTabs {...props} onSafe={() => setSafe(true)} />
        <p className="text-secondary [overflow-wrap:anywhere]">{props.facts}</p>
        {isOnce && (
          <Checkbox isChecked={isSafe} onChange={setSafe} label={secretWords.stored(noun)} />
        )}
      </div>
    </Dialog>
  );
}

function LeaveQuestion(props: {
  readonly noun: string;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}) {
  return (
    <div role="alert" className="flex flex-1 flex-wrap items-center justify-end gap-2">
      <p className="min-w-48 flex-1 text-table">{secretWords.leave(props.noun)}</p>
      <Button look="danger" onClick={props.onLeave}>
        {secretWords.closeAnyway}
      </Button>
      <Button look="primary" onClick={props.onStay}>
        {secretWords.goBack}
      </Button>
    </div>
  );
}

function SecretLine({
  noun,
  secret,
  copyButton,
  onSafe,
}: SecretRevealProps & {
  readonly copyButton: RefObject<HTMLButtonElement | null>;
  readonly onSafe: () => void;
}) {
  const [isShown, setShown] = useState(false);
  const [isCopied, copy] = useCopy(noun);
  return (
    <div className="flex flex-col gap-1">
      <span className="text-label font-medium">{secretWords.secret}</span>
      <div className="flex items-stretch gap-2">
        <code
          data-secret={isShown ? "shown" : "hidden"}
          className="flex min-h-8 min-w-0 flex-1 items-center rounded-control bg-sunken px-2.5 text-code break-all select-all"
        >
          {isShown ? secret : masked(secret)}
        </code>
        <IconButton
          label={isShown ? secretWords.hide : secretWords.show}
          onClick={() => {
            setShown(!isShown);
            onSafe();
          }}
        >
          <Icon of={isShown ? EyeOff : Eye} />
        </IconButton>
        <Button
          ref={copyButton}
          className="min-w-20"
          onClick={() =>
            void copy(secret).then((isDone) => {
              // Else it could be had by nobody who cannot copy.
              if (!isDone) setShown(true);
              onSafe();
            })
          }
        >
          {isCopied ? secretWords.copied : secretWords.copy}
        </Button>
      </div>
    </div>
  );
}

const HEAD = 8;
const DOTS = 20;

function masked(secret: string): string {
  return secret.slice(0, HEAD) + "•".repeat(DOTS);
}

function SnippetTabs(props: SecretRevealProps & { readonly onSafe: () => void }) {
  const [at, setAt] = useState(0);
  const [isCopied, copy] = useCopy(secretWords.snippet);
  const snippet = props.snippets[at];
  if (!snippet) return null;
  return (
    <div className="flex flex-col gap-2">
      <div
        role="tablist"
        aria-label={secretWords.useIt}
        className="flex gap-4 border-b border-hairline"
      >
        {props.snippets.map(({ title }, index) => (
          <button
            key={title}
            type="button"
            role="tab"
            aria-selected={index === at}
            onClick={() => setAt(index)}
            className={
              "-mb-px border-b-2 pb-1.5 text-table font-medium " +
              (index === at ? "border-accent text-text" : "border-transparent text-secondary")
            }
          >
            {title}
          </button>
        ))}
      </div>
      <CodeBlock
        code={withSecret(snippet, masked(props.secret))}
        language={snippet.language}
        hasCopy={false}
      />
      <div>
        <Button
          onClick={() =>
            void copy(withSecret(snippet, props.secret)).then((isDone) => isDone && props.onSafe())
          }
        >
          {isCopied ? secretWords.copied : secretWords.copySnippet(snippet.title)}
        </Button>
      </div>
    </div>
  );
}

/** By function: in a text `$&` and `$$` would stand for something else, and a secret of one's own may hold them. */
function withSecret({ code }: Snippet, secret: string): string {
  return code.replace("SECRET", () => secret);
}
