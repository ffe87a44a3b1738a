import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "dotenv";
import { z } from "zod";
import { UserError } from "./errors";

/** One setting: its rule, and an example that the error message shows. */
const setting = <T extends z.ZodType>(schema: T, example: string): T => schema.meta({ example });

const text = (pattern: RegExp, example: string) => setting(z.string().regex(pattern), example);
const flag = setting(z.union([z.boolean(), z.stringbool()]), "true");
const whole = (low: number, high: number, example: string) =>
  setting(z.coerce.number().int().min(low).max(high), example);

/** A list, written in the environment with commas between its entries. */
const list = (pattern: RegExp, example: string) =>
  setting(
    z.preprocess(
      (value) =>
        typeof value === "string"
          ? value
              .split(",")
              .map((part) => part.trim())
              .filter(Boolean)
          : value,
      z.array(z.string().regex(pattern)),
    ),
    example,
  );

const principal = /^(user|group|domain|serviceAccount):\S+$/;
const mail = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const exactVersion = /^\d+\.\d+$/;

const schema = z.strictObject({
  /** Google Cloud project that holds everything. */
  projectId: text(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "my-crime-project"),
  /** Number of that project; a setting, so that no stack has to look it up. */
  projectNumber: text(/^\d{6,}$/, "123456789012"),
  /** The one region of buckets, datasets, load jobs and the VM. */
  location: text(/^[a-z]+-[a-z]+\d+$/, "northamerica-northeast2").default("northamerica-northeast2"),
  /** Zone of the VM and its disk. */
  zone: text(/^[a-z]+-[a-z]+\d+-[a-z]$/, "northamerica-northeast2-a").optional(),
  /** Written before raw, staging, audit, marts and ops to name the datasets. */
  datasetPrefix: text(/^[a-z][a-z0-9_]*$/, "crime_").default("crime_"),
  /** Kestra namespace of the flows. */
  namespace: text(/^[a-z][a-z0-9.]*$/, "toronto.crime").default("toronto.crime"),
  /** Who may tunnel to the VM, log in to it and read the admin password. */
  operators: list(principal, "user:ada@example.com,group:ops@example.com").default([]),
  /** Who may read the page. */
  readers: list(principal, "domain:example.com").default([]),
  /** Puts the page on the open internet. */
  publicDashboard: flag.default(false),
  /** Where alerts go. */
  alertEmail: text(mail, "crime-alerts@example.com").optional(),
  /** Billing account of the budget; needs `monthlyBudget`. */
  billingAccount: text(/^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/, "012345-6789AB-CDEF01").optional(),
  /** Budget a month, in whole units of the billing account's currency. */
  monthlyBudget: whole(1, 1_000_000, "100").optional(),
  /** Keep the VM on, or run it only around the pipeline's slot. */
  schedule: setting(z.enum(["always", "weekly"]), "weekly").default("always"),
  /** Day of the pipeline's weekly slot, 0 = Sunday. */
  pipelineWeekday: whole(0, 6, "1").default(1),
  /** Hour of that slot in Toronto; 1 to 20, so that the VM's window stays inside one day. */
  pipelineHour: whole(1, 20, "6").default(6),
  /** Further secrets for flows, each read by `secret('NAME')`. */
  kestraSecrets: list(/^[A-Z][A-Z0-9_]*$/, "SLACK_WEBHOOK").default([]),
  /** Login name of Kestra's administrator; Kestra wants an e-mail address. */
  adminEmail: text(mail, "admin@example.com").default("admin@crime.example.com"),
  /** Machine of the VM; Kestra needs 4 GiB, PostgreSQL and dbt the rest. */
  machineType: text(/^[a-z0-9]+-[a-z0-9-]+$/, "e2-standard-2").default("e2-standard-2"),
  /** Size of the data disk in GB; it can grow, never shrink. */
  dataDiskGb: whole(10, 1000, "50").default(50),
  /** PostgreSQL image, exact; another major version also needs `postgresMigrateFrom`. */
  postgresVersion: text(exactVersion, "17.7").default("17.7"),
  /** The exact version that wrote the data on the disk, for one migration to another major version. */
  postgresMigrateFrom: text(exactVersion, "17.7").optional(),
  /** Days that a replaced object in a bucket is kept. */
  noncurrentDays: whole(1, 3650, "90").default(90),
  /** Cloud KMS key for buckets, datasets and disks; Google's own keys otherwise. */
  kmsKey: text(
    /^projects\/.+\/locations\/.+\/keyRings\/.+\/cryptoKeys\/.+$/,
    "projects/p/locations/northamerica-northeast2/keyRings/r/cryptoKeys/k",
  ).optional(),
  /** Repository whose workflows may plan and apply. */
  githubRepository: text(/^[\w.-]+\/[\w.-]+$/, "octo/toronto-crime").optional(),
  /** GitHub's number of that repository, which survives its name. */
  githubRepositoryId: text(/^\d+$/, "123456789").optional(),
  /** GitHub environment whose approval stands before an apply. */
  githubEnvironment: text(/^[\w-]+$/, "production").default("production"),
  /** Bucket of the Terraform state; a local folder otherwise. */
  stateBucket: text(/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/, "my-crime-project-state").optional(),
  /** False takes the locks off the data, so that it can be destroyed. */
  keepData: flag.default(true),
  /** Stacks to synthesize; all that reach Google Cloud when empty. */
  stacks: list(/^crime-(data|orchestrator|delivery|local)$/, "crime-local").default([]),
});

