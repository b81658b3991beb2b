/** Rows that come by themselves: under load, over a cut connection, and over a restart of the server. */
import type { Page } from "@playwright/test";
import { setInterval } from "node:timers/promises";
import { HOLD_MS } from "../../packages/dashboard/src/live-hold.ts";
import { createDatabase } from "../kit/database.ts";
import { startFaultProxy } from "../kit/fault-proxy.ts";
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";
import { noteFigures, quantile } from "./kit/figures.ts";
import { enterAsOwner } from "./kit/session.ts";
import { expect, test } from "./kit/world.ts";

const PATH = "/settings/integrations/deliveries";
const PER_SECOND = 50;
const SECONDS = 6;
const TICK_MS = 100;
const SECOND_MS = 1000;
/** Rows of the first page. */
const SHOWN = 50;

let receiver: Receiver;
test.beforeAll(async () => {
  receiver = await startReceiver({ keepsRequests: false });
});
test.afterAll(() => receiver.close());

test("50 deliveries a second appear while they come, and the page stays usable", async ({
  page,
}) => {
  const server = await createTestServer();
  await enterAsOwner(page, server);
  await createEndpoint(server, receiver.url);
  await publish(server, 1);
  await page.goto(`${server.url}${PATH}`);
  await expect(rows(page)).toHaveCount(1);
  await page.evaluate(WATCH);
  const load = publishSteadily(server);
  await expect(page.getByText(`${SHOWN} shown`)).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("nobody-orders-by-this");
  await expect(page.getByText("No deliveries match")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByText(`${SHOWN} shown`)).toBeVisible();
  await load;
  await expect.poll(() => shownIds(page)).toEqual(await firstIds(server, SHOWN));
  const seen = await page.evaluate<[string, number][]>("[...window.firstSeen]");
  // More than a screen of them was there for a moment: the list was live, and not read once at the end.
  expect(seen.length).toBeGreaterThan(2 * SHOWN);
  await expectOnlyTheTopIsRead(page, server);
  const lags = await lagsOf(server, seen);
  noteFigures("live-rows", {
    perSecond: PER_SECOND,
    published: PER_SECOND * SECONDS,
    seenAsRows: seen.length,
    medianMs: quantile(lags, 0.5),
    p95Ms: quantile(lags, 0.95),
  });
  await server.close();
});

/** Once somebody has read on, what is new comes above it without reading all of it again. */
async function expectOnlyTheTopIsRead(page: Page, server: TestServer): Promise<void> {
  await page.getByRole("button", { name: "Load more" }).click();
  await expect(rows(page)).toHaveCount(2 * SHOWN);
  const cursors: string[] = [];
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === "/api/deliveries" && searchParams.has("cursor")) cursors.push(request.url());
  });
  await publish(server, 3);
  // The button is far below the first rows: what is new waits until somebody wants it.
  await page.getByRole("button", { name: "3 new deliveries" }).click();
  await expect(rows(page)).toHaveCount(2 * SHOWN + 3);
  await expect
    .poll(async () => (await shownIds(page)).slice(0, 3))
    .toEqual(await firstIds(server, 3));
  expect(cursors).toEqual([]);
}

test("a page reads its list once, and again when its stream was cut and cannot be resumed", async ({
  page,
}) => {
  const server = await createTestServer();
  const proxy = await startFaultProxy(Number(new URL(server.url).port));
  await enterAsOwner(page, server);
  await createEndpoint(server, receiver.url);
  await publish(server, 5);
  await firstIds(server, 5);
  const reads: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname === "/api/deliveries") reads.push(request.url());
  });
  await page.clock.install();
  await page.addInitScript(WAIT_FOR_STREAM);
  await page.goto(`http://127.0.0.1:${proxy.port}${PATH}`);
  await expect(rows(page)).toHaveCount(5);
  // Whatever was to be read again after a moment is read now.
  await page.clock.fastForward(SECOND_MS);
  await expect(rows(page)).toHaveCount(5);
  expect(reads).toHaveLength(1);
  await server.sql`update live_watches set began_at = now()`;
  proxy.cut();
  await expect.poll(() => reads.length).toBe(2);
  await page.close();
  await proxy.close();
  await server.close();
});

