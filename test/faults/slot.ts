import { freePort } from "../kit/port.ts";
import { startNode, type Launch, type NodeProcess } from "../kit/process.ts";

export interface SlotOptions extends Launch {
  readonly env?: Readonly<Record<string, string>>;
}

/** One place for a node: the process changes, the address stays. */
export interface Slot {
  readonly url: string;
  readonly node: NodeProcess;
  /** All processes that ran here so far, the present one last. */
  readonly nodes: readonly NodeProcess[];
  /** Ends that nobody asked for: a crash, an unhandled rejection, an abort. */
  readonly ownEnds: number;
  kill(): Promise<void>;
  stop(): Promise<number | null>;
  /** Starts a node here again after the last one has ended; with other options, if they are given. */
  restart(options?: SlotOptions): Promise<void>;
}

/** Nodes lead process groups of their own, which nobody else would end. */
const running = new Set<NodeProcess>();
process.once("exit", () => {
  for (const node of running) node.child.kill("SIGKILL");
});

export async function startSlot(argv: readonly string[], first: SlotOptions): Promise<Slot> {
  const port = await freePort();
  const nodes: NodeProcess[] = [];
  const asked = new WeakSet<NodeProcess>();
  let options = first;
  let ownEnds = 0;
  const present = (): NodeProcess => {
    const node = nodes.at(-1);
    if (!node) throw new Error("No node has started here.");
    return node;
  };
  const start = async () => {
    const { env = {}, ...launch } = options;
    const node = await startNode([...argv, "--port", String(port)], env, launch);
    running.add(node);
    nodes.push(node);
    node.child.once("exit", () => {
      running.delete(node);
      if (!asked.has(node)) ownEnds += 1;
    });
  };
  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    nodes,
    get node() {
      return present();
    },
    get ownEnds() {
      return ownEnds;
    },
    async kill() {
      asked.add(present());
      await present().kill();
    },
    async stop() {
      asked.add(present());
      // A node that stands still would never hear of it.
      present().child.kill("SIGCONT");
      return present().stop();
    },
    async restart(others = options) {
      options = others;
      await start();
    },
  };
}
