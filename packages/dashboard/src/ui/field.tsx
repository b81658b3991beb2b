import {
  createContext,
  useContext,
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type TextareaHTMLAttributes,
} from "react";
import { ApiError, type FieldProblem } from "../api.ts";
import { words } from "./words.ts";

interface FieldIds {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly isInvalid: boolean;
}

const FieldContext = createContext<FieldIds | null>(null);

/** The problem of one field in a refusal, by its pointer. */
export function problemOf(error: unknown, pointer: string): FieldProblem | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.errors.find(
    (each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`),
  );
}

/** Whether what a refusal says stands at fields of the form. */
export function hasFieldProblems(error: unknown): boolean {
  return error instanceof ApiError && error.errors.length > 0;
}

/** A label, one control, what helps, and what is wrong with it, tied together for screen readers. */
export function Field(props: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly isOptional?: boolean;
  /** Of the API, found with `problemOf`; or a sentence of our own. */
  readonly problem?: FieldProblem | string | undefined;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  const hintId = props.hint === undefined ? undefined : `${id}-hint`;
  const problemId = props.problem === undefined ? undefined : `${id}-problem`;
  const describedBy = [hintId, problemId].filter(Boolean).join(" ") || undefined;
  return (
    <div className={`flex flex-col gap-1 ${props.className ?? ""}`}>
      <label htmlFor={id} className="text-label font-medium">
        {props.label}
        {props.isOptional && <span className="font-normal text-muted"> {words.optional}</span>}
      </label>
      <FieldContext value={{ id, describedBy, isInvalid: props.problem !== undefined }}>
        {props.children}
      </FieldContext>
      {hintId && (
        <div id={hintId} className="text-label text-muted">
          {props.hint}
        </div>
      )}
      {problemId && <Problem id={problemId} problem={props.problem} />}
    </div>
  );
}

function Problem(props: {
  readonly id: string;
  readonly problem: FieldProblem | string | undefined;
}) {
  const { problem } = props;
  if (problem === undefined) return null;
  return (
    <div id={props.id} className="text-label text-bad">
      {typeof problem === "string" ? problem : problem.message}
      {typeof problem !== "string" && problem.fix !== undefined && (
        <span className="text-secondary"> {problem.fix}</span>
      )}
    </div>
  );
}

/** What a control of our own inside a `Field` puts on its element. */
export function useFieldProps() {
  const field = useContext(FieldContext);
  if (!field) return {};
  return {
    id: field.id,
    "aria-describedby": field.describedBy,
    "aria-invalid": field.isInvalid || undefined,
  };
}

export const inputClass =
  "h-11 w-full min-w-0 rounded-control border border-control bg-surface px-2.5 text-table text-text " +
  "placeholder:text-muted disabled:bg-sunken disabled:text-secondary aria-invalid:border-bad desk:h-8";

type InputProps = Omit<InputHTMLAttributes<HTMLInputElement>, "onChange" | "value"> & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly ref?: React.Ref<HTMLInputElement>;
};

export function TextInput({ onChange, className = "", ...rest }: InputProps) {
  return (
    <input
      type="text"
      {...useFieldProps()}
      {...rest}
      onChange={(event) => onChange(event.target.value)}
      className={`${inputClass} ${className}`}
    />
  );
}

type AreaProps = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "onChange" | "value"> & {
  readonly value: string;
  readonly onChange: (value: string) => void;
};

export function TextArea({ onChange, className = "", ...rest }: AreaProps) {
  return (
    <textarea
      rows={3}
      {...useFieldProps()}
      {...rest}
      onChange={(event) => onChange(event.target.value)}
      className={`${inputClass} h-auto! py-1.5 ${className}`}
    />
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** The platform's own: works with every keyboard, phone and reader. */
export function Select(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly choices: readonly Choice[];
  readonly "aria-label"?: string;
  readonly disabled?: boolean;
}) {
  const { choices, onChange, ...rest } = props;
  return (
    <select
      {...useFieldProps()}
      {...rest}
      onChange={(event) => onChange(event.target.value)}
      className={`${inputClass} pr-7`}
    >
      {choices.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}

export function Checkbox(props: {
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly isDisabled?: boolean;
}) {
  return (
    <label className="flex min-h-6 items-start gap-2 py-0.5 text-table">
      <input
        type="checkbox"
        checked={props.isChecked}
        disabled={props.isDisabled === true}
        onChange={(event) => props.onChange(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span>
        {props.label}
        {props.hint !== undefined && (
          <span className="block text-label text-muted">{props.hint}</span>
        )}
      </span>
    </label>
  );
}

/** One of few, all visible. */
export function RadioGroup(props: {
  readonly legend: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly choices: readonly (Choice & { readonly hint?: ReactNode })[];
}) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="pb-1 text-label font-medium">{props.legend}</legend>
      {props.choices.map(({ value, label, hint }) => (
        <label key={value} className="flex min-h-6 items-start gap-2 py-0.5 text-table">
          <input
            type="radio"
            name={name}
            value={value}
            checked={props.value === value}
            onChange={() => props.onChange(value)}
            className="mt-0.5 size-4 shrink-0 accent-accent"
          />
          <span>
            {label}
            {hint !== undefined && <span className="block text-label text-muted">{hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
