#!/usr/bin/env node
import { launch } from "@posthorn/cli/launch";
import { extname } from "node:path";
// Named here for those who look for what uses it; it is loaded by the Node that fits.
import type {} from "./main.ts";

await launch(new URL(`./main${extname(import.meta.url)}`, import.meta.url));
