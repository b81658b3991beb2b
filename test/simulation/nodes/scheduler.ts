/** Virtual time. Everything that happens is a task at a moment; nothing waits, and one order of tasks is one run. */

/** Whose code a task runs: a process that has died runs nothing any more, and one that is stopped runs it later. */
export interface Owner {
  isAlive: boolean;
  /** Tasks that came due while the process was stopped; undefined while it runs. */
  backlog: Task[] | undefined;
}

export interface Task {
  readonly owner: Owner | undefined;
  at: number;
  /** Of two tasks at one moment the older goes first. */
  place: number;
  run: (() => void) | undefined;
}

export class Scheduler {
  /** Milliseconds since the beginning. */
  now = 0;
  /** Whose task runs, with all that it has set going at once. */
  owner: Owner | undefined;
  tasks = 0;
  readonly #heap: Task[] = [];
  #places = 0;

  /** `owner` undefined: the world outside of all processes. */
  after(ms: number, owner: Owner | undefined, run: () => void): Task {
    const task: Task = { at: this.now + Math.max(0, ms), place: this.#places++, owner, run };
    push(this.#heap, task);
    return task;
  }

  stop(owner: Owner): void {
    owner.backlog ??= [];
  }

  /** What came due meanwhile runs now, in its order. */
  resume(owner: Owner): void {
    const backlog = owner.backlog ?? [];
    owner.backlog = undefined;
    for (const task of backlog) {
      if (task.run) this.after(0, owner, task.run);
    }
  }

  /** Runs task after task, each with all its microtasks, until `isOver` or nothing is left. */
  run(isOver: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      // Ticks run when no microtask is left: far cheaper than a turn of the event loop for each task.
      const again = () => process.nextTick(step);
      const step = () => {
        try {
          if (isOver() || !this.#runNext()) return resolve();
        } catch (error) {
          return reject(error);
        }
        return queueMicrotask(again);
      };
      step();
    });
  }

  #runNext(): boolean {
    const task = pop(this.#heap);
    if (!task) return false;
    this.now = task.at;
    const { owner, run } = task;
    if (!run || owner?.isAlive === false) return true;
    if (owner?.backlog) {
      owner.backlog.push(task);
      return true;
    }
    this.tasks += 1;
    this.owner = owner;
    run();
    return true;
  }
}

function isBefore(one: Task, other: Task): boolean {
  return one.at < other.at || (one.at === other.at && one.place < other.place);
}

function push(heap: Task[], task: Task): void {
  let index = heap.length;
  heap.push(task);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!isBefore(task, heap[parent]!)) break;
    heap[index] = heap[parent]!;
    index = parent;
  }
  heap[index] = task;
}

function pop(heap: Task[]): Task | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (!last || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    let child = index * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    if (!isBefore(heap[child]!, last)) break;
    heap[index] = heap[child]!;
    index = child;
  }
  heap[index] = last;
  return first;
}