test("a stream that was cut, and then met nobody, goes on: no delivery in between is missing", async ({
  page,
}) => {
  const server = await createTestServer();
  const proxy = await startFaultProxy(Number(new URL(server.url).port));
  await enterAsOwner(page, server);
  await createEndpoint(server, receiver.url);
  await publish(server, 5);
  const stream = page.waitForRequest(/\/api\/stream/);
  await page.goto(`http://127.0.0.1:${proxy.port}${PATH}`);
  await stream;
  await expect(rows(page)).toHaveCount(5);
  proxy.swallow();
  proxy.cut();
  await publish(server, 20);
  const again = page.waitForRequest(/\/api\/stream/);
  proxy.cut();
  proxy.restore();
  proxy.cut();
  await again;
  await expect.poll(() => shownIds(page)).toEqual(await firstIds(server, 25));
  await publish(server, 5);
  await expect.poll(() => shownIds(page)).toEqual(await firstIds(server, 30));
  await page.close();
  await proxy.close();
  await server.close();
});

test("a restart of the server loses no row", async ({ page }) => {
  const database = await createDatabase();
  const before = await createTestServer({ database });
  const port = Number(new URL(before.url).port);
  await enterAsOwner(page, before);
  await createEndpoint(before, receiver.url);
  await publish(before, 5);
  await page.goto(`${before.url}${PATH}`);
  await expect(rows(page)).toHaveCount(5);
  await before.close();
  const after = await createTestServer({ database, port });
  await publish(after, 20);
  await expect.poll(() => shownIds(page)).toEqual(await firstIds(after, 25));
  await page.close();
  await after.close();
  await database.close();
});

function rows(page: Page) {
  return page.locator("tr[data-row]");
}

function shownIds(page: Page): Promise<string[]> {
  return page.evaluate(
    "[...document.querySelectorAll('tr[data-row]')].map(({ dataset }) => dataset.row)",
  );
}

async function publish(server: TestServer, count: number): Promise<void> {
  const { organizationId } = server;
  for (let index = 0; index < count; index += 1) {
    const event = { organizationId, type: "order.created", data: { index } };
    expect((await server.api("POST", "/api/events", event)).status).toBe(202);
  }
}

/** At the pace of a clock and not of the answers, as a product publishes. */
async function publishSteadily(server: TestServer): Promise<void> {
  const perTick = (PER_SECOND * TICK_MS) / 1000;
  const sent: Promise<void>[] = [];
  for await (const _ of setInterval(TICK_MS)) {
    sent.push(publish(server, perTick));
    if (sent.length * TICK_MS >= SECONDS * 1000) break;
  }
  await Promise.all(sent);
}

/** The newest deliveries, once all of them are settled: rows change until then. */
async function firstIds(server: TestServer, count: number): Promise<string[]> {
  const path = `/api/deliveries?organizationId=${server.organizationId}&limit=${count}`;
  let ids: string[] = [];
  await expect(async () => {
    const { data } = (await server.api("GET", path)).body;
    expect(data.map(({ status }: { status: string }) => status)).toEqual(
      Array.from({ length: count }, () => "delivered"),
    );
    ids = data.map(({ id }: { id: string }) => id);
  }).toPass();
  return ids;
}

/** However slow the machine is: reads do not begin because the stream has taken long. */
const WAIT_FOR_STREAM = `
  const after = window.setTimeout;
  window.setTimeout = (action, ms, ...more) => ms === ${HOLD_MS} ? 0 : after(action, ms, ...more);
`;

/** When a row of each delivery was first in the document, by the browser's clock, which is the server's. */
const WATCH = `
  window.firstSeen = new Map();
  new MutationObserver(() => {
    for (const row of document.querySelectorAll("tr[data-row]")) {
      if (!window.firstSeen.has(row.dataset.row)) window.firstSeen.set(row.dataset.row, Date.now());
    }
  }).observe(document.body, { childList: true, subtree: true });
`;

async function lagsOf(server: TestServer, seen: readonly [string, number][]): Promise<number[]> {
  const lags: number[] = [];
  const at = new Map(seen);
  const path = `/api/deliveries?organizationId=${server.organizationId}&limit=100`;
  for (let cursor: string | null = ""; cursor !== null;) {
    const { body } = await server.api("GET", `${path}${cursor && `&cursor=${cursor}`}`);
    for (const { id, createdAt } of body.data) {
      const seenAt = at.get(id);
      if (seenAt !== undefined) lags.push(seenAt - Date.parse(createdAt));
    }
    cursor = body.nextCursor;
  }
  return lags;
}
