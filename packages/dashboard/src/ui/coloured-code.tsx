import { memo } from "react";
import { highlight, type Language, type Piece } from "./highlight.ts";

const COLOURS: Readonly<Record<Piece["kind"], string | undefined>> = {
  plain: undefined,
  key: "text-code-key",
  string: "text-code-string",
  number: "text-code-number",
  literal: "text-code-literal",
};

/** Code in its four colours, for inside of `code`. */
export const ColouredCode = memo(function ColouredCode(props: {
  readonly code: string;
  readonly language: Language;
}) {
  return highlight(props.code, props.language).map(({ text, kind }, index) => (
    <span key={index} className={COLOURS[kind]}>
      {text}
    </span>
  ));
});
