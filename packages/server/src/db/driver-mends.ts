/** One passage of the driver's source and what has to stand there instead. */
export interface Mend {
  readonly file: "connection.js" | "index.js";
  /** Occurs exactly once. */
  readonly find: string;
  readonly replace: string;
}

/**
 * postgres.js 3.4.9 does not survive the loss of a connection at every moment. Reported there as #1133, #1193, #1208,
 * #1214 and #1215, and fixed in no release; each was seen here when the server was killed under load:
 * - What was buffered for the lost socket, and the timer to send it, stayed: the next connection then waited for ever
 *   for a timer that would not fire, and a pool of one session never answered again.
 * - The statement that ends a transaction was sent to a socket that was gone: the process died of a TypeError, or the
 *   statement ran later, in somebody else's transaction.
 * - A query that came between the error of a socket and its end was answered by nobody.
 * - A query that waited for a connection was tried again for ever, without a pause, when the server only closed.
 * - The error of the lost session was told to the first query of the next one.
 * - A session that was ended amid the rows of a copy stayed as long as the process: nobody read on, so the server waited
 *   to write, and whoever created or dropped a database waited for it.
 * And it waits for ever for a server that falls silent: a query is given up two seconds after the server's own limit.
 */
export const MENDS: readonly Mend[] = [
  {
    file: "connection.js",
    find: "    , final = null\n",
    replace: "    , final = null\n    , answerTimer = null\n",
  },
  {
    file: "connection.js",
    find: "    incomings = null\n    clearImmediate(nextWriteTimer)\n",
    replace: `    incomings = null
    forgetBuffered()
    answered()
    terminated = true
`,
  },
  {
    file: "connection.js",
    find: "    clearImmediate(nextWriteTimer)\n    if (socket) {",
    replace: "    forgetBuffered()\n    if (socket) {",
  },
  {
    file: "connection.js",
    find: "    if (initial)\n      return reconnect()\n\n    !hadError && (query || sent.length) &&",
    replace: `    if (initial && options.host.length > 1)
      return reconnect()

    if (query || initial || sent.length)`,
  },
  {
    file: "connection.js",
    find: "    closedTime = performance.now()\n",
    replace: `    query = results = errorResponse = null
    result = new Result()
    closedTime = performance.now()
`,
  },
  {
    file: "connection.js",
    find: "    terminated = false\n    backendParameters = {}",
    replace: "    backendParameters = {}",
  },
  {
    file: "connection.js",
    find: "    try {\n      statements = {}\n",
    replace: "    try {\n      terminated = false\n      statements = {}\n",
  },
  {
    file: "connection.js",
    find: "  function nextWrite(fn) {\n    const x = socket.write(chunk, fn)\n",
    replace: `  function awaitAnswer() {
    const limit = Number(options.connection.statement_timeout)
    if (answerTimer === null && limit > 0)
      answerTimer = setTimeout(unanswered, limit + 2000)
  }

  function answered() {
    clearTimeout(answerTimer)
    answerTimer = null
  }

  function unanswered() {
    answerTimer = null
    socket && socket.destroy(Errors.connection('ETIMEDOUT', options, socket))
  }

  function forgetBuffered() {
    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
  }

  function nextWrite(fn) {
    if (!socket)
      return forgetBuffered(), true

    awaitAnswer()
    const x = socket.write(chunk, fn)
`,
  },
  {
    file: "connection.js",
    find: "  function data(x) {\n",
    replace:
      "  function data(x) {\n    answered()\n    read(x)\n    query && socket && awaitAnswer()\n  }\n\n  function read(x) {\n",
  },
  {
    file: "connection.js",
    find: "socket.end(b().X().end())",
    replace: "(socket.end(b().X().end()), socket.destroySoon())",
  },
  {
    file: "index.js",
    find: "new Promise((_, reject) => connection.onclose = reject)",
    replace:
      "new Promise((_, reject) => connection.onclose = error => (lost = error, reject(error)))",
  },
  {
    file: "index.js",
    find: "        q.catch(e => uncaughtError || (uncaughtError = e))\n",
    replace: `        q.catch(e => uncaughtError || (uncaughtError = e))
        if (lost)
          return q.reject(lost)
`,
  },
  {
    file: "index.js",
    find: "    let savepoints = 0\n",
    replace: "    let lost = null\n    let savepoints = 0\n",
  },
];
