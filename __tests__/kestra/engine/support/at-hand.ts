import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

/** The engine folder beside the checkout. */
export const SCRIPT = path.resolve(__dirname, "../../../../../shared/kestra-engine/engine.sh");

export type ServerKind = "engine" | "compose" | "url";

/** The first that this machine has: the engine beside the checkout, Docker for our own Compose, KESTRA_URL. */
export function serverAtHand(environment: NodeJS.ProcessEnv = process.env): ServerKind | undefined {
  if (existsSync(SCRIPT)) return "engine";
  if (hasDocker()) return "compose";
  return environment["KESTRA_URL"] ? "url" : undefined;
}

function hasDocker(): boolean {
  try {
    execFileSync("docker", ["info"], { stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}
