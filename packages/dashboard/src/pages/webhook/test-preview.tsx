import { StatusGlyph } from "../../ui/icons.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { useQuiet } from "../../ui/quiet.ts";
import { SentRequestView } from "../deliveries/request-panel.tsx";
import { useTestPreview, type TestAsked, type TestPreview } from "./calls.ts";
import { dialogStrings } from "./dialog-strings.ts";

export function usePreviewOf(asked: TestAsked | null) {
  return useTestPreview(useQuiet(asked));
}

/** Where the data does not fit the catalogue's schema; under the editor, in one line each. */
export function Misfits({ preview }: { readonly preview: TestPreview | undefined }) {
  const problems = preview?.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <div role="status" className="text-label text-warn">
      <ul>
        {problems.map(({ pointer, message }) => (
          <li
            key={pointer + message}
            className="flex items-center gap-1.5 [overflow-wrap:anywhere]"
          >
            <StatusGlyph name="warning" />
            {dialogStrings.misfit(pointer, message)}
          </li>
        ))}
      </ul>
      <p className="text-muted">{dialogStrings.misfitHint}</p>
    </div>
  );
}

/** The request to the byte, as it would be sent now. */
export function TestPreviewPanel(props: {
  readonly preview: TestPreview | undefined;
  readonly error: Error | null;
}) {
  const { preview, error } = props;
  if (error) return <ErrorState error={error} />;
  if (!preview) return <p className="py-3 text-secondary">{dialogStrings.previewEmpty}</p>;
  return (
    <div className="flex flex-col gap-3 pt-3">
      <p className="text-label text-muted">{dialogStrings.previewHint}</p>
      <SentRequestView request={preview.request} />
    </div>
  );
}
