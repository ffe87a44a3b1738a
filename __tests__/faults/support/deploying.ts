import type { ChildProcess } from "node:child_process";
import { outputs } from "../../kestra/support";
import { crime, temporaryFolder, writeFile, type Ended } from "../../support/crime";
import { KestraStandIn, type Meddle } from "../../support/kestra-stand-in";
import type { Fault } from "./fault";
import { judge } from "./prove";

const env = { KESTRA_USERNAME: "admin@example.com", KESTRA_PASSWORD: "hidden-password" };
async function kestra(
  url: string,
  args: readonly string[],
  begun?: (child: ChildProcess) => void,
): Promise<Ended> {
  const file = writeFile(temporaryFolder(), "outputs.json", JSON.stringify(outputs));
  const [name, ...more] = args;
  const ended = await crime(["kestra", name!, "--outputs", file, "--url", url, ...more], env, begun);
  expect(ended.stderr + ended.stdout).not.toContain(env.KESTRA_PASSWORD);
  return ended;
}
export const apply = (url: string): Promise<Ended> => kestra(url, ["apply", "--yes"]);

/** What a deployment that never failed has made. */
let untroubled: Promise<Record<string, string>> | undefined;
async function deployedAnew(): Promise<Record<string, string>> {
  const server = new KestraStandIn();
  const url = await server.start();
  try {
    expect(await apply(url)).toMatchObject({ code: 0 });
    return server.state();
  } finally {
    await server.stop();
  }
}

interface Deployment {
  /** @default an empty server */
  readonly onto?: (server: KestraStandIn, url: string) => void | Promise<void>;
  readonly meddle?: Meddle;
  /** Kills the deployment when so many writes were carried out, before the last one is answered. */
  readonly killAfter?: number;
  readonly args?: readonly string[];
  readonly mend?: (server: KestraStandIn) => void;
  /** Whether the fault stops a deployment that has begun. */
  readonly halfway?: true;
}

/** Deploys into the fault, holds that what is there is right, and deploys again. */
export const deploying =
  ({ onto, meddle, killAfter, args = ["apply", "--yes"], mend, halfway }: Deployment) =>
  async (declared: Fault): Promise<void> => {
    const wanted = await (untroubled ??= deployedAnew());
    const server = new KestraStandIn();
    const url = await server.start();
    try {
      await onto?.(server, url);
      const before = snapshot(server);
      server.meddle = meddle;
      const ended = await kestra(url, args, (child) => {
        if (killAfter !== undefined) server.meddle = killing(child, killAfter);
      });
      server.meddle = undefined;
      judge(declared, ended);
      if (!halfway && ended.code !== 0) expect(snapshot(server)).toEqual(before);
      if (halfway) {
        const half = Object.entries(server.state()).filter(([name]) => !name.startsWith("owned"));
        for (const [name, content] of half) expect([name, content]).toEqual([name, wanted[name]]);
        expect(half.length).toBeGreaterThan(0);
        expect(half.length).toBeLessThan(
          Object.keys(wanted).filter((name) => !name.startsWith("owned")).length,
        );
      }
      mend?.(server);
      expect(await apply(url)).toMatchObject({ code: 0 });
      expect(server.state()).toEqual(wanted);
      expect(await kestra(url, ["plan"])).toMatchObject({ code: 0 });
    } finally {
      await server.stop();
    }
  };

/** Whether a call changes something on the server. */
export const isWrite = (call: string): boolean => /^(PUT|DELETE)|^POST (?!\/flows\/validate)/.test(call);

function killing(child: ChildProcess, writes: number): Meddle {
  let done = 0;
  return (call, _, carryOut) => {
    if (!isWrite(call) || ++done < writes) return false;
    carryOut();
    child.kill("SIGKILL");
    return true;
  };
}

const snapshot = ({ kv, files, flows }: KestraStandIn): unknown => [[...kv], [...files], [...flows]];
