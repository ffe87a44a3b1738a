import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { KestraClient } from "../kestra/client";
import { OWNER, type Desired } from "../kestra/deployment";
import { apply, prepare } from "../kestra/deploy";
import { isEmpty } from "../kestra/plan";
import { AT_ONCE, inParallel } from "../kestra/server";

const [FLOWS, ENTRIES, FILES] = [20, 30, 60];
const ROUNDS = 7;

const numbered = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

const desired: Desired = {
  namespace: "bench",
  kv: new Map(
    numbered(ENTRIES, (n) => [
      `entry_${n}`,
      { value: { type: "STRING", value: `value ${n}` }, description: "", secret: false },
    ]),
  ),
  files: new Map(numbered(FILES, (n) => [`dbt/models/model_${n}.sql`, Buffer.from("select 1\n".repeat(40))])),
  flows: new Map(
    numbered(FLOWS, (n) => [
      `flow_${n}`,
      `id: flow_${n}\nnamespace: bench\nlabels:\n  ${OWNER.key}: ${OWNER.value}\ntasks:\n  - id: say\n    type: io.kestra.plugin.core.log.Log\n    message: hello\n`,
    ]),
  ),
};

/** Seconds that as many requests take which ask for next to nothing. */
async function bareReads(client: KestraClient, count: number): Promise<number> {
  const start = performance.now();
  await inParallel(
    numbered(count, (n) => n),
    () => client.call("configs"),
  );
  return (performance.now() - start) / 1000;
}

/** An unchanged deployment on the engine beside the checkout, as a section; or a line that there is none. */
export async function benchKestra(): Promise<string> {
  const script = path.join(__dirname, "..", "..", "shared", "kestra-engine", "engine.sh");
  if (!existsSync(script)) {
    return "## Deploying to Kestra\n\nNot measured: there is no engine folder beside the checkout.\n";
  }
  const login = { username: "admin@example.com", password: "Passw0rd1" };
  const engine = spawn(
    script,
    ["serve", "--port", "0", "--user", login.username, "--password", login.password],
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  try {
    const url = await new Promise<string>((resolve, reject) => {
      createInterface(engine.stdout).on("line", (line) => {
        const ready = /^ready (\S+)/.exec(line);
        if (ready) resolve(ready[1]!);
      });
      engine.once("exit", (code) => reject(new Error(`the engine ended with ${code}`)));
    });
    const client = new KestraClient({ url, ...login });
    await apply(await prepare(client, desired), desired);
    const seconds: number[] = [];
    const before = { ...client.sent };
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      const prepared = await prepare(client, desired);
      await apply(prepared, desired);
      if (!isEmpty(prepared.plan)) throw new Error("an unchanged deployment found changes");
      seconds.push((performance.now() - start) / 1000);
    }
    const reads = (client.sent.GET - before.GET) / ROUNDS;
    const writes =
      client.sent.PUT + client.sent.POST + client.sent.DELETE - before.PUT - before.POST - before.DELETE;
    const median = [...seconds].sort((a, b) => a - b)[ROUNDS >> 1]!;
    const floor = await bareReads(client, reads);
    client.close();
    return [
      "## Deploying to Kestra",
      "",
      `An unchanged deployment of ${FLOWS} flows, ${ENTRIES} KV entries and ${FILES} files, every one of them read back: ` +
        `${median.toFixed(2)} s (median of ${ROUNDS}), ${reads} requests, ${writes} writes.`,
      `*${reads} bare requests, ${AT_ONCE} at a time*: ${floor.toFixed(2)} s; the deployment takes ${(median / floor).toFixed(1)} times as long.`,
      "By their sources, for the flows alone: the Terraform provider sends 2 requests per flow on every plan " +
        `(${2 * FLOWS}), kestractl reads each flow and, with --override, writes it again (${2 * FLOWS}, ${FLOWS} of them writes).`,
      "",
    ].join("\n");
  } finally {
    // Asked to end, it may wait for its own threads without an end.
    engine.kill("SIGKILL");
  }
}

if (require.main === module) void benchKestra().then((section) => process.stdout.write(section));
