import { defineConfig } from "@playwright/test";

/** The system's Chromium: nothing is downloaded. */
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: ".",
  testMatch: "*.test.ts",
  // Pictures and figures are for people to look at; they prove nothing.
  testIgnore: [
    ...(process.env["SCREENSHOTS"] === undefined ? ["screenshots.test.ts"] : []),
    ...(process.env["E2E_FULL"] === undefined ? ["speed.test.ts"] : []),
  ],
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
    // What cannot be pressed says so, instead of waiting for the end of the test.
    actionTimeout: 30_000,
    browserName: "chromium",
    launchOptions: { executablePath: CHROMIUM },
    viewport: { width: 1280, height: 800 },
    colorScheme: "light",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    // Recording every step costs a third of the time; TRACE=1 says what happened before a failure.
    trace: process.env["TRACE"] === undefined ? "off" : "retain-on-failure",
    screenshot: "only-on-failure",
  },
});
