import assert from "node:assert/strict";
import { test } from "node:test";
import { addressPolicy, parseCidrs } from "./address.ts";
import { checkEndpointUrl, type EndpointUrlRules } from "./endpoint-url.ts";

const production: EndpointUrlRules = {
  https: "required-in-production",
  mode: "production",
  policy: addressPolicy({ allow: [], deny: [] }),
  ownOrigin: "https://hooks.posthorn.example",
  ownInboxPrefix: "https://hooks.posthorn.example/in/",
};

const development: EndpointUrlRules = {
  https: "required-in-production",
  mode: "development",
  policy: addressPolicy({ allow: parseCidrs(["127.0.0.0/8", "::1"]).cidrs, deny: [] }),
  ownOrigin: "http://127.0.0.1:4400",
  ownInboxPrefix: "http://127.0.0.1:4400/in/",
};

function verdict(raw: string, rules = production): string {
  const result = checkEndpointUrl(raw, rules);
  return result.ok ? "ok" : result.code;
}

function each(code: string, raws: readonly string[], rules = production): void {
  for (const raw of raws) assert.equal(verdict(raw, rules), code, JSON.stringify(raw));
}

const https = (hosts: readonly string[]) => hosts.map((host) => `https://${host}/`);

test("ordinary https URLs are accepted and stored in normal form, without a fragment", () => {
  const cases = [
    ["https://example.com", "https://example.com/"],
    ["https://EXAMPLE.com:443/A?b=c#d", "https://example.com/A?b=c"],
    ["https://example.com.:8443/", "https://example.com.:8443/"],
    ["https://münchen.example/ü", "https://xn--mnchen-3ya.example/%C3%BC"],
    ["https://8.8.8.8/", "https://8.8.8.8/"],
    ["https://[2606:4700::7]:8443/x", "https://[2606:4700::7]:8443/x"],
  ] as const;
  for (const [raw, url] of cases) {
    assert.deepEqual(checkEndpointUrl(raw, production), { ok: true, url });
  }
});

test("53: plain http is refused in production", () => {
  each("https_required", ["http://example.com", "http://8.8.8.8/", "HTTP://example.com/x"]);
  const result = checkEndpointUrl("http://example.com/x", production);
  assert.equal(!result.ok && result.fix, "Use https://example.com/x");
});

test("54: schemes other than http and https are refused", () => {
  each("scheme_not_allowed", [
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "javascript:alert(1)",
    "data:text/plain,x",
    "ws://example.com/",
  ]);
});

test("55: credentials in the URL are refused", () => {
  each("userinfo_not_allowed", ["https://user:pw@example.com", "https://user@example.com"]);
});

test("56: every spelling of a loopback IPv4 address is refused", () => {
  const dotted = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "017700000001"];
  const odd = ["0", "0x", "①②⑦.0.0.1", "127。0。0。1", "%31%32%37.0.0.1", "127.0.0.1."];
  each("address_not_allowed", https([...dotted, ...odd]));
});

test("57: IPv6 addresses that are not public are refused", () => {
  const mapped = ["[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"];
  const tunnels = ["[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001::1]"];
  const local = ["[fe80::1]", "[fd00:ec2::254]", "[fec0::1]", "[5f00::1]", "[4000::1]"];
  each("address_not_allowed", https([...mapped, ...tunnels, ...local]));
});

test("58: metadata services and other special IPv4 addresses are refused", () => {
  const metadata = ["169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192"];
  const special = ["169.254.170.2", "10.0.0.1", "198.18.0.1", "0.0.0.0", "255.255.255.255"];
  each("address_not_allowed", https([...metadata, ...special, "224.0.0.1"]));
});

test("59: names that only mean something inside a network are refused", () => {
  const names = ["localhost", "LOCALHOST.", "foo.localhost", "metadata.google.internal", "db"];
  each("host_not_allowed", https([...names, "x.local", "x.local.", "router.home.arpa"]));
});

test("62: broken hosts and ports are malformed", () => {
  const hosts = ["[fe80::1%25eth0]", "[127.0.0.1]", "1.2.3.4.5", "256.1.1.1", "08.1.1.1"];
  each("malformed", [...https([...hosts, "example.com:65536"]), "example.com", "", "/x", "https:"]);
});

