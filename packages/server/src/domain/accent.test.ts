import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  ACCENT_THEMES,
  accentContrast,
  contrast,
  CONTRAST_MIN,
  readableAccent,
  type AccentTheme,
} from "./accent.ts";

const STYLES = new URL("../../../dashboard/src/styles.css", import.meta.url);

test("contrast is WCAG's: 21 for black on white, 1 for a colour on itself, whichever comes first", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.equal(contrast("#2f4bd0", "#2F4BD0"), 1);
  assert.equal(contrast("#777777", "#ffffff").toFixed(2), "4.48");
  assert.equal(contrast("#ffffff", "#777777"), contrast("#777777", "#ffffff"));
});

test("a colour that is too weak has a readable one near it, and one that is not stays", () => {
  for (const theme of ["light", "dark"] as const) {
    for (const colour of ["#ffd400", "#ff7a59", "#00c2a8", "#101010", "#808080"]) {
      const readable = readableAccent(colour, theme);
      assert.ok(accentContrast(readable, theme) >= CONTRAST_MIN, `${colour} ${theme} ${readable}`);
    }
  }
  assert.equal(readableAccent("#2f4bd0", "light"), "#2f4bd0");
  assert.ok(accentContrast("#ffd400", "light") < CONTRAST_MIN);
});

test("the colours that an accent meets are those of the dashboard, whose own accents can be read", () => {
  const [light = "", dark = ""] = readFileSync(STYLES, "utf8").split('[data-theme="dark"] {');
  const parts: readonly (readonly [AccentTheme, string])[] = [
    ["light", light],
    ["dark", dark],
  ];
  for (const [theme, css] of parts) {
    const token = (name: string) => new RegExp(`--c-${name}: (#[0-9a-f]{6});`).exec(css)?.[1] ?? "";
    const { onAccent, behind } = ACCENT_THEMES[theme];
    assert.equal(onAccent, token("on-accent"));
    assert.deepEqual(behind, ["surface", "page", "sunken"].map(token));
    assert.ok(accentContrast(token("accent"), theme) >= CONTRAST_MIN);
  }
});
