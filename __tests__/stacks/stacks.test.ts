import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StorageHmacKey } from "@cdktf/provider-google/lib/storage-hmac-key";
import { App } from "cdktf";
import { prepareLaptop } from "../../compose/laptop";
import { parseSettings } from "../../config";
import { addStacks } from "../../stacks/app";
import { CrimeLocal } from "../../stacks/crime-local";
import { outputsOf } from "../../stacks/outputs";
import { parsed, type Synthesized } from "../support/stack";

const required = { projectId: "my-crime-project", projectNumber: "123456789012" };
const everything = {
  ...required,
  githubRepository: "octo/crime",
  githubRepositoryId: "345",
  operators: ["user:ada@example.com"],
  readers: ["domain:example.com"],
  alertEmail: "ops@example.com",
  billingAccount: "012345-6789AB-CDEF01",
  monthlyBudget: 50,
  schedule: "weekly",
  kestraSecrets: ["SLACK_WEBHOOK"],
  kmsKey: "projects/p/locations/northamerica-northeast2/keyRings/r/cryptoKeys/k",
  stateBucket: "my-crime-project-state",
};

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** Synthesizes for real, rules and all, and reads back what was written. */
function synthesize(raw: Record<string, unknown>, add: (app: App) => void = () => undefined) {
  const outdir = mkdtempSync(join(tmpdir(), "crime-synth-"));
  folders.push(outdir);
  const app = new App({ outdir, stackTraces: false });
  addStacks(app, parseSettings(raw));
  add(app);
  app.synth();
  const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as {
    stacks: Record<string, { dependencies: string[]; annotations: { message: string }[] }>;
  };
  const read = (name: string, file: string) => readFileSync(join(outdir, "stacks", name, file), "utf8");
  const stacks = Object.fromEntries(
    Object.keys(manifest.stacks).map((name) => [name, parsed(read(name, "cdk.tf.json"))]),
  );
  return { manifest, read, stacks, names: Object.keys(stacks) };
}

const full = synthesize(everything);
const data = full.stacks["crime-data"]!;
const orchestrator = full.stacks["crime-orchestrator"]!;

test("two settings give data and orchestrator; a repository adds delivery; local only by name", () => {
  expect(synthesize(required).names).toEqual(["crime-data", "crime-orchestrator"]);
  expect(full.names.sort()).toEqual(["crime-data", "crime-delivery", "crime-orchestrator"]);
});

test("the order of applying is stated", () => {
  const dependencies = Object.fromEntries(
    Object.entries(full.manifest.stacks).map(([name, stack]) => [name, stack.dependencies]),
  );
  expect(dependencies).toEqual({
    "crime-data": [],
    "crime-delivery": ["crime-data"],
    "crime-orchestrator": ["crime-delivery"],
  });
});

test("each stack plans alone and without network: no data source, no other stack's state", () => {
  for (const stack of Object.values(full.stacks)) {
    expect(stack.json.data).toBeUndefined();
    expect(JSON.stringify(stack.json)).not.toContain("terraform_remote_state");
  }
});

test("every stack states its Terraform version, beside the JSON", () => {
  for (const name of full.names) {
    expect(full.read(name, "versions.tf")).toBe('terraform {\n  required_version = ">= 1.9.0"\n}\n');
  }
});

test("the state is in the bucket, else outside the output folder and the data folder", () => {
  expect(data.json.terraform["backend"]).toEqual({
    gcs: { bucket: "my-crime-project-state", prefix: "crime-data" },
  });
  const { stacks } = synthesize(required);
  expect(stacks["crime-data"]!.json.terraform["backend"]).toEqual({
    local: { path: "../../../terraform-state/crime-data.tfstate" },
  });
});

test("no path of this machine and no lookup by account number is in any stack", () => {
  for (const name of full.names) expect(full.read(name, "cdk.tf.json")).not.toContain(process.cwd());
});

test("the same settings give the same bytes", () => {
  const again = synthesize(everything);
  for (const name of full.names) expect(again.read(name, "cdk.tf.json")).toBe(full.read(name, "cdk.tf.json"));
});

