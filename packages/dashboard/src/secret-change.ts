import { useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";

export interface SecretChange<Input, Output> {
  /** `onMade` gets the answer: it goes into the state of the dialog that shows it. */
  readonly send: (input: Input, onMade: (made: Output) => void) => void;
  readonly isPending: boolean;
  /** Why it was refused; null while nothing is wrong. */
  readonly error: unknown;
}

const IDLE = { isPending: false, error: null };

/**
 * A change whose question or answer holds a secret. A mutation would keep both in the page's cache for as long as its
 * dialog is open; this hands the answer to its caller and keeps nothing. Queries of the noun are read again.
 */
export function useSecretChange<Input, Output>(
  noun: string,
  change: (input: Input) => Promise<Output>,
): SecretChange<Input, Output> {
  const client = useQueryClient();
  const [state, setState] = useState<{ isPending: boolean; error: unknown }>(IDLE);
  // Back would leave a secret that was made and shown to nobody.
  useBlocker({ shouldBlockFn: () => true, disabled: !state.isPending });
  const send = (input: Input, onMade: (made: Output) => void) => {
    setState({ isPending: true, error: null });
    change(input)
      .then((made) => {
        setState(IDLE);
        onMade(made);
      })
      .catch((error: unknown) => setState({ isPending: false, error }))
      .finally(() => void client.invalidateQueries({ queryKey: [noun] }));
  };
  return { ...state, send };
}
