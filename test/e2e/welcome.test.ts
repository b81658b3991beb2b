/** From the link of a fresh installation to a verified delivery on the screen, in under a minute. */
import type { Page } from "@playwright/test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNode } from "../kit/process.ts";
import { expectAccessible } from "./kit/axe.ts";
import { noteFigures } from "./kit/figures.ts";
import { expect, test } from "./kit/world.ts";

/** What the whole way may take, the start of the program and its database included. */
const SECONDS_MAX = 60;

test("the first operator sees a webhook arrive verified, and one that fails first", async ({
  page,
  server,
}) => {
  const { body } = await server.api("POST", "/api/setup/links");
  await untilVerified(page, body.url);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Send one that fails first" }).click();
  const attempts = page.getByRole("list", { name: "Attempts" });
  await expect(attempts.getByText("1 · 500")).toBeVisible();
  await expect(attempts.getByText("2 · 200")).toBeVisible();
  await page.getByRole("button", { name: "Remove the demo" }).click();
  await expect(page.getByRole("button", { name: "Continue" })).toBeVisible();
});

test("from the start of the program on an empty folder to a verified webhook in under a minute", async ({
  page,
}) => {
  const dataDir = await mkdtemp(join(tmpdir(), "posthorn-welcome-"));
  const node = await startNode(["--port", "0", "--data-dir", dataDir]);
  const readyAt = performance.now();
  await untilVerified(page, (await readFile(join(dataDir, "welcome.url"), "utf8")).trim());
  const seconds = (performance.now() - readyAt) / 1000;
  noteFigures("welcome", {
    startSeconds: Math.round(node.readyAfterMs / 100) / 10,
    readyToVerifiedSeconds: Math.round(seconds * 10) / 10,
  });
  expect(seconds).toBeLessThan(SECONDS_MAX);
  await node.stop();
  await rm(dataDir, { recursive: true });
  await rm(`${dataDir}.master-key`, { force: true });
});

async function untilVerified(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("Waiting …")).toBeVisible();
  await page.getByRole("button", { name: "Send it from here" }).click();
  await expect(page.getByText("Signature verified")).toBeVisible();
}
