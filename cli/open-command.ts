import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../errors";
import { Workspace } from "../pipeline/workspace";

/** `crime open` */
export async function openCommand(flags: { readonly dataDir: string; readonly print?: true }): Promise<void> {
  const { site } = new Workspace(path.resolve(flags.dataDir));
  if (!existsSync(site)) throw new UserError("there is no page yet", site, "run crime run first");
  const address = pathToFileURL(site).href;
  process.stdout.write(`${address}\n`);
  if (!flags.print) await openInBrowser(address);
}

/** Opens an address that is printed already: a machine without a browser is no error. */
export async function openInBrowser(address: string): Promise<void> {
  const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
    darwin: ["open"],
    win32: ["cmd", "/c", "start", ""],
  };
  const [command, ...args] = openers[process.platform] ?? ["xdg-open"];
  await new Promise<void>((resolve) => {
    const child = spawn(command, [...args, address], { stdio: "ignore", detached: true });
    child.once("error", () => resolve());
    child.once("spawn", () => {
      child.unref();
      resolve();
    });
  });
}
