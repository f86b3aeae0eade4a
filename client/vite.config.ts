/// <reference types="vitest/config" />
// Builds the pages into server/static/, where the server finds them. One entry, src/main.tsx, loads
// the screen that the address asks for, so that a guest's phone never fetches the organiser's pages.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = process.env["INTERMINGLE_SERVER"] ?? "http://localhost:8000";
// While working on pages they come from Vite, and what they ask goes to a server that believes they are its own.
const behind = { target: server, ws: true, headers: { origin: server } };

const in_ = (...modules: string[]): RegExp => new RegExp(`/src/(${modules.join("|")})\\.tsx?$`);
const alone = { includeDependenciesRecursively: false }; // what these need may be used elsewhere too

export default defineConfig(({ command }) => ({
  base: command === "build" ? "/static/" : "/",
  build: {
    outDir: here("../server/static"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    // A sprite inside a data: address cannot be the target of <use>.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What is used together travels together: many small files pack worse, by 2 kB on a guest's page.
    rolldownOptions: { output: { codeSplitting: { groups: [
      { name: "preact", test: /node_modules/ },
      { name: "parts", test: in_("kept", "parts/banner", "parts/field", "parts/icon", "parts/round", "parts/toast", "protocol", "when"), ...alone },
      { name: "calls", test: in_("face", "live-call", "muting", "own-devices", "resting"), ...alone },
      {
        name: "session",
        test: in_(
          "announce", "begin", "call", "clock", "connection", "digest", "follow", "session", "store",
          "parts/control", "parts/dialog", "parts/person", "parts/picture", "parts/ring", "parts/tile",
          "screens/devices", "screens/fetched", "screens/session-page", "screens/time", "sky/rounds",
        ),
        ...alone,
      },
    ] } } },
  },
  server: { proxy: { "/api": behind, "/ws": behind } },
  test: { dir: here("../tests/client"), include: ["**/*.test.{ts,tsx}"] },
}));
