/** The larger parts of the gallery. */
import { useState } from "react";
import { HorizontalBars, Lines, StackedBars } from "../../ui/chart.tsx";
import { CodeTabs } from "../../ui/code-tabs.tsx";
import { Diff } from "../../ui/diff.tsx";
import { JsonTree } from "../../ui/json-tree.tsx";
import { LiveToggle } from "../../ui/live-toggle.tsx";
import { PayloadEditor } from "../../ui/payload-editor.tsx";
import { RangePicker } from "../../ui/range-picker.tsx";
import { latency, rate, responses, starts, volume } from "./chart-samples.ts";
import { changes, codeSamples, payload } from "./samples.ts";

const count = (value: number) => value.toLocaleString();
const percent = (value: number) => `${Math.round(value)} %`;
const milliseconds = (value: number) => `${Math.round(value)} ms`;

export function Charts() {
  return (
    <div className="grid grid-cols-1 gap-8 lg:grid-cols-2">
      <StackedBars title="Volume" starts={starts} say={count} series={volume} />
      <Lines title="Success rate" starts={starts} say={percent} max={100} mark={95} series={rate} />
      <Lines title="Latency" starts={starts} say={milliseconds} series={latency} />
      <HorizontalBars title="Responses" bars={responses} />
    </div>
  );
}

export function Panels() {
  const [text, setText] = useState(JSON.stringify(payload, null, 2));
  const [isLive, setLive] = useState(true);
  return (
    <div className="grid grid-cols-1 gap-8 lg:grid-cols-2">
      <JsonTree label="Event" value={payload} />
      <PayloadEditor label="Payload" value={text} onChange={setText} />
      <CodeTabs samples={codeSamples} />
      <Diff label="Changes" changes={changes} />
      <div className="flex flex-wrap items-center gap-4">
        <RangePicker />
        <LiveToggle isLive={isLive} isConnected onChange={setLive} />
        <LiveToggle isLive isConnected={false} onChange={setLive} />
      </div>
    </div>
  );
}
