import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { App } from "cdktf";
import { load } from "js-yaml";
import { prepareLaptop } from "../compose/laptop";
import { parseSettings } from "../config";
import { messageOf } from "../errors";
import { addStacks } from "../stacks/app";
import { CrimeLocal } from "../stacks/crime-local";
import { checkov, compose, debian, NotHere, run } from "./tools";

/** Below this folder every variant is synthesized anew. */
const work = resolve(".cache/verify");

/** The laptop's files; never those that the user's own Kestra starts from. */
const laptop = join(work, "laptop");

const small = { projectId: "my-crime-project", projectNumber: "123456789012" };

/** What is checked: the least that can be set, nearly everything that can be set, and the laptop. */
const variants: Readonly<Record<string, Record<string, unknown>>> = {
  small,
  full: {
    ...small,
    githubRepository: "octo/toronto-crime",
    githubRepositoryId: "123456789",
    operators: "user:ada@example.com,group:ops@example.com",
    readers: "domain:example.com",
    alertEmail: "ops@example.com",
    billingAccount: "012345-6789AB-CDEF01",
    monthlyBudget: 50,
    schedule: "weekly",
    kestraSecrets: "SLACK_WEBHOOK",
  },
  local: { stacks: "crime-local" },
};

function synthesize(): string[] {
  rmSync(work, { recursive: true, force: true });
  return Object.entries(variants).flatMap(([name, settings]) => {
    const outdir = join(work, name);
    mkdirSync(outdir, { recursive: true });
    const app = new App({ outdir, stackTraces: false });
    const parsed = parseSettings(settings);
    addStacks(app, parsed);
    if (parsed.stacks.includes("crime-local"))
      new CrimeLocal(app, parsed.adminEmail, prepareLaptop(laptop, parsed));
    app.synth();
    return readdirSync(join(outdir, "stacks")).map((stack) => join(outdir, "stacks", stack));
  });
}

/** Finished well, with a word on what was seen; a fault is thrown as text. */
type Check = (stacks: readonly string[]) => string | Promise<string>;

function must({ ok, output }: { ok: boolean; output: string }): string {
  if (!ok) throw new Error(output.trim());
  return output;
}

const providerOf = (stack: string): string => (stack.endsWith("crime-local") ? "docker" : "google");

const schema: Check = (stacks) => {
  const folder = resolve("../shared/terraform");
  if (!existsSync(folder)) throw new NotHere("no exported provider schemas beside this checkout");
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const mine = stacks.filter((stack) => file.startsWith(providerOf(stack)));
    must(run(process.execPath, [join(folder, "schema-check.mjs"), join(folder, file), ...mine]));
  }
  return `${stacks.length} stacks fit the providers' schemas`;
};

/** What Terraform says when the fault is the way to the providers and not the stack. */
const noProvider =
  /Failed to (query available|install) provider|Could not retrieve the list of available versions|Invalid provider registry host/;

/** A token that opens nothing, and a proxy that answers nobody: a plan that passes asked the network nothing. */
const offline = {
  GOOGLE_OAUTH_ACCESS_TOKEN: "made-up",
  HTTPS_PROXY: "http://127.0.0.1:1",
  CHECKPOINT_DISABLE: "1",
};

const terraform: Check = (stacks) => {
  let planned = 0;
  const parsedOnly: string[] = [];
  for (const stack of stacks) {
    const act = (...args: string[]) =>
      run("terraform", args, { ...offline, HTTPS_PROXY: process.env["HTTPS_PROXY"] ?? "" }, stack);
    const init = act("init", "-input=false", "-no-color");
    // The configuration is read before any provider is asked for: a fault in it would be told first.
    if (!init.ok && noProvider.test(init.output)) parsedOnly.push(providerOf(stack));
    else {
      must(init);
      must(act("validate", "-no-color"));
      if (providerOf(stack) === "docker") continue;
      must(run("terraform", ["plan", "-input=false", "-no-color", "-lock=false"], offline, stack));
      planned += 1;
    }
  }
  if (parsedOnly.length) {
    throw new NotHere(
      `the ${[...new Set(parsedOnly)].join(" and ")} provider cannot be had here: Terraform read ${parsedOnly.length} stacks, but did not validate or plan them`,
    );
  }
  return `${stacks.length} stacks valid, ${planned} planned without network`;
};

const scan: Check = async () => {
  const output = must(run(await checkov(), ["--directory", work]));
  const [, passed, failed] = /Passed checks: (\d+), Failed checks: (\d+)/.exec(output) ?? [];
  if (!passed || failed !== "0" || /Parsing errors: [1-9]|\[ERROR\]/.test(output))
    throw new Error(output.trim());
  return `${passed} checks passed, none failed`;
};

/** The files that cloud-init would write on the VM, from the stack itself. */
function userData(stacks: readonly string[]): string {
  const stack = stacks.find((path) => path.includes("/full/") && path.endsWith("crime-orchestrator"))!;
  const text = readFileSync(join(stack, "cdk.tf.json"), "utf8");
  const { resource } = JSON.parse(text) as {
    resource: { google_compute_instance: Record<string, { metadata: Record<string, string> }> };
  };
  const [machine] = Object.values(resource.google_compute_instance);
  const file = join(work, "user-data.yaml");
  writeFileSync(file, machine!.metadata["user-data"]!.replaceAll("$${", "${").replaceAll("%%{", "%{"));
  return file;
}

const cloudInit: Check = (stacks) => {
  must(run(debian("cloud-init"), ["schema", "--config-file", userData(stacks)]));
  return "the VM's user data is valid";
};

const composeConfig: Check = (stacks) => {
  const [command, ...first] = compose();
  must(run(command, [...first, "-f", join(laptop, "compose.yaml"), "config", "--quiet"]));
  const { write_files } = load(readFileSync(userData(stacks), "utf8")) as {
    write_files: { path: string; content: string }[];
  };
  const vm = join(work, "vm", "compose.yaml");
  mkdirSync(dirname(vm), { recursive: true });
  writeFileSync(vm, write_files.find(({ path }) => path.endsWith("/compose.yaml"))!.content);
  must(run(command, [...first, "-f", vm, "config", "--quiet"]));
  return "the files of the laptop and of the VM are valid";
};

const shell: Check = () => {
  const scripts = readdirSync("compose/boot").map((name) => join("compose/boot", name));
  must(run(debian("shellcheck"), scripts));
  return `${scripts.length} boot scripts are clean`;
};

const checks: Readonly<Record<string, Check>> = {
  "provider schema": schema,
  terraform,
  checkov: scan,
  "cloud-init": cloudInit,
  "docker compose": composeConfig,
  shellcheck: shell,
};

/** Runs every check and tells of each in one line. */
async function main(): Promise<void> {
  const stacks = synthesize();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, check] of Object.entries(checks)) {
    try {
      console.log(`ok       ${name}: ${await check(stacks)}`);
      counts.passed += 1;
    } catch (error) {
      const isNotHere = error instanceof NotHere;
      console.log(`${isNotHere ? "not run" : "FAILED "}  ${name}: ${messageOf(error)}`);
      counts[isNotHere ? "skipped" : "failed"] += 1;
    }
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed ? 1 : 0;
}

void main();
