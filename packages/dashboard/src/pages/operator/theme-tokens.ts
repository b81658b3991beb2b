/** The colours of a theme, as the page's own style sheet has them: for a sample of it inside a page of the other one. */
export type ThemeName = "light" | "dark";

const SELECTORS: Readonly<Record<ThemeName, string>> = {
  light: ":root",
  dark: ':root[data-theme="dark"]',
};

/** Name → value, with the dashes. */
export function readTokens(theme: ThemeName): ReadonlyMap<string, string> {
  const rules = [...document.styleSheets]
    .flatMap(({ cssRules }) => [...cssRules])
    .filter((rule) => rule instanceof CSSStyleRule)
    .filter(({ selectorText }) => selectorText === SELECTORS[theme]);
  return new Map(
    rules.flatMap(({ style }) =>
      [...style]
        .filter((name) => name.startsWith("--c-"))
        .map((name) => [name, style.getPropertyValue(name)] as const),
    ),
  );
}
