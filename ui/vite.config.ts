import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

// WebKitGTK 4.1 from 2.40 on is the oldest engine that opens this; Chromium runs the tests.
export default defineConfig({
  base: "./",
  plugins: [svelte(), svelteTesting()],
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  build: { target: ["es2022", "safari17"], cssTarget: ["safari17.5"], modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"], restoreMocks: true },
});