/** What the user decides; everything else follows from it. */
export type Settings = Omit<z.output<typeof schema>, "zone"> & { readonly zone: string };

/** The time zone in which the pipeline's slot is meant. */
export const timeZone = "America/Toronto";

/** A laptop's Kestra needs no project; the name keeps every rule about projects working without one. */
const local = { projectId: "local-laptop", projectNumber: "000000" };

const shape = schema.shape as Record<string, z.ZodType>;

/** The environment variable of a setting: `projectId` is `CRIME_PROJECT_ID`. */
export const variableOf = (name: string): string =>
  `CRIME_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** The environment variables of all settings. */
export const settingVariables: readonly string[] = Object.keys(shape).map(variableOf);

/**
 * Checks raw values and fills in the defaults.
 *
 * @param raw values by setting name, as JSON gives them or as text
 * @throws UserError naming the first wrong setting, with an example
 */
export function parseSettings(raw: Readonly<Record<string, unknown>>): Settings {
  const onlyLocal = [raw["stacks"]].flat().join() === "crime-local";
  const result = schema.safeParse(onlyLocal ? { ...local, ...raw } : raw);
  if (!result.success) throw faultOf(result.error.issues[0]!, raw);
  const settings = { ...result.data, zone: result.data.zone ?? `${result.data.location}-a` };
  if (!settings.zone.startsWith(`${settings.location}-`)) {
    throw new UserError(
      `"${settings.zone}" is not a zone of ${settings.location}`,
      "setting zone",
      `write for example ${settings.location}-a in cdktf.json or ${variableOf("zone")}`,
    );
  }
  if ((settings.billingAccount === undefined) !== (settings.monthlyBudget === undefined)) {
    const [has, lacks] = settings.billingAccount
      ? ["billingAccount", "monthlyBudget"]
      : ["monthlyBudget", "billingAccount"];
    throw new UserError(
      `${has} is set without ${lacks}`,
      `setting ${lacks}`,
      `write for example ${exampleOf(lacks)} in cdktf.json or ${variableOf(lacks)}, or leave out both`,
    );
  }
  return settings;
}

/**
 * Reads the settings of this checkout: `context.crime` of cdktf.json, over it a `.env` file, over it the
 * environment. The CDKTF command line hands the context over in `CDKTF_CONTEXT_JSON`; without it the file is read.
 *
 * @throws UserError naming the first wrong or missing setting
 */
export function loadSettings(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  folder = process.cwd(),
): Settings {
  const dotenv = join(folder, ".env");
  const variables = { ...(existsSync(dotenv) ? parse(readFileSync(dotenv)) : {}), ...environment };
  const raw: Record<string, unknown> = {
    ...contextOf(variables["CDKTF_CONTEXT_JSON"], join(folder, "cdktf.json")),
  };
  for (const name of Object.keys(shape)) {
    const value = variables[variableOf(name)];
    if (value !== undefined && value !== "") raw[name] = value;
  }
  return parseSettings(raw);
}

function contextOf(fromCommandLine: string | undefined, file: string): Record<string, unknown> {
  try {
    const context = fromCommandLine
      ? (JSON.parse(fromCommandLine) as { crime?: Record<string, unknown> })
      : (JSON.parse(readFileSync(file, "utf8")) as { context?: { crime?: Record<string, unknown> } }).context;
    return context?.crime ?? {};
  } catch (error) {
    throw new UserError(
      `cannot be read: ${(error as Error).message}`,
      fromCommandLine ? "CDKTF_CONTEXT_JSON" : "cdktf.json",
      'write JSON with the settings under "context": { "crime": { ... } }',
    );
  }
}

const exampleOf = (name: string): string => String((shape[name]!.meta() ?? inner(shape[name]!))!["example"]);

/** The rule inside `.optional()` and `.default()`, which carries the example. */
function inner(type: z.ZodType): Record<string, unknown> | undefined {
  let at = type as z.ZodType & { def: { innerType?: z.ZodType } };
  while (!at.meta() && at.def.innerType) at = at.def.innerType;
  return at.meta();
}

/** There is no project: who has set nothing up yet meets this first. */
export class NoProject extends UserError {}

function faultOf(issue: z.core.$ZodIssue, raw: Readonly<Record<string, unknown>>): UserError {
  if (issue.code === "unrecognized_keys") {
    return new UserError(
      `there is no setting "${issue.keys[0]}"`,
      "cdktf.json, context.crime",
      `use one of ${Object.keys(shape).join(", ")}`,
    );
  }
  const name = String(issue.path[0]);
  const value = raw[name];
  const Fault = name === "projectId" && value === undefined ? NoProject : UserError;
  return new Fault(
    value === undefined ? `${name} is missing` : `${JSON.stringify(value)} is not a valid ${name}`,
    `setting ${name}`,
    `write for example ${exampleOf(name)} in cdktf.json, .env or ${variableOf(name)}`,
  );
}
