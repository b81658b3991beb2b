/** Light or dark: the system's choice, or this person's. `index.html` sets it before anything is painted. */
const SETTING = "posthorn.theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export type Theme = "system" | "light" | "dark";

export function chosenTheme(): Theme {
  const chosen = localStorage.getItem(SETTING);
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function chooseTheme(theme: Theme): void {
  if (theme === "system") localStorage.removeItem(SETTING);
  else localStorage.setItem(SETTING, theme);
  apply();
}

function apply(): void {
  const theme = chosenTheme();
  const isDark = theme === "system" ? dark.matches : theme === "dark";
  document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
}

dark.addEventListener("change", apply);
