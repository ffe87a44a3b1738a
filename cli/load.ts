import { createRequire } from "node:module";

/** Loads a file beside this one only when it is needed; `import()` would go past what runs TypeScript here. */
export const load = createRequire(__filename);
