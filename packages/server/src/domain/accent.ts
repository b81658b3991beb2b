/** What an accent colour stands on, and what stands on it, in the dashboard's two themes (`styles.css`). */
export const ACCENT_THEMES = Object.freeze({
  light: { onAccent: "#ffffff", behind: ["#ffffff", "#fbfbfa", "#f4f4f2"], readable: "#000000" },
  dark: { onAccent: "#0f1012", behind: ["#16181b", "#0f1012", "#0b0c0d"], readable: "#ffffff" },
});
export type AccentTheme = keyof typeof ACCENT_THEMES;

/** Of text of a normal size: WCAG 2.2, 1.4.3. */
export const CONTRAST_MIN = 4.5;

export function isColour(text: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/** The contrast of two colours, 1 to 21: WCAG 2.2, "contrast ratio". */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** The weakest that an accent has with anything it meets in a theme. */
export function accentContrast(colour: string, theme: AccentTheme): number {
  const { onAccent, behind } = ACCENT_THEMES[theme];
  return Math.min(...[onAccent, ...behind].map((other) => contrast(colour, other)));
}

/** The colour itself where it can be read, else the nearest one that can: darker in the light theme, lighter in the dark one. */
export function readableAccent(colour: string, theme: AccentTheme): string {
  const steps = Array.from({ length: 101 }, (_, step) =>
    mix(colour, ACCENT_THEMES[theme].readable, step / 100),
  );
  return steps.find((each) => accentContrast(each, theme) >= CONTRAST_MIN) ?? colour;
}

function mix(one: string, other: string, part: number): string {
  const others = channels(other);
  const mixed = channels(one).map((value, index) =>
    Math.round(value + ((others[index] ?? 0) - value) * part),
  );
  return `#${Buffer.from(mixed).toString("hex")}`;
}

function channels(colour: string): number[] {
  return [...Buffer.from(colour.slice(1), "hex")];
}

/** WCAG 2.2, "relative luminance". */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
