/** What this machine can do: a scenario that it cannot run says what is missing. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";

export function lacksProgram(name: string): string | undefined {
  const { status } = spawnSync("sh", ["-c", `command -v ${name}`]);
  return status === 0 ? undefined : `the program ${name}`;
}

/** Mounts of its own for one process. */
export function lacksMounts(): string | undefined {
  const { status } = spawnSync("unshare", ["-m", "true"]);
  return status === 0 ? undefined : "the right to mount (run it as root)";
}

const FAKETIME = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map(
  (platform) => `/usr/lib/${platform}/faketime/libfaketime.so.1`,
);

/** Where Debian's package `faketime` has its library. */
export function faketimeLibrary(): string | undefined {
  return FAKETIME.find((path) => existsSync(path));
}

export function lacksFaketime(): string | undefined {
  return faketimeLibrary() ? undefined : "libfaketime (Debian: apt-get install faketime)";
}

/** A small disk in memory, to be filled. */
export function lacksTmpfs(): string | undefined {
  const command =
    "mkdir -p $0 && mount -t tmpfs -o size=1m tmpfs $0 && umount $0; result=$?; rmdir $0; exit $result";
  const folder = `${tmpdir()}/posthorn-faults-mount-${process.pid}`;
  const { status } = spawnSync("sh", ["-c", command, folder]);
  return status === 0 ? undefined : "a tmpfs of its own (run it as root)";
}
