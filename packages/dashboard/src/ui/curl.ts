/** A request as a command that somebody else can run in a POSIX shell. */
export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `base64`: the bytes are no text, and a shell must decode them. */
  readonly bodyEncoding?: string;
}

/** What curl sets by itself, and would be wrong about another body or host. */
const OWN = /^(host|content-length|connection|accept-encoding)$/i;

export function curlOf({ method, url, headers, body, bodyEncoding }: CurlRequest): string {
  const sent = Object.entries(headers)
    .filter(([name]) => !OWN.test(name))
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const lines = [`curl -X ${method} ${quoted(url)}`, ...sent];
  if (bodyEncoding !== "base64") return [...lines, `--data-raw ${quoted(body)}`].join(" \\\n  ");
  const decode = `printf %s ${quoted(body)} | base64 -d | `;
  return decode + [...lines, "--data-binary @-"].join(" \\\n  ");
}

/** Nothing inside single quotes means anything, but for the quote itself. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
