import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { announce } from "./announcer.ts";
import { Icon } from "./icons.tsx";
import { IconButton } from "./button.tsx";
import { toast } from "./toast.tsx";
import { words } from "./words.ts";

const SHOWN_MS = 1_500;

/**
 * Copies, and says so for 1.5 s: to eyes in its place, to screen readers in the live region. The answer is false where
 * the browser lets nobody copy; that is said, too.
 */
export function useCopy(name: string): [boolean, (text: string) => Promise<boolean>] {
  const [isCopied, setCopied] = useState(false);
  const copy = async (text: string) => {
    if (!(await copyText(text))) {
      toast({ text: words.copyRefused });
      return false;
    }
    setCopied(true);
    announce(words.copiedName(name));
    setTimeout(() => setCopied(false), SHOWN_MS);
    return true;
  };
  return [isCopied, copy];
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // There is none on plain http, and in a frame it may be refused; the old way is left.
    return copyTheOldWay(text);
  }
}

function copyTheOldWay(text: string): boolean {
  let isFilled = false;
  const fill = (event: ClipboardEvent) => {
    isFilled = event.clipboardData !== null;
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", fill);
  const isCopied = document.execCommand("copy");
  document.removeEventListener("copy", fill);
  return isCopied && isFilled;
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
