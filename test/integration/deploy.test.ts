/** No Docker and no Prometheus run here: what they would refuse, or silently never do, is looked for in the files. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { METRICS, type MetricRow } from "../../packages/server/src/metric-table.ts";
import { createMetrics } from "../../packages/server/src/platform/metrics.ts";
import { SETTINGS } from "../../packages/server/src/settings.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** Lines with their continuations; comments are left out. */
function instructions(dockerfile: string): Instruction[] {
  const text = dockerfile.replace(/^\s*#.*\n/gm, "").replace(/\\\n\s*/g, "");
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", rest = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      assert.notEqual(name, "", `no instruction: ${line}`);
      return { name, text: rest };
    });
}

/** Of the last stage: what is in effect when the image runs. */
function lastStage(all: readonly Instruction[]): Instruction[] {
  return all.slice(all.findLastIndex(({ name }) => name === "FROM"));
}

const EXACT_TAG = /^[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z0-9.]+)*$/;

test("the image: exact bases, not root, a health check against readiness, a volume, a signal that drains", () => {
  const all = instructions(read("Dockerfile"));
  const bases = all
    .filter(({ name }) => name === "FROM")
    .map(({ text }) => text.split(" ")[0] ?? "");
  assert.equal(bases.length, 2);
  for (const base of bases) assert.match(base, EXACT_TAG);
  const last = lastStage(all);
  assert.match(bases.at(-1) ?? "", /^debian:.*-slim$/);
  const find = (name: string) => last.filter((each) => each.name === name).map(({ text }) => text);
  const [user = "root", ...more] = find("USER");
  assert.deepEqual(more, []);
  assert.match(user, /^[1-9]\d*:[1-9]\d*$/);
  assert.match(find("HEALTHCHECK")[0] ?? "", /CMD \[.*\/readyz/);
  assert.deepEqual(find("VOLUME"), ["/var/lib/posthorn"]);
  assert.deepEqual(find("STOPSIGNAL"), ["SIGTERM"]);
  for (const text of [...find("ENTRYPOINT"), ...find("CMD")]) {
    // The other form runs a shell, which keeps the signal for itself.
    assert.ok(Array.isArray(JSON.parse(text)));
  }
  const health = find("HEALTHCHECK")[0] ?? "";
  const command: string[] = JSON.parse(health.slice(health.indexOf("[")));
  assert.equal(command[1], "-e");
  assert.doesNotThrow(() => new Function(command[2] ?? "("));
  assert.ok(
    last.findIndex(({ name }) => name === "USER") < last.findIndex(({ name }) => name === "CMD"),
  );
});

test("the image: what it copies is there and not ignored, and no secret is built in", () => {
  const all = instructions(read("Dockerfile"));
  const kept = read(".dockerignore")
    .split("\n")
    .filter((line) => line.startsWith("!"))
    .map((line) => line.slice(1));
  for (const { text } of all.filter(({ name }) => name === "COPY")) {
    if (text.startsWith("--from=build")) continue;
    for (const source of text.split(" ").slice(0, -1)) {
      assert.ok(existsSync(join(ROOT, source)), `${source} does not exist`);
      assert.ok(
        kept.some((path) => source === path || source.startsWith(`${path}/`)),
        source,
      );
    }
  }
  for (const { name, text } of all) {
    assert.ok(!["ARG", "ADD"].includes(name), `${name} ${text}`);
    assert.doesNotMatch(text, /(KEY|SECRET|PASSWORD|TOKEN)=/i);
  }
  const main = /"\/app\/(packages[^"]+\.ts)"/.exec(
    all.find(({ name }) => name === "ENTRYPOINT")?.text ?? "",
  );
  assert.ok(existsSync(join(ROOT, main?.[1] ?? "missing")));
});

const KNOWN = new Set(Object.values(SETTINGS).map(({ environment }) => environment));

test("image and compose file name settings that exist", () => {
  for (const path of ["Dockerfile", "deploy/compose.yaml"]) {
    const names = read(path).match(/\bPOSTHORN_[A-Z_]+/g) ?? [];
    assert.ok(names.length > 0);
    for (const name of names) assert.ok(KNOWN.has(name), `${path}: ${name}`);
  }
});

