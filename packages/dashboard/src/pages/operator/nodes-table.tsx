import type { Overview } from "@posthorn/sdk";
import { sayDuration } from "../../ui/clock.ts";
import { Time } from "../../ui/time.tsx";
import { strings } from "./strings.ts";

/** The processes that live on this database. */
export function NodesTable({ nodes }: Pick<Overview, "nodes">) {
  return (
    <section aria-labelledby="nodes">
      <h2 id="nodes" className="pb-2 text-body font-semibold">
        {strings.nodes}
      </h2>
      <table className="w-full text-left text-table tabular-nums">
        <thead>
          <tr className="h-8 border-b border-hairline text-label text-secondary">
            {[strings.node, strings.nodeRole, strings.version, strings.started, strings.heard].map(
              (head) => (
                <th key={head} scope="col" className="font-medium">
                  {head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {nodes.map(({ id, role, version, startedAt, heartbeatAgeMs }) => (
            <tr key={id} className="h-8 border-b border-hairline">
              <td>{id}</td>
              <td>{role}</td>
              <td>{version}</td>
              <td className="text-secondary">
                <Time at={startedAt} />
              </td>
              <td className="text-secondary">{sayDuration(heartbeatAgeMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
