/** `posthorn --help`: what the program can do, made from the commands and the settings themselves. */
import { SETTINGS, type Setting } from "./settings.ts";
import { VERSION } from "./version.ts";

const WIDTH = 100;

/** A name and a sentence about it. */
type Row = readonly [name: string, sentence: string];

/** What no server has to run for. */
export const SERVER_COMMANDS: readonly Row[] = [
  ["start [--flag value …]", "serve API, dashboard and deliveries (without a command, too)"],
  ["config", "print every effective setting and where it comes from"],
  ["export --to FILE", "write a snapshot of everything; - is stdout"],
  ["import --from FILE", "fill an empty database with a snapshot; - is stdin"],
  ["version", "print the version"],
];

const FIRST_STEPS: readonly Row[] = [
  ["posthorn start", "a server with a database of its own, on this machine"],
  ["posthorn listen --forward-to localhost:3000/webhooks", "its events at your own program"],
  ["posthorn trigger order.paid --wait", "an event, and what became of it"],
  ["posthorn doctor", "what is wrong, when something is"],
];

/** `commands`: those that talk to a running server. */
export function usageText(commands: readonly Row[]): string {
  return `posthorn ${VERSION}

The server:
${table(SERVER_COMMANDS)}
With a server, this one or another (--url):
${table(commands)}
First steps:
${table(FIRST_STEPS)}
posthorn <command> --help says more about each; posthorn start --help lists the settings.
`;
}

/** `posthorn start --help`: every setting that has a flag. */
export function startText(): string {
  const rows = Object.values<Setting<unknown>>(SETTINGS);
  const flags = rows.flatMap((row): Row[] => (row.flag === null ? [] : [[flagOf(row), told(row)]]));
  const others = rows.flatMap((row): Row[] =>
    row.flag === null ? [[row.environment, row.sentence]] : [],
  );
  return `Usage: posthorn start [--flag value …]

Serves API, dashboard and deliveries. Nothing has to be set.

${table(flags)}
Only in the environment, because other users of the machine can read command lines:
${table(others)}
Each flag has a variable, too: --port is POSTHORN_PORT. posthorn config prints what is in effect.
`;
}

/** `posthorn export --help`, `import` and `config`: what it does, and the settings that say to which installation. */
export function keepingText(command: "export" | "import" | "config"): string {
  const [usage = "", sentence = ""] =
    SERVER_COMMANDS.find(([name]) => name.startsWith(command)) ?? [];
  const { dataDir, databaseUrl } = SETTINGS;
  const flags = [dataDir, databaseUrl].map((row): Row => [flagOf(row), told(row)]);
  return `Usage: posthorn ${usage} [--flag value …]

${sentence[0]?.toUpperCase()}${sentence.slice(1)}. ${NOTES[command]}

${table(flags)}
The other settings are those of posthorn start --help.

Examples:
${EXAMPLES[command].map((line) => `  posthorn ${line}`).join("\n")}
`;
}

const NOTES = {
  export: "A node may run on it meanwhile. The master key is not in it.",
  import: "It says which master key is needed: POSTHORN_MASTER_KEY, or its file beside the folder.",
  config: "Secrets are left out.",
} as const;

const EXAMPLES = {
  export: [
    "export --to backup.posthorn",
    "export --to - --data-dir ./other | age -r … > backup.age",
  ],
  import: [
    "import --from backup.posthorn --data-dir ./restored",
    "import --from - --database-url postgres://posthorn@db.internal/posthorn < backup.posthorn",
  ],
  config: ["config", "config --port 4500"],
} as const;

function flagOf({ flag, kind }: Setting<unknown>): string {
  return `--${flag} <${kind.name}>`;
}

function told({ sentence, default: standard, unit, otherwise }: Setting<unknown>): string {
  const value = standard === null ? otherwise : standard + (unit === undefined ? "" : ` ${unit}`);
  return value ? `${sentence} (${value})` : sentence;
}

/** Names on the left, sentences beside them, broken where the line ends. */
function table(rows: readonly Row[]): string {
  const names = rows.map(([name]) => name.length).filter((length) => length <= WIDTH / 3);
  const left = Math.max(...names) + 4;
  return rows
    .map(([name, sentence]) => {
      const lines = wrap(sentence, WIDTH - left);
      const first = `  ${name}`;
      const head = first.length < left ? [first.padEnd(left) + lines.shift()] : [first];
      return [...head, ...lines.map((line) => " ".repeat(left) + line)].join("\n");
    })
    .join("\n")
    .concat("\n");
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line.length + word.length >= width && line !== "") lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