test("outputs are what the settings give, each with its name", () => {
  const expected = outputsOf(parseSettings(everything));
  for (const [name, values] of Object.entries(expected)) {
    const written = Object.entries(full.stacks[name]!.json.output!).map(([key, { value }]) => [key, value]);
    expect(Object.fromEntries(written)).toEqual(values);
  }
  expect(expected["crime-data"].dashboard_url).toBe(
    "https://storage.cloud.google.com/my-crime-project-crime-dashboard/index.html",
  );
  expect(expected["crime-orchestrator"].pipeline_cron).toBe("0 6 * * 1");
});

test("the pipeline's account may do what the pipeline does and no more", () => {
  const member = (grant: Record<string, unknown>) =>
    String(grant["member"]).includes("google_service_account.Pipeline");
  const roles = (type: string) =>
    [
      ...new Set(
        data
          .all(type)
          .filter(member)
          .map(({ role }) => role),
      ),
    ].sort();
  expect(roles("google_project_iam_member")).toEqual([
    "roles/bigquery.jobUser",
    "roles/logging.logWriter",
    "roles/monitoring.metricWriter",
  ]);
  expect(roles("google_storage_bucket_iam_member")).toEqual(["roles/storage.objectUser"]);
  expect(roles("google_bigquery_dataset_iam_member")).toEqual(["roles/bigquery.dataEditor"]);
  expect(roles("google_secret_manager_secret_iam_member")).toEqual([
    "roles/secretmanager.secretAccessor",
    "roles/secretmanager.secretVersionAdder",
  ]);
});

test("an operator may use the account, read the admin password, tunnel and log in", () => {
  const ada = (stack: Synthesized, type: string) =>
    stack.all(type).filter((grant) => grant["member"] === "user:ada@example.com").length;
  expect(ada(data, "google_service_account_iam_member")).toBe(1);
  expect(ada(data, "google_secret_manager_secret_iam_member")).toBe(1);
  expect(ada(orchestrator, "google_iap_tunnel_instance_iam_member")).toBe(1);
  expect(ada(orchestrator, "google_compute_instance_iam_member")).toBe(1);
});

test("the apply identity may tunnel to Kestra, the plan identity may not", () => {
  const members = orchestrator.all("google_iap_tunnel_instance_iam_member").map(({ member }) => member);
  expect(members).toContain("serviceAccount:crime-apply@my-crime-project.iam.gserviceaccount.com");
  expect(members.join()).not.toContain("crime-plan");
});

test("the federation believes the repository by name and number", () => {
  const provider = full.stacks["crime-delivery"]!.one("google_iam_workload_identity_pool_provider");
  expect(provider["attribute_condition"]).toContain(
    'assertion.repository == "octo/crime" && assertion.repository_id == "345" && ',
  );
});

test("weekly hours stand around the slot", () => {
  const hours = synthesize({ ...required, schedule: "weekly", pipelineHour: 20, pipelineWeekday: 0 }).stacks[
    "crime-orchestrator"
  ]!.one("google_compute_resource_policy")["instance_schedule_policy"];
  expect(hours).toEqual({
    time_zone: "America/Toronto",
    vm_start_schedule: { schedule: "30 19 * * 0" },
    vm_stop_schedule: { schedule: "0 23 * * 0" },
  });
});

test("budget, mail and federation are there only when asked for", () => {
  const small = synthesize(required).stacks["crime-orchestrator"]!.counts;
  expect(small).not.toHaveProperty("google_billing_budget");
  expect(small).not.toHaveProperty("google_monitoring_notification_channel");
  expect(small).not.toHaveProperty("google_compute_resource_policy");
  expect(orchestrator.counts).toMatchObject({
    google_billing_budget: 1,
    google_monitoring_notification_channel: 1,
  });
  expect(() => synthesize({ ...required, stacks: "crime-delivery" })).toThrow("githubRepository is missing");
  expect(() => synthesize({ ...required, stacks: "crime-data" })).not.toThrow();
});

test("calls about a budget are counted against the project, and no others", () => {
  const provider = ({ json }: Synthesized) => json.provider["google"]![0];
  expect(provider(orchestrator)).toMatchObject({
    billing_project: "my-crime-project",
    user_project_override: true,
  });
  for (const stack of [data, synthesize(required).stacks["crime-orchestrator"]!])
    expect(provider(stack)).not.toHaveProperty("user_project_override");
});

