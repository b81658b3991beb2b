/** What a menu is made of. */
export type MenuEntry =
  | {
      readonly label: string;
      readonly onSelect: () => void;
      readonly isDanger?: boolean;
      readonly isDisabled?: boolean;
      readonly hint?: string;
    }
  | { readonly label: string; readonly to: string }
  | "separator";

export interface MenuChoice {
  readonly value: string;
  readonly label: string;
  readonly count?: number;
}
