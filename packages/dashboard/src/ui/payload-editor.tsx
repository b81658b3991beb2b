import { useId, useRef, type KeyboardEvent, type ReactNode } from "react";
import { ColouredCode } from "./coloured-code.tsx";
import { parseJson } from "./json-path.ts";
import { words } from "./words.ts";

/** JSON to be written: line numbers, colours, two spaces for Tab; Esc gives Tab back to the page. */
export function PayloadEditor(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem?: ReactNode;
  readonly isReadOnly?: boolean;
}) {
  const { value, onChange } = props;
  const id = useId();
  const isTabFree = useRef(false);
  const lines = value.split("\n").length;
  const isJson = value.trim() === "" || parseJson(value) !== undefined;
  const problem = props.problem ?? (isJson ? undefined : words.notJson);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === "Escape") isTabFree.current = true;
    if (event.key !== "Tab" || event.shiftKey || isTabFree.current) return;
    event.preventDefault();
    const { selectionStart: start, selectionEnd: end } = event.currentTarget;
    onChange(`${value.slice(0, start)}  ${value.slice(end)}`);
  };
  return (
    <div>
      <div
        className={`relative grid grid-cols-[auto_1fr] overflow-auto rounded-control border bg-sunken text-code ${problem ? "border-bad" : "border-control"}`}
      >
        <pre aria-hidden className="select-none px-2 py-2 text-right text-muted">
          {Array.from({ length: lines }, (_, index) => index + 1).join("\n")}
        </pre>
        <div className="relative min-w-0">
          <pre
            aria-hidden
            className="pointer-events-none whitespace-pre-wrap py-2 pr-2 [overflow-wrap:anywhere]"
          >
            <code>
              <ColouredCode code={value} language="json" />
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
            onKeyDown={onKeyDown}
            onBlur={() => (isTabFree.current = false)}
            className="absolute inset-0 size-full resize-none overflow-hidden whitespace-pre-wrap bg-transparent py-2 pr-2 font-mono text-[12.5px]! leading-5 text-transparent caret-text outline-offset-[-2px] [overflow-wrap:anywhere]"
          />
        </div>
      </div>
      <p id={`${id}-problem`} className="min-h-4 pt-1 text-label text-bad">
        {problem}
      </p>
    </div>
  );
}
