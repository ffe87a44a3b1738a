import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { dockerPackages, images } from "../../compose/versions";
import { parseSettings } from "../../config";
import { projectDir } from "../support/crime";
import { stepsOf, workflow } from "./support/workflow";

/**
 * Renovate's own check comes with the whole of Renovate, several hundred packages, so it is not run here: this holds
 * that each of our rules for it meets what it is meant for.
 */
interface Manager {
  readonly description: string;
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
  readonly datasourceTemplate: string;
  readonly depNameTemplate?: string;
}

const read = (file: string): string => readFileSync(path.join(projectDir, file), "utf8");
const renovate = JSON.parse(read("renovate.json")) as {
  automerge: boolean;
  customManagers: Manager[];
  packageRules: {
    matchManagers?: string[];
    matchPackageNames?: string[];
    automerge?: boolean;
    enabled?: boolean;
  }[];
  pip_requirements: { managerFilePatterns: string[] };
};

const files = [
  "config.ts",
  "compose/versions.ts",
  "scripts/lint-workflows.ts",
  ...readdirSync(path.join(projectDir, "kestra/flows")).map((name) => `kestra/flows/${name}`),
  ...readdirSync(path.join(projectDir, ".github/workflows")).map((name) => `.github/workflows/${name}`),
  ...readdirSync(path.join(projectDir, ".github/actions")).map(
    (name) => `.github/actions/${name}/action.yml`,
  ),
];
const pattern = (text: string): RegExp => new RegExp(/^\/(.*)\/$/.exec(text)![1]!);

/** `file name version` of all that a rule finds. */
function found({ managerFilePatterns, matchStrings, depNameTemplate }: Manager): string[] {
  return files
    .filter((file) => managerFilePatterns.some((text) => pattern(text).test(file)))
    .flatMap((file) =>
      matchStrings.flatMap((text) =>
        [...read(file).matchAll(new RegExp(text, "g"))].map(
          ({ groups }) => `${file} ${groups!["depName"] ?? depNameTemplate} ${groups!["currentValue"]}`,
        ),
      ),
    );
}
const all = renovate.customManagers.flatMap(found);

test.each(renovate.customManagers)("renovate: $description", (manager) => {
  expect(found(manager).length).toBeGreaterThan(0);
  for (const line of found(manager)) expect(line).toMatch(/^\S+ [a-z0-9./-]+ v?\d\S*$/);
  // Renovate's engine for expressions is RE2, which knows neither.
  expect(manager.matchStrings.join()).not.toMatch(/\(\?[=!]|\(\?<[=!]|\\[1-9]/);
});

test("renovate meets every image and package of the VM, the laptop and the flows, and nothing twice", () => {
  for (const image of Object.values(images)) {
    expect(all).toContain(`compose/versions.ts ${image.replace(":", " ")}`);
  }
  const { postgresVersion } = parseSettings({ projectId: "my-crime-project", projectNumber: "123456" });
  expect(all).toContain(`config.ts postgres ${postgresVersion}`);
  for (const pin of dockerPackages) expect(all).toContain(`compose/versions.ts ${pin.replace("=", " ")}`);
  for (const file of files.filter((name) => name.startsWith("kestra/"))) {
    const used = [...read(file).matchAll(/^ +containerImage: ([^"\s]+)$/gm)].map(([, image]) => image!);
    expect(all.filter((line) => line.startsWith(`${file} `))).toEqual(
      used.map((image) => `${file} ${image.replace(":", " ")}`),
    );
  }
});

test("renovate merges nothing by itself", () => {
  expect(renovate.automerge).toBe(false);
  expect(renovate.packageRules.filter(({ automerge }) => automerge)).toEqual([]);
});

test("renovate touches the Python packages that requirements*.in names, and no other pin", () => {
  const sources = readdirSync(projectDir).filter((name) => /^requirements.*\.in$/.test(name));
  for (const name of sources) {
    expect(renovate.pip_requirements.managerFilePatterns.some((text) => pattern(text).test(name))).toBe(true);
  }
  const named = sources.flatMap((name) =>
    [...read(name).matchAll(/^([\w-]+)==/gm)].map(([, found]) => found!),
  );
  const rules = renovate.packageRules.filter(({ matchManagers }) =>
    matchManagers?.includes("pip_requirements"),
  );
  expect(rules.map(({ enabled }) => enabled)).toEqual([false, true]);
  expect(rules[1]!.matchPackageNames).toEqual([...new Set(named)].sort());
});

test("every version in package.json is exact", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<
    string,
    Record<string, string>
  >;
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
});

test("the container has the versions of the workflows", () => {
  const container = read(".devcontainer/devcontainer.json");
  const inputs = stepsOf(workflow("drift").jobs["flows"]!)
    .concat(stepsOf(workflow("checks").jobs["infrastructure"]!))
    .map((step) => step.with ?? {});
  const version = (key: string): string => String(inputs.find((input) => key in input)![key]);
  expect(container).toContain(`-${version("node-version").split(".")[0]}-bookworm`);
  expect(container).toContain(`"version": "${version("terraform_version")}"`);
  expect(container).toContain(`features/go:1.3.2": { "version": "${version("go-version")}" }`);
  expect(container).toContain(`google-cloud-cli:1": { "version": "${version("version")}" }`);
  // Debian 12 brings Python 3.11.
  expect(version("python-version")).toMatch(/^3\.11\./);
  const recommended = JSON.parse(read(".vscode/extensions.json")) as { recommendations: string[] };
  for (const extension of recommended.recommendations) expect(container).toContain(`"${extension}"`);
});