test("the compose file: exact images, secrets from outside, readiness before dependants, time to drain", () => {
  const { services, volumes } = parse(read("deploy/compose.yaml"), { strict: true });
  assert.deepEqual(Object.keys(services), ["postgres", "posthorn"]);
  for (const { image } of Object.values<{ image: string }>(services))
    assert.match(image, EXACT_TAG);
  const { environment, depends_on, stop_grace_period, build, ports } = services.posthorn;
  for (const name of ["POSTHORN_MASTER_KEY", "POSTHORN_OPERATOR_KEY", "POSTHORN_PUBLIC_URL"]) {
    assert.match(environment[name], new RegExp(`^\\$\\{${name}:\\?`));
  }
  assert.match(services.postgres.environment.POSTGRES_PASSWORD, /^\$\{POSTGRES_PASSWORD:\?/);
  assert.match(
    environment.POSTHORN_DATABASE_URL,
    /^postgres:\/\/posthorn:\$\{POSTGRES_PASSWORD\}@postgres:/,
  );
  assert.equal(depends_on.postgres.condition, "service_healthy");
  assert.ok(Array.isArray(services.postgres.healthcheck.test));
  assert.ok(Number.parseInt(stop_grace_period, 10) > 38);
  assert.deepEqual(ports, ["127.0.0.1:4400:4400"]);
  assert.ok(existsSync(join(ROOT, "deploy", build.context, build.dockerfile)));
  for (const { volumes: mounts = [] } of Object.values<{ volumes?: string[] }>(services)) {
    for (const mount of mounts) assert.ok(Object.hasOwn(volumes, mount.split(":")[0] ?? ""), mount);
  }
});

/** Names a query may use: those of the registry, with the suffixes of histograms. */
function queryNames(): Map<string, readonly string[]> {
  const names = new Map(
    createMetrics()
      .names()
      .map((name) => [name, [] as readonly string[]]),
  );
  for (const { name, kind, labels = {} } of Object.values<MetricRow>(METRICS)) {
    const labelNames = Object.keys(labels);
    if (kind !== "histogram") names.set(name, labelNames);
    else {
      names.delete(name);
      for (const end of ["_sum", "_count"]) names.set(name + end, labelNames);
      names.set(`${name}_bucket`, [...labelNames, "le"]);
    }
  }
  return names;
}

const NAMES = queryNames();
const FUNCTIONS = new Set(["sum", "max", "min", "abs", "rate", "increase", "histogram_quantile"]);
/** Given by Prometheus to whatever it scrapes. */
const SCRAPE_LABELS = ["instance", "job"];

/** What a mistyped query breaks: brackets, names, labels, and rates of what is no counter. */
function checkQuery(query: string): void {
  const plain = query.replace(/"[^"]*"/g, '""');
  const open: string[] = [];
  for (const character of plain) {
    if ("([{".includes(character)) open.push(character);
    if (")]}".includes(character)) {
      assert.equal(open.pop(), { ")": "(", "]": "[", "}": "{" }[character], query);
    }
  }
  assert.deepEqual(open, [], query);
  const used = [
    ...plain.matchAll(/\b((?:posthorn|nodejs|process)_[a-z0-9_]+)(\{[^}]*\})?(\[[^\]]*\])?/g),
  ];
  assert.ok(used.length > 0, query);
  const labels = new Set(SCRAPE_LABELS);
  for (const [, name = "", matchers = "", range] of used) {
    const known = NAMES.get(name);
    assert.ok(known, `${name} is no metric (${query})`);
    for (const label of known) labels.add(label);
    for (const [, label = ""] of matchers.matchAll(/[{,]\s*([a-z_]+)/g)) {
      assert.ok(known.includes(label), `${name} has no label ${label} (${query})`);
    }
    const isCounter = /_(total|sum|count|bucket)$/.test(name);
    assert.equal(range !== undefined, isCounter, `counters and they alone need a range: ${query}`);
    if (range) assert.match(range, /^\[(\d+[smhd]|\$__rate_interval)\]$/);
  }
  for (const [, list = ""] of plain.matchAll(/\bby \(([^)]*)\)/g)) {
    for (const label of list.split(",")) assert.ok(labels.has(label.trim()), `${label} (${query})`);
  }
  for (const [, call = ""] of plain.matchAll(/\b([a-z_]+)\s*(?:by \([^)]*\) )?\(/g)) {
    assert.ok(call === "by" || FUNCTIONS.has(call), `${call} is no function we use (${query})`);
  }
}

test("alert rules ask for metrics that exist, by labels that they have, and say what to do", () => {
  const { groups } = parse(read("deploy/prometheus-alerts.yaml"), { strict: true });
  const names = new Set<string>();
  for (const { rules } of groups) {
    for (const rule of rules) {
      assert.match(rule.alert, /^Posthorn[A-Z][A-Za-z]+$/);
      assert.ok(!names.has(rule.alert), "once");
      names.add(rule.alert);
      checkQuery(rule.expr);
      assert.match(rule.expr, / (>|<|==) [\d.]+$/, "a threshold");
      assert.ok(["critical", "warning"].includes(rule.labels.severity));
      assert.ok(rule.annotations.summary && rule.annotations.description);
      assert.ok(rule.for === undefined || /^\d+[smh]$/.test(rule.for));
      for (const [, label = ""] of rule.annotations.summary.matchAll(/\$labels\.([a-z_]+)/g)) {
        assert.ok(rule.expr.includes(`by (${label})`), `${rule.alert} says a label it has not`);
      }
      assert.doesNotMatch(rule.expr, /events_accepted_total/, "no events is no alarm");
    }
  }
  assert.ok(names.size >= 9);
});

test("every panel of the dashboard asks for metrics that exist, and every metric has a place somewhere", () => {
  const dashboard = JSON.parse(read("deploy/grafana-dashboard.json"));
  const ids = dashboard.panels.map(({ id }: { id: number }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { title, targets, datasource, gridPos } of dashboard.panels) {
    assert.ok(title && gridPos.w + gridPos.x <= 24);
    assert.equal(datasource.uid, "${datasource}");
    for (const { expr } of targets) checkQuery(expr);
  }
  const text = read("deploy/grafana-dashboard.json") + read("deploy/prometheus-alerts.yaml");
  for (const { name } of Object.values<MetricRow>(METRICS)) assert.ok(text.includes(name), name);
});

test("a mistyped query is noticed", () => {
  for (const wrong of [
    "max(posthorn_oldest_due_second) > 1",
    "max(posthorn_oldest_due_seconds > 1",
    "sum(posthorn_events_accepted_total)",
    "sum(rate(posthorn_lanes[5m]))",
    'sum(rate(posthorn_attempts_total{result="x"}[5m]))',
    "max by (table) (posthorn_nodes)",
    "avarage(posthorn_nodes)",
    "sum(rate(posthorn_accept_duration_seconds[5m]))",
  ]) {
    assert.throws(() => checkQuery(wrong), assert.AssertionError, wrong);
  }
});
