import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { prepareLaptop } from "../../../../compose/laptop";
import { kestraPort } from "../../../../compose/kestra";
import { loadSettings } from "../../../../config";
import type { Connection } from "../../../../kestra/client";
import { temporaryFolder } from "../../../support/crime";
import type { ServerKind } from "./at-hand";
import { Engine } from "./engine";

/** A Kestra on which deployments can be tried. */
export interface Server {
  readonly connection: Connection;
  stop(): Promise<void>;
}

export async function startServer(kind: ServerKind): Promise<Server> {
  if (kind === "compose") return compose();
  if (kind === "url") {
    const { KESTRA_URL: url, KESTRA_USERNAME: username, KESTRA_PASSWORD: password } = process.env;
    if (!username || !password) throw new Error("KESTRA_URL is set: set KESTRA_USERNAME and KESTRA_PASSWORD");
    return { connection: { url: url!, username, password }, stop: () => Promise.resolve() };
  }
  const engine = new Engine();
  await engine.start();
  return { connection: engine.connection, stop: () => engine.stop() };
}

function compose(): Server {
  const folder = temporaryFolder();
  const settings = loadSettings({ ...process.env, CRIME_STACKS: "crime-local" });
  prepareLaptop(folder, settings);
  const docker = (...args: string[]) =>
    execFileSync("docker", ["compose", "-f", path.join(folder, "compose.yaml"), ...args], {
      stdio: "inherit",
    });
  docker("up", "--detach", "--wait", "kestra");
  const password = readFileSync(path.join(folder, "secrets", "admin_password"), "utf8");
  return {
    connection: { url: `http://localhost:${kestraPort}`, username: settings.adminEmail, password },
    stop: () => Promise.resolve(void docker("down", "--volumes")),
  };
}