test("63: control characters and spaces are refused before the URL parser drops them", () => {
  for (const character of ["\t", "\r", "\n", "\0", " ", "\x7f"]) {
    each("malformed", [
      `${character}https://example.com/`,
      `https://exa${character}mple.com/`,
      `https://example.com/a${character}`,
      `java${character}script:alert(1)`,
    ]);
  }
});

test("64: encoded line ends in the path stay encoded", () => {
  const raw = "https://example.com/%0d%0aX-Evil:1";
  assert.deepEqual(checkEndpointUrl(raw, production), { ok: true, url: raw });
});

test("65: lengths and empty labels that DNS does not have are malformed", () => {
  const longest = `https://example.com/${"a".repeat(2048 - 20)}`;
  assert.equal(verdict(longest), "ok");
  const label = "a".repeat(64);
  const host = `${"a.".repeat(125)}test`;
  assert.equal(host.length, 254);
  each("malformed", [
    `${longest}a`,
    ...https([`${label}.com`, host, "example..com", ".com", "a.."]),
  ]);
  each("ok", https([`${"a".repeat(63)}.com`, host.slice(2)]));
});

test("66: ports of other protocols are refused", () => {
  each("port_not_allowed", https(["22", "25", "6000", "0"].map((port) => `example.com:${port}`)));
  each("ok", https(["80", "8080", "8443", "9000"].map((port) => `example.com:${port}`)));
});

test("67: a backslash is judged by the host that the parser sees", () => {
  assert.equal(verdict("https://example.com\\@127.0.0.1/"), "ok");
  assert.equal(verdict("https://127.0.0.1\\@example.com/"), "address_not_allowed");
});

test("68: of the installation's own addresses only its test inboxes are accepted", () => {
  const own = production.ownOrigin;
  each("loop_not_allowed", [own, `${own}/api/events`, `${own}/in/`, `${own}/in`]);
  each("loop_not_allowed", [`${own}/in/../api/events`, `${own}/in/%2e%2e/api`, `${own}/hooks/x`]);
  each("ok", [`${own}/in/abc`]);
  const aliases = ["http://localhost:4400/api", "http://[::1]:4400/", "http://127.0.0.2:4400/x"];
  each("loop_not_allowed", ["http://127.0.0.1:4400/api/events", ...aliases], development);
});

test("a test inbox is exempt from the https and address rules in every mode", () => {
  const inbox = "http://127.0.0.1:4400/in/abc";
  for (const mode of ["development", "production"] as const) {
    for (const httpsRule of ["always", "required-in-production"] as const) {
      const rules = { ...development, https: httpsRule, mode, policy: production.policy };
      assert.equal(verdict(inbox, rules), "ok");
    }
  }
});

test("development accepts plain http on the allowed addresses and only there", () => {
  each(
    "ok",
    ["http://127.0.0.1:9000/hook", "http://localhost:9000", "http://[::1]:9000/"],
    development,
  );
  each("ok", ["http://127.8.8.8/", "http://LOCALHOST.:9000/", "https://example.com/"], development);
  each("https_required", ["http://example.com/", "http://8.8.8.8/"], development);
  each("address_not_allowed", ["http://10.0.0.1/", "https://192.168.1.1/"], development);
  each("host_not_allowed", ["http://foo.localhost:9000/", "http://db/"], development);
  each("port_not_allowed", ["http://127.0.0.1:22/"], development);
});

test("a wire format that demands https demands it in development too", () => {
  const rules: EndpointUrlRules = { ...development, https: "always" };
  each("https_required", ["http://127.0.0.1:9000/hook", "http://localhost:9000"], rules);
  each("ok", ["https://127.0.0.1:9000/hook"], rules);
});

test("production refuses plain http even on an address that the operator allowed", () => {
  const { cidrs } = parseCidrs(["10.0.0.0/8"]);
  const rules = { ...production, policy: addressPolicy({ allow: cidrs, deny: [] }) };
  assert.equal(verdict("http://10.0.0.1/", rules), "https_required");
  assert.equal(verdict("https://10.0.0.1/", rules), "ok");
});
