/** A real SMTP server on loopback that keeps what it is given, parsed. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import type { Certificate } from "./tls.ts";

export interface ReceivedMail {
  /** The addresses of the envelope. */
  readonly from: string;
  readonly to: readonly string[];
  readonly isEncrypted: boolean;
  readonly raw: string;
  readonly mail: Email;
}

export interface MailServer {
  readonly port: number;
  /** `smtp://127.0.0.1:port` */
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  close(): Promise<void>;
}

export interface MailServerOptions {
  readonly port?: number;
  /** Login is asked for, and only this one is right. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Offers STARTTLS, or with `isImplicit` speaks TLS from the first byte. */
  readonly tls?: Certificate & { readonly isImplicit?: boolean };
  /** Recipients that do not exist. */
  readonly unknown?: readonly string[];
}

export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { login, tls, unknown = [] } = options;
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    ...(tls ? { key: tls.key, cert: tls.cert } : { hideSTARTTLS: true }),
    secure: tls?.isImplicit === true,
    authOptional: login === undefined,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, callback) {
      const isRight = username === login?.user && password === login?.password;
      callback(isRight ? null : new Error("Invalid credentials"), { user: username ?? "" });
    },
    onRcptTo({ address }, _session, callback) {
      const refusal = Object.assign(new Error("No such user"), { responseCode: 550 });
      callback(unknown.includes(address) ? refusal : null);
    },
    onData(stream, { envelope, secure }, callback) {
      buffer(stream)
        .then(async (bytes) => {
          const from = envelope.mailFrom ? envelope.mailFrom.address : "";
          const to = envelope.rcptTo.map(({ address }) => address);
          const mail = await PostalMime.parse(bytes);
          mails.push({ from, to, isEncrypted: secure, raw: bytes.toString(), mail });
          callback();
        })
        .catch(callback);
    },
  });
  // Clients that give up on TLS or a login end their connection in an error.
  server.on("error", () => {});
  const listener = server.listen(options.port ?? 0, "127.0.0.1");
  await once(listener, "listening");
  // Proof: a listener on a TCP port has an address of this shape.
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
