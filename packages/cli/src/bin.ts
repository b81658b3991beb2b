#!/usr/bin/env node
import { extname } from "node:path";
import { launch } from "./launch.ts";
// Named here for those who look for what uses it; it is loaded by the Node that fits.
import type {} from "./program.ts";

await launch(new URL(`./program${extname(import.meta.url)}`, import.meta.url));
