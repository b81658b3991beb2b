import { useId, type ReactNode } from "react";
import { ColouredCode } from "./coloured-code.tsx";
import { parseJson } from "./json-path.ts";
import { words } from "./words.ts";

/** JSON, or TypeScript, to be written: line numbers and colours. Tab leaves it, as it leaves any field: Esc closes the dialog around it. */
export function PayloadEditor(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem?: ReactNode;
  readonly isReadOnly?: boolean;
  /** Whoever takes TypeScript says what is wrong with it. */
  readonly language?: "json" | "typescript";
}) {
  const { value, onChange, language = "json" } = props;
  const id = useId();
  const lines = value.split("\n").length;
  const isJson = value.trim() === "" || parseJson(value) !== undefined;
  const isGood = language === "typescript" || isJson;
  const problem = props.problem ?? (isGood ? undefined : words.notJson);
  return (
    <div>
      <div
        className={`relative grid grid-cols-[auto_minmax(max-content,1fr)] overflow-auto rounded-control border bg-sunken text-code ${problem ? "border-bad" : "border-control"}`}
      >
        <pre aria-hidden className="select-none px-2 py-2 text-right text-muted">
          {Array.from({ length: lines }, (_, index) => index + 1).join("\n")}
        </pre>
        <div className="relative">
          <pre aria-hidden className="pointer-events-none whitespace-pre py-2 pr-2">
            <code>
              <ColouredCode code={value} language={language} />
              {"\n"}
            </code>
          </pre>
          <textarea
            aria-label={props.label}
            aria-describedby={`${id}-problem`}
            aria-invalid={problem !== undefined}
            spellCheck={false}
            readOnly={props.isReadOnly}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className="absolute inset-0 size-full resize-none overflow-hidden whitespace-pre bg-transparent py-2 pr-2 font-mono text-[12.5px]! leading-5 text-transparent caret-text outline-offset-[-2px]"
          />
        </div>
      </div>
      <p id={`${id}-problem`} className="min-h-4 pt-1 text-label text-bad">
        {problem}
      </p>
    </div>
  );
}
