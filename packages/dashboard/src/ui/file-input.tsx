import { useFieldProps } from "./field.tsx";

/** The browser's own way to choose a file; `id` where no `Field` names it. */
export function FileInput(props: {
  readonly id?: string;
  /** Endings and types, as the browser takes them. */
  readonly accept: string;
  readonly onFile: (file: File) => void;
  /** Its name is not kept, so that the same file again is a change, too. */
  readonly isForgotten?: boolean;
}) {
  const { id, accept, onFile, isForgotten = false } = props;
  return (
    <input
      {...useFieldProps()}
      {...(id === undefined ? {} : { id })}
      type="file"
      accept={accept}
      className="min-w-0 max-w-full text-label text-secondary file:mr-3 file:min-h-8 file:rounded-control file:border file:border-control file:bg-surface file:px-3 file:text-table file:text-text max-desk:file:min-h-11"
      onChange={(event) => {
        const [file] = event.target.files ?? [];
        if (file) onFile(file);
        if (isForgotten) event.target.value = "";
      }}
    />
  );
}
