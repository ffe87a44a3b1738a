import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { KestraStandIn } from "../support/kestra-stand-in";
import { recorded, repository, runner, variables, type Runner } from "./support/runner";
import { runJob, workflow, type Step } from "./support/workflow";

/**
 * The commands of every job, run as the workflow says. For real: synth, the settings, plan:report, deploy, outputs and
 * every `crime kestra` command. Stand-ins: terraform, gcloud, gh and Kestra. Noted only: npm ci, npm test, npm run
 * lint, npm run verify:terraform (`recorded`).
 */
jest.setTimeout(120_000);

const kestra = new KestraStandIn();
let port: number;
beforeAll(async () => {
  port = Number(new URL(await kestra.start()).port);
});
afterAll(() => kestra.stop());

const expressions = {
  "toJSON(vars)": JSON.stringify({ ...variables, SOMETHING_ELSE: "kept out" }),
  "github.repository": repository,
  "github.token": "made-up",
  "github.event.pull_request.number": "7",
  "github.event.pull_request.head.sha": "abcdef1",
};
const scripts = (JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> })
  .scripts;

async function run(file: string, job: string, on: Runner) {
  const used: Step[] = [];
  const ran = await runJob(
    workflow(file).jobs[job]!,
    on.folder,
    expressions,
    on.env,
    (step) => void used.push(step),
  );
  const account = used.find(({ uses }) => uses?.startsWith("google-github-actions/auth@"))?.with;
  const failures = ran.steps.filter(({ code }) => code !== 0);
  return { ...ran, account, failures, failed: failures.map(({ name }) => name) };
}

/** Nothing went wrong; if something did, what it said is shown. */
const expectWell = ({ failures }: { failures: unknown[] }) => expect(failures).toEqual([]);

afterEach(() => {
  // Whatever a job asks npm for is a script of this project.
  for (const words of recorded) {
    const name = /^run (\S+)|^(test)/.exec(words);
    if (name) expect(scripts).toHaveProperty((name[1] ?? name[2])!.replaceAll(".", "\\."));
  }
});

test("checks: lint and suite are asked for; synth runs and writes the stacks", async () => {
  const on = runner();
  expectWell(await run("checks", "lint", on));
  expectWell(await run("checks", "test", on));
  expect(on.calls()).toEqual([
    "npm ci --ignore-scripts",
    "npm run lint",
    "npm ci --ignore-scripts",
    "npm test",
  ]);
  expectWell(await run("checks", "infrastructure", on));
  expect(on.calls().slice(4)).toEqual([
    "npm ci --ignore-scripts",
    "npm run synth",
    "npm run verify:terraform",
  ]);
  expect(existsSync(path.join(on.folder, "cdktf.out/stacks/crime-delivery/cdk.tf.json"))).toBe(true);
});

test("pull request: plans without a lock as the plan identity, and makes the comment, then keeps it up to date", async () => {
  const on = runner();
  on.answer("plan-code", "2");
  on.answer(
    "plan-json",
    JSON.stringify({ resource_changes: [{ address: "google_a.b", change: { actions: ["delete"] } }] }),
  );
  const first = await run("pull-request", "plan", on);
  expectWell(first);
  expect(first.account).toEqual({
    workload_identity_provider:
      "projects/123456789012/locations/global/workloadIdentityPools/github/providers/github",
    service_account: "crime-plan@my-crime-project.iam.gserviceaccount.com",
  });
  const plans = on.calls().filter((call) => / plan /.test(call));
  expect(plans.map((call) => call.split(" ")[1])).toEqual([
    "crime-data",
    "crime-delivery",
    "crime-orchestrator",
  ]);
  for (const call of plans) expect(call).toContain("-lock=false");
  const stack = readFileSync(path.join(on.folder, "cdktf.out/stacks/crime-data/cdk.tf.json"), "utf8");
  expect(stack).toContain('"bucket": "my-crime-project-state"');
  const comment = readFileSync(path.join(on.folder, "plan.md"), "utf8");
  expect(comment).toContain("`crime-data` `google_a.b`: deleted");
  expect(comment).toContain("Planned from abcdef1");
  expect(comment).toContain("https://github.com/octo/crime/actions/runs/42");
  expect(on.calls().at(-1)).toBe(
    "gh api --method POST repos/octo/crime/issues/7/comments --field body=@plan.md --silent",
  );

  on.answer("comment-id", "99\n");
  on.answer("plan-code", "1");
  const second = await run("pull-request", "plan", on);
  expect(second.failed).toEqual(["Plan"]);
  expect(readFileSync(path.join(on.folder, "plan.md"), "utf8")).toContain("Error: 403");
  expect(on.calls().at(-1)).toBe(
    "gh api --method PATCH repos/octo/crime/issues/comments/99 --field body=@plan.md --silent",
  );
});

