import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { resourcesWith } from "../../cost/synthesize";
import { volumes } from "../../cost/volumes";
import { parseSettings } from "../../config";
import { readProject } from "../../scripts/dictionary-read";
import { renderDictionary } from "../../scripts/dictionary-render";
import { namesOf } from "../../stacks/names";
import { projectDir } from "../support/crime";
import { anchorsOf, linksOf, read } from "./support/markdown";

const project = readProject(path.join(projectDir, "dbt_crime"));

test("the data dictionary is what the YAML files of dbt say", () => {
  expect(read("docs/data-dictionary.md")).toBe(renderDictionary(project));
});

test("every model is in the YAML, and every column of a mart has a type and says what it is", () => {
  const files = readdirSync(path.join(projectDir, "dbt_crime/models"), { recursive: true, encoding: "utf8" });
  const models = files.filter((name) => name.endsWith(".sql")).map((name) => path.basename(name, ".sql"));
  const described = Object.values(project.models).flat();
  expect(described.map(({ name }) => name).sort()).toEqual(models.sort());
  const columns = project.models.marts.flatMap(({ name, columns: of = [] }) =>
    of.map((column) => ({ ...column, name: `${name}.${column.name}` })),
  );
  const bare = columns.filter(({ data_type, description }) => !data_type || !description);
  expect(bare.map(({ name }) => name)).toEqual([]);
  expect(columns.length).toBeGreaterThan(100);
});

test("what the cost table assumes a build to read is more than all models and tests together", () => {
  const tables = Object.values(project.models).flat();
  const tests = tables.flatMap(({ data_tests = [], columns = [] }) => [
    ...data_tests,
    ...columns.flatMap((column) => column.data_tests ?? []),
  ]);
  const assumed = Number(/each of (\d+) statements/.exec(volumes.scanned.because)![1]);
  // Besides them: a copy of each mart, and the page's queries.
  expect(assumed).toBeGreaterThan(
    tables.length + tests.length + project.tests.length + project.models.marts.length + 12,
  );
});

describe("the index of decisions", () => {
  const files = readdirSync(path.join(projectDir, "docs/decisions")).filter((name) => /^\d{4}-/.test(name));

  test("lists every decision under its own title", () => {
    const lines = files.sort().map((name) => {
      const title = read(`docs/decisions/${name}`).split("\n")[0]!.replace(/^# /, "");
      return `- [${title}](${name})`;
    });
    expect(read("docs/decisions/README.md").match(/^- \[.+$/gm)).toEqual(lines);
  });

  test.each(files)("%s carries the number of its file, and says question, choice and price", (name) => {
    const text = read(`docs/decisions/${name}`);
    expect(text).toMatch(new RegExp(`^# ${Number(name.slice(0, 4))}\\. `));
    for (const part of ["Question", "Choice", "Price"]) expect(text).toContain(`**${part}.**`);
  });
});

describe("the rooms of docs/architecture.md", () => {
  const section = read("docs/architecture.md").split("## The rooms")[1]!.split("\nInside")[0]!;
  const rooms = [...section.matchAll(/^\|(?: `main.ts`,)? `([\w.]+?)(?:\/|\.ts)?` \|/gm)].map(
    ([, room]) => room!,
  );
  const files = readdirSync(projectDir, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && !/^(\.|node_modules|cdktf\.out|coverage|__tests__)/.test(entry.name),
    )
    .flatMap(({ name: room }) =>
      readdirSync(path.join(projectDir, room), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.m?ts$/.test(name) && !name.includes("node_modules"))
        .map((name) => ({ room, file: `${room}/${name}` })),
    );

  test("hold every folder of code", () => {
    expect([...new Set(files.map(({ room }) => room))].filter((room) => !rooms.includes(room))).toEqual([]);
    expect(rooms).toEqual(expect.arrayContaining(["dbt_crime", "config", "errors"]));
  });

  test("import only from rooms below", () => {
    const upward = files.flatMap(({ room, file }) =>
      [...read(file).matchAll(/(?:from|import\(|require\() ?"((?:\.\.?\/)+[^"]+)"/g)].flatMap(
        ([, address]) => {
          const target = path
            .join(path.dirname(file), address!)
            .split("/")[0]!
            .replace(/\.(js|ts)$/, "");
          const at = rooms.indexOf(target);
          return at >= 0 && at < rooms.indexOf(room) ? [`${file} imports ${address}`] : [];
        },
      ),
    );
    expect(upward).toEqual([]);
  });
});

const pages = [
  "README.md",
  ...readdirSync(path.join(projectDir, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

test.each(pages)("the links of %s lead somewhere", (page) => {
  const dead = linksOf(page).filter((address) => {
    const [file, anchor] = address.split("#");
    const target = file === "" ? page : path.join(path.dirname(page), file!);
    if (!existsSync(path.join(projectDir, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(dead).toEqual([]);
});

describe("the runbook", () => {
  const runbook = read("docs/runbook.md");
  const resources = resourcesWith("weekly");

  test("names every alert as it is called", () => {
    const names = resources
      .filter(({ type }) => type === "google_monitoring_alert_policy")
      .map(({ args }) => args["display_name"] as string);
    expect(names.length).toBe(4);
    expect(names.filter((name) => !runbook.includes(`*${name}*`))).toEqual([]);
  });

  test("names the machine, disk, buckets and secrets as a deployment does", () => {
    const settings = { projectId: "my-crime-project", projectNumber: "123456789012" };
    const names = namesOf(parseSettings({ ...settings, kestraSecrets: "SLACK_WEBHOOK" }));
    const { adminPassword, databasePassword, encryptionKey, flows } = names.secrets;
    const known = [
      ...[names.host, names.dataDisk, names.rawBucket, names.processedBucket],
      ...[adminPassword, databasePassword, encryptionKey, ...Object.values(flows)],
      ...["crime-data", "crime-orchestrator", "my-crime-project", "toronto-crime", "toronto-crime-pipeline"],
    ];
    const written = runbook.replace(/https?:\S+/g, "").match(/\b(?:my-|toronto-)?crime-[a-z-]+[a-z]\b/g)!;
    expect([...new Set(written)].filter((name) => !known.includes(name))).toEqual([]);
    for (const [, dataset] of runbook.matchAll(/(?:from|join) (crime_\w+)\./g)) {
      expect(Object.values(names.datasets)).toContain(dataset);
    }
  });

  test("imports the data disk under the address that it has in the stack", () => {
    const [, address] = /import google_compute_disk\.(\w+)/.exec(runbook)!;
    const disk = resources.find(({ type }) => type === "google_compute_disk")!;
    expect(JSON.stringify(disk.args["//"])).toContain(`"uniqueId":"${address}"`);
  });
});

test("infrastructure.md imports the federation under the addresses that it has in the stack", () => {
  const resources = resourcesWith("weekly");
  const imports = [...read("docs/infrastructure.md").matchAll(/ import (google_\w+)\.(\w+) /g)];
  expect(imports.map(([, type]) => type)).toEqual([
    "google_iam_workload_identity_pool",
    "google_iam_workload_identity_pool_provider",
  ]);
  for (const [, type, address] of imports) {
    const { args } = resources.find((resource) => resource.type === type)!;
    expect(JSON.stringify(args["//"])).toContain(`"uniqueId":"${address}"`);
  }
});
