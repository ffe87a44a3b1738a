import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { settingVariables } from "../../config";
import { lintWorkflows } from "../../scripts/lint-workflows";
import { marker } from "../../scripts/plan-comment";
import { workflowSettings } from "../../scripts/workflow-settings";
import { projectDir, temporaryFolder, writeFile } from "../support/crime";
import { action, stepsOf, workflow, type Job } from "./support/workflow";

const names = readdirSync(path.join(projectDir, ".github/workflows")).map((file) =>
  file.replace(/\.yml$/, ""),
);
const actions = readdirSync(path.join(projectDir, ".github/actions"));
const files = [
  ...names.map((name) => `.github/workflows/${name}.yml`),
  ...actions.map((name) => `.github/actions/${name}/action.yml`),
];
const text = (file: string): string => readFileSync(path.join(projectDir, file), "utf8");
const jobs = names.flatMap((name) =>
  Object.entries(workflow(name).jobs).map(([id, job]): [string, Job] => [`${name}/${id}`, job]),
);

test("every action of somebody else is pinned by its commit, with its version beside it, one pin each", () => {
  const pins = new Map<string, Set<string>>();
  for (const file of files) {
    for (const [line, used] of text(file).matchAll(/^.*\buses: (\S+).*$/gm)) {
      if (used!.startsWith("./")) continue;
      const [, name, pin] = /uses: ([\w-]+\/[\w-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$/.exec(line) ?? [];
      expect(`${file}: ${name && pin ? "pinned" : line}`).toBe(`${file}: pinned`);
      pins.set(name!, (pins.get(name!) ?? new Set()).add(pin!));
    }
  }
  expect([...pins.keys()].sort()).toEqual([
    "actions/checkout",
    "actions/setup-go",
    "actions/setup-node",
    "actions/setup-python",
    "google-github-actions/auth",
    "google-github-actions/setup-gcloud",
    "hashicorp/setup-terraform",
  ]);
  for (const found of pins.values()) expect(found.size).toBe(1);
});

test("no job has a right that it does not need", () => {
  for (const name of names) expect(workflow(name).permissions).toEqual({});
  const cloud = { contents: "read", "id-token": "write" };
  const expected: Record<string, object> = {
    "pull-request/plan": { ...cloud, "pull-requests": "write" },
    "main/plan": cloud,
    "main/deploy": cloud,
    "drift/infrastructure": cloud,
    "drift/flows": cloud,
  };
  for (const [job, { permissions }] of jobs)
    expect([job, permissions]).toEqual([job, expected[job] ?? { contents: "read" }]);
  expect(Object.keys(expected).filter((job) => !jobs.some(([name]) => name === job))).toEqual([]);
});

test("every job ends by itself, and the workflows that plan or apply do not overtake each other", () => {
  for (const [name, job] of jobs) {
    if (job.uses === undefined) expect([name, job["timeout-minutes"]]).toEqual([name, expect.any(Number)]);
  }
  for (const name of ["pull-request", "main", "drift"])
    expect(workflow(name).concurrency?.group).toMatch(name);
});

test("a fork's pull request gets every check and no credentials", () => {
  const { on, jobs: all } = workflow("pull-request");
  expect(Object.keys(on)).toEqual(["pull_request"]);
  expect(all["checks"]).toEqual({
    uses: "./.github/workflows/checks.yml",
    permissions: { contents: "read" },
  });
  expect(all["plan"]!.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
  for (const [name, job] of jobs) {
    if (job.permissions?.["id-token"]) expect(name).not.toMatch(/^checks/);
    if (job.permissions?.["id-token"] && name.startsWith("pull-request"))
      expect(name).toBe("pull-request/plan");
  }
});

test("only a job behind the environment's approval takes the apply identity, and only main has one", () => {
  for (const [name, job] of jobs) {
    const identities = stepsOf(job).flatMap((step) => (step.uses?.includes("/auth@") ? [step.with!] : []));
    const applies = identities.some((inputs) => String(inputs["service_account"]).startsWith("crime-apply@"));
    expect([name, applies]).toEqual([name, name === "main/deploy"]);
    expect([name, job.environment]).toEqual([name, applies ? "production" : undefined]);
  }
  expect(workflow("main").on).toEqual({ push: { branches: ["main"] } });
});

test("no key, no secret, and no expression inside of a script", () => {
  for (const file of files) {
    expect(text(file)).not.toMatch(/secrets\.|credentials_json|pull_request_target/);
  }
  const runs = [
    ...jobs.flatMap(([, job]) => stepsOf(job)),
    ...actions.flatMap((name) => action(name).runs.steps),
  ];
  for (const { run, uses, with: inputs } of runs) {
    expect(run ?? "").not.toContain("${{");
    if (uses?.startsWith("actions/checkout@")) expect(inputs).toEqual({ "persist-credentials": false });
  }
});

test("the comment is found by the line that it begins with", () => {
  expect(text(".github/workflows/pull-request.yml")).toContain(`startswith("${marker}")`);
});

test("versions of the tools stand in one way everywhere", () => {
  for (const key of ["node-version", "python-version", "go-version", "terraform_version"]) {
    const found = files.flatMap((file) =>
      [...text(file).matchAll(new RegExp(`^ +${key}: (\\S+)$`, "gm"))].map((match) => match[1]),
    );
    expect([key, new Set(found).size]).toEqual([key, 1]);
    expect(found[0]).toMatch(/^\d+\.\d+\.\d+$/);
  }
});

test("the settings of a run are the repository's CRIME_ variables; a misspelt one is told", () => {
  expect(workflowSettings({ CRIME_LOCATION: "x-y1", OTHER: "no" }, "octo/crime")).toEqual({
    CRIME_GITHUB_REPOSITORY: "octo/crime",
    CRIME_LOCATION: "x-y1",
  });
  expect(() => workflowSettings({ CRIME_LOCATON: "x" }, "o/c")).toThrow(
    "there is no such setting (repository variable CRIME_LOCATON): see docs/ci.md",
  );
  expect(() => workflowSettings({ CRIME_LOCATION: "x\nPATH=/tmp" }, "o/c")).toThrow("more than one line");
});

test("docs/ci.md names every workflow, and no variable that is no setting", () => {
  const guide = text("docs/ci.md");
  for (const name of names) expect(guide).toContain(`${name}.yml`);
  const named = [...guide.matchAll(/\bCRIME_[A-Z_]+\b/g)].map(([name]) => name);
  expect(named).toEqual(
    expect.arrayContaining(["CRIME_PROJECT_ID", "CRIME_PROJECT_NUMBER", "CRIME_STATE_BUCKET"]),
  );
  for (const name of named) expect(settingVariables).toContain(name);
});

// Everything else here runs without Go: a machine without it is told so, and CI has it.
const go = spawnSync("go", ["version"]).status === 0;
if (!go) console.warn("not run: actionlint, which is built with Go");

(go || process.env["CI"] ? test : test.skip)(
  "actionlint finds nothing here, and a fault where one is",
  () => {
    expect(lintWorkflows()).toBe("");
    const faulty = text(".github/workflows/drift.yml").replace(
      "vars.CRIME_PROJECT_ID",
      "var.CRIME_PROJECT_ID",
    );
    expect(lintWorkflows([writeFile(temporaryFolder(), "drift.yml", faulty)])).toMatch(
      /undefined variable "var"/,
    );
  },
  300_000,
);
