/** A request as a command that somebody else can run in a POSIX shell. */
export interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What curl sets by itself, and would be wrong about another body or host. */
const OWN = /^(host|content-length|connection|accept-encoding)$/i;

export function curlOf({ method, url, headers, body }: CurlRequest): string {
  const sent = Object.entries(headers)
    .filter(([name]) => !OWN.test(name))
    .map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  return [`curl -X ${method} ${quoted(url)}`, ...sent, `--data-raw ${quoted(body)}`].join(
    " \\\n  ",
  );
}

/** Nothing inside single quotes means anything, but for the quote itself. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
