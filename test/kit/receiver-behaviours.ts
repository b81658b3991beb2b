import type http from "node:http";
import { Socket } from "node:net";

interface Ask {
  readonly response: http.ServerResponse;
  /** What stands after the behaviour's name in the path. */
  readonly argument: string;
  readonly query: URLSearchParams;
}

/**
 * What a receiver does, by the first part of the path. Those that write raw bytes close the socket
 * afterwards, so that Node's own server does not answer too.
 */
export const BEHAVIOURS: Readonly<Record<string, (ask: Ask) => void>> = {
  /** `/status/410`: that status; `?body=` and `?type=` set a body. */
  status({ response, argument, query }) {
    const type = query.get("type");
    response.writeHead(Number(argument), type === null ? {} : { "content-type": type });
    response.end(query.get("body") ?? "");
  },
  /** `/slow/250`: 200 after that many milliseconds. */
  slow({ response, argument }) {
    later(response, Number(argument), () => response.end("slow"));
  },
  /** `/hang`: no answer, ever. */
  hang() {},
  /** `/stall/200`: status and headers, a first piece of the body, then nothing. */
  stall({ response, argument }) {
    response.writeHead(Number(argument || 200), { "content-length": "1000" });
    response.write("first");
  },
  /** `/drip/200`: headers, then one byte every 100 ms for ever. */
  drip({ response, argument }) {
    response.writeHead(Number(argument || 200));
    every(response, 100, () => response.write("x"));
  },
  /** `/drip-headers`: the status line at one byte every 50 ms, never finished. */
  "drip-headers"({ response }) {
    const socket = socketOf(response);
    const bytes = `HTTP/1.1 200 OK\r\nx-slow: ${"x".repeat(10_000)}`;
    let sent = 0;
    every(response, 50, () => socket.write(bytes.charAt(sent++)));
  },
  /** `/endless`: a chunked body without end, as fast as it is read. */
  endless({ response }) {
    const piece = Buffer.alloc(16 * 1024, "x");
    response.writeHead(200);
    const fill = () => {
      while (!response.destroyed && response.write(piece)) {
        // Until the socket's buffer is full; `drain` goes on.
      }
    };
    response.on("drain", fill);
    fill();
  },
  /** `/huge`: claims 10 GB and starts to send them. */
  huge({ response }) {
    response.writeHead(200, { "content-length": String(10 * 1024 ** 3) });
    response.write(Buffer.alloc(128 * 1024, "x"));
  },
  /** `/bytes/20000`: a body of that many bytes. */
  bytes({ response, argument }) {
    response.end(Buffer.alloc(Number(argument), "b"));
  },
  /** `/reset`: RST in place of an answer. */
  reset({ response }) {
    socketOf(response).resetAndDestroy();
  },
  /** `/close`: FIN in place of an answer. */
  close({ response }) {
    socketOf(response).end();
  },
  /** `/reset-body/200`: headers and a piece of the body, then RST. */
  "reset-body"({ response, argument }) {
    const socket = socketOf(response);
    socket.write(`HTTP/1.1 ${argument || 200} OK\r\ncontent-length: 1000\r\n\r\nfirst`, () => {
      later(response, 50, () => socket.resetAndDestroy());
    });
  },
  /** `/close-body/200`: headers, too short a body, then FIN. */
  "close-body"({ response, argument }) {
    socketOf(response).end(`HTTP/1.1 ${argument || 200} OK\r\ncontent-length: 1000\r\n\r\nfirst`);
  },
  /** `/redirect/307?to=…`: that status with this Location. */
  redirect({ response, argument, query }) {
    response.writeHead(Number(argument || 302), { location: query.get("to") ?? "/" });
    response.end();
  },
  /** `/retry-after/503?v=120`: that status with Retry-After, once for each `v`. */
  "retry-after"({ response, argument, query }) {
    const values = query.getAll("v").flatMap((value) => ["retry-after", value]);
    response.writeHead(Number(argument || 503), values);
    response.end();
  },
  /** `/early-hints/20`: a 103 every 20 ms, never a final status. */
  "early-hints"({ response, argument }) {
    const socket = socketOf(response);
    const hint = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n";
    every(response, Number(argument || 20), () => socket.write(hint));
  },
  /** `/hint-then-ok`: one 103, then 200. */
  "hint-then-ok"({ response }) {
    socketOf(response).write("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
    response.end("ok");
  },
  /** `/big-header/100000`: one response header of that many bytes. */
  "big-header"({ response, argument }) {
    const value = "x".repeat(Number(argument));
    socketOf(response).end(`HTTP/1.1 200 OK\r\nconnection: close\r\nx-big: ${value}\r\n\r\n`);
  },
  /** `/raw/<base64url>`: exactly these bytes, then FIN. */
  raw({ response, argument }) {
    socketOf(response).end(Buffer.from(argument, "base64url"));
  },
};

/** The path that makes a receiver answer exactly these bytes. */
export function rawPath(bytes: string): string {
  return `/raw/${Buffer.from(bytes, "latin1").toString("base64url")}`;
}

/** A socket that has closed meanwhile is replaced by one that leads nowhere. */
function socketOf(response: http.ServerResponse): Socket {
  return response.socket ?? new Socket().destroy();
}

function later(response: http.ServerResponse, ms: number, action: () => void): void {
  const timer = setTimeout(action, ms);
  response.once("close", () => clearTimeout(timer));
}

function every(response: http.ServerResponse, ms: number, action: () => void): void {
  const timer = setInterval(action, ms);
  response.once("close", () => clearInterval(timer));
}