test("data are locked unless that is taken off by name", () => {
  const keeps = ({ lifecycle }: Record<string, unknown>) =>
    (lifecycle as { prevent_destroy: boolean } | undefined)?.prevent_destroy;
  const ofFlows = ({ secret_id }: Record<string, unknown>) => String(secret_id).includes("-flow-");
  const locks = (stack: Synthesized) => [
    ...stack.all("google_compute_disk").map(keeps),
    ...stack
      .all("google_secret_manager_secret")
      .filter((secret) => !ofFlows(secret))
      .map(keeps),
    ...stack.all("google_bigquery_table").map((table) => table["deletion_protection"]),
    ...stack.all("google_storage_bucket").map((bucket) => !bucket["force_destroy"]),
    ...stack.all("google_bigquery_dataset").map((dataset) => !dataset["delete_contents_on_destroy"]),
  ];
  expect(locks(data).every((lock) => lock === true)).toBe(true);
  const open = synthesize({ ...required, keepData: false }).stacks["crime-data"]!;
  expect(locks(open).some((lock) => lock === true)).toBe(false);
});

test("a public page passes the rules, since it carries its exception", () => {
  const { stacks } = synthesize({ ...required, publicDashboard: true });
  expect(JSON.stringify(stacks["crime-data"]!.all("google_storage_bucket_iam_member"))).toContain("allUsers");
});

test("everything that can carry labels does", () => {
  for (const [name, stack] of Object.entries(full.stacks)) {
    for (const type of [
      "google_storage_bucket",
      "google_bigquery_dataset",
      "google_compute_instance",
      "google_compute_disk",
    ]) {
      for (const resource of stack.all(type)) {
        expect(resource["labels"]).toEqual({ app: "toronto-crime-pipeline", stack: name });
      }
    }
  }
});

test.each(full.names)("the rules hold in %s", (name) => {
  const outdir = mkdtempSync(join(tmpdir(), "crime-synth-"));
  folders.push(outdir);
  const app = new App({ outdir, stackTraces: false });
  addStacks(app, parseSettings(everything));
  new StorageHmacKey(app.node.findChild(name), "Late", { serviceAccountEmail: "a" });
  expect(() => app.synth()).toThrow(`[${name}/Late] no-key: `);
});

test("nothing secret is in any stack: secrets have no version and no value", () => {
  for (const stack of Object.values(full.stacks)) {
    expect(stack.counts).not.toHaveProperty("google_secret_manager_secret_version");
    expect(stack.counts).not.toHaveProperty("google_service_account_key");
  }
});

describe("crime-local", () => {
  const folder = mkdtempSync(join(tmpdir(), "crime-local-"));
  folders.push(folder);
  const settings = parseSettings({ stacks: "crime-local" });

  test("needs no project, keeps no password, and says when Google tasks will fail", () => {
    const laptop = prepareLaptop(join(folder, "kestra"), settings, { CLOUDSDK_CONFIG: folder });
    const { names, stacks, read, manifest } = synthesize(
      { stacks: "crime-local" },
      (app) => new CrimeLocal(app, settings.adminEmail, laptop),
    );
    expect(names).toEqual(["crime-local"]);
    expect(stacks["crime-local"]!.counts["docker_container"]).toBe(3);
    expect(manifest.stacks["crime-local"]!.annotations.map(({ message }) => message)).toEqual([
      expect.stringContaining("Google tasks will fail"),
    ]);
    const password = readFileSync(laptop.adminPasswordFile, "utf8");
    expect(read("crime-local", "cdk.tf.json")).not.toContain(password);
  });

  test("is made of files that are there: the stack itself writes none", () => {
    const laptop = prepareLaptop(join(folder, "kestra"), settings);
    rmSync(join(folder, "kestra"), { recursive: true });
    synthesize({ stacks: "crime-local" }, (app) => new CrimeLocal(app, settings.adminEmail, laptop));
    expect(existsSync(join(folder, "kestra"))).toBe(false);
  });
});