test("main: shows the plan, applies as the apply identity, brings the flows through the tunnel and tries one", async () => {
  const on = runner(port);
  const plan = await run("main", "plan", on);
  expectWell(plan);
  expect(plan.summary).toContain("## Plan: no changes");
  const before = on.calls().length;
  const deploy = await run("main", "deploy", on);
  expectWell(deploy);
  expect(deploy.account!["service_account"]).toBe("crime-apply@my-crime-project.iam.gserviceaccount.com");
  const calls = on.calls().slice(before);
  expect(calls.filter((call) => call.includes(" apply "))).toEqual(
    ["crime-data", "crime-delivery", "crime-orchestrator"].map(
      (stack) => `terraform ${stack} apply -input=false -auto-approve`,
    ),
  );
  expect(calls.filter((call) => call.includes("start-iap-tunnel crime-kestra 8080"))).toHaveLength(3);
  expect([...kestra.logins]).toEqual(["admin@crime.example.com:the-password"]);
  expect([...kestra.flows.keys()]).toEqual(expect.arrayContaining(["crime_pipeline", "02_gcp_setup"]));
  expect(kestra.runs).toMatchObject([{ flowId: "02_gcp_setup" }]);

  const { run: check } = workflow("drift").jobs["flows"]!.steps!.find(
    ({ name }) => name === "Compare Kestra with main",
  )!;
  const compared = { steps: [{ name: "compare", run: check! }] };
  expectWell(
    await runJob(compared, on.folder, {}, on.env).then(({ steps }) => ({
      failures: steps.filter(({ code }) => code),
    })),
  );
});

test("drift: red, and shown, when the infrastructure or the flows differ from main", async () => {
  const on = runner(port);
  kestra.flows.delete("housekeeping");
  const changed = await run("drift", "flows", on);
  expect(changed.account!["service_account"]).toBe("crime-check@my-crime-project.iam.gserviceaccount.com");
  expect(changed.failed).toEqual(["Compare Kestra with main"]);
  expect(changed.failures[0]!.code).toBe(2);
  expect(changed.summary).toMatch(/\+.*housekeeping/);

  on.answer("plan-code", "2");
  on.answer("plan-json", JSON.stringify({ output_changes: { a: { actions: ["update"] } } }));
  const infrastructure = await run("drift", "infrastructure", on);
  expect(infrastructure.failed).toEqual(["Compare Google Cloud with main"]);
  expect(infrastructure.failures[0]!.code).toBe(2);
  expect(infrastructure.summary).toContain("## Plan: outputs alone change");
});

test("a repository without a bucket for its states is stopped before anything is asked of Google", async () => {
  const on = runner();
  const few = Object.fromEntries(Object.entries(variables).filter(([name]) => name !== "CRIME_STATE_BUCKET"));
  const job = workflow("main").jobs["deploy"]!;
  const { steps } = await runJob(
    job,
    on.folder,
    { ...expressions, "toJSON(vars)": JSON.stringify(few) },
    on.env,
  );
  expect(steps.at(-1)).toMatchObject({ name: "Read the settings", code: 1 });
  expect(steps.at(-1)!.output).toContain("repository variable CRIME_STATE_BUCKET");
  expect(on.calls()).toEqual(["npm ci --ignore-scripts"]);
});
