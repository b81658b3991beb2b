import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { announce } from "./announcer.ts";
import { Icon } from "./icons.tsx";
import { IconButton } from "./button.tsx";
import { words } from "./words.ts";

const SHOWN_MS = 1_500;

/** Copies, and says so for 1.5 s: to eyes in its place, to screen readers in the live region. */
export function useCopy(name: string): [boolean, (text: string) => Promise<void>] {
  const [isCopied, setCopied] = useState(false);
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    announce(words.copiedName(name));
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return [isCopied, copy];
}

/** `name` is what is copied: "endpoint id", "request id". */
export function CopyButton({ text, name }: { readonly text: string; readonly name: string }) {
  const [isCopied, copy] = useCopy(name);
  return (
    <IconButton
      label={isCopied ? words.copied : words.copyName(name)}
      onClick={(event) => {
        event.stopPropagation();
        void copy(text);
      }}
    >
      <Icon of={isCopied ? Check : Copy} />
    </IconButton>
  );
}
