import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { firstPaint } from "./first-paint.ts";

const OUTPUT = "../server/public";
/** Of the server that `npm run dev` stands in front of. */
const API = process.env["POSTHORN_URL"] ?? "http://127.0.0.1:4400";
const COMPRESSED = /\.(js|css|svg)$/;

export default defineConfig({
  plugins: [react(), tailwind(), firstPaint(), compress()],
  build: {
    outDir: OUTPUT,
    emptyOutDir: true,
    target: "es2023",
    // What is inlined as a data: URL is refused by our own content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    // With `npm start` beside it; the origin is kept, so that the server knows its own pages.
    proxy: { "/api": API, "/portal": API },
  },
});

/** Once at the build instead of at every request. */
function compress(): Plugin {
  return {
    name: "compress",
    apply: "build",
    closeBundle() {
      const folder = join(import.meta.dirname, OUTPUT, "assets");
      for (const name of readdirSync(folder).filter((each) => COMPRESSED.test(each))) {
        const path = join(folder, name);
        const bytes = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: quality }));
      }
    },
  };
}
