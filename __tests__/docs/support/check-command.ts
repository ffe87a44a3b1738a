import { spawnSync } from "node:child_process";
import { CommanderError, type Command } from "commander";
import { program } from "../../../cli/main";
import { scripts } from "../../../package.json";

/** Programs of others that commands may begin with. */
const others = ["bq", "cp", "docker", "du", "gcloud", "gh", "ls", "node", "openssl", "rm", "terraform"];

function bash(script: string, ...args: string[]) {
  // Without a PATH: nothing but shell functions can be run.
  const env = { PATH: "" };
  return spawnSync("/bin/bash", ["--restricted", ...args, "-c", script], { env, encoding: "utf8" });
}

/** The words of a command as the shell splits them; the command itself is not run, and nothing is written. */
function wordsOf(command: string): string[] {
  const unwritten = command.replace(/ >+ ?\S+$/, "");
  const stand = (name: string): string => `${name}() { printf '%s\\0' ${name} "$@"; }`;
  const { stdout } = bash(`${stand("npm")}\n${stand("npx")}\n${unwritten}`);
  return stdout.split("\0").slice(0, -1);
}

function standIn(command: Command): void {
  command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  if (command.commands.length === 0) command.action(() => undefined);
  command.commands.forEach(standIn);
}

/** What the command line of `crime` says against the arguments. */
async function faultOfCrime(args: readonly string[]): Promise<string | undefined> {
  const crime = program();
  standIn(crime);
  try {
    await crime.parseAsync(["node", "crime", ...args]);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? undefined : error.message;
    throw error;
  }
}

function faultOfNpm(args: readonly string[]): string | undefined {
  const [first, ...rest] = args.filter((word) => !word.startsWith("--"));
  if (first === "ci") return undefined;
  const script = first === "run" ? rest[0] : first;
  return script !== undefined && script in scripts ? undefined : `there is no script ${script}`;
}

/** What speaks against a command, without running it; nothing when it is fine. */
export async function faultOf(command: string): Promise<string | undefined> {
  const { status, stderr } = bash(command, "-n");
  if (status !== 0) return stderr.trim();
  if (/^[A-Za-z_]+=\S+$/.test(command)) return undefined;
  const program = command.replace(/^([A-Z_]+=\S+ )+/, "").split(" ")[0]!;
  if (program === "npm" || program === "npx") {
    const [, first, ...rest] = wordsOf(command);
    if (program === "npm") return faultOfNpm([first!, ...rest]);
    // Another's package, named with its exact version.
    if (/@\d+\.\d+\.\d+$/.test(first!)) return undefined;
    return first === "crime" ? faultOfCrime(rest) : `npx ${first} is not of this project`;
  }
  return others.includes(program) ? undefined : `${program} is not a known program`;
}
