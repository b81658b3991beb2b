import { defineConfig } from "@playwright/test";

/** The system's Chromium: nothing is downloaded. */
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: ".",
  testMatch: "*.test.ts",
  // Pictures are for people to look at; they prove nothing.
  testIgnore: process.env["SCREENSHOTS"] === undefined ? ["screenshots.test.ts"] : [],
  globalSetup: "./kit/global.ts",
  outputDir: "../../node_modules/.cache/e2e",
  // Two browsers and two servers are what a small machine bears.
  workers: 2,
  fullyParallel: true,
  retries: 0,
  timeout: 240_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: { executablePath: CHROMIUM },
    viewport: { width: 1280, height: 800 },
    colorScheme: "light",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    trace: "retain-on-failure",
  },
});
