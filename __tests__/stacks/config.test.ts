import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "dotenv";
import { loadSettings, parseSettings, variableOf } from "../../config";
import { UserError } from "../../errors";

const required = { projectId: "my-crime-project", projectNumber: "123456789012" };

test("two settings are needed; the rest has defaults in Toronto", () => {
  expect(parseSettings(required)).toEqual({
    ...required,
    location: "northamerica-northeast2",
    zone: "northamerica-northeast2-a",
    datasetPrefix: "crime_",
    namespace: "toronto.crime",
    operators: [],
    readers: [],
    publicDashboard: false,
    schedule: "always",
    pipelineWeekday: 1,
    pipelineHour: 6,
    kestraSecrets: [],
    adminEmail: "admin@crime.example.com",
    machineType: "e2-standard-2",
    dataDiskGb: 50,
    postgresVersion: "17.7",
    noncurrentDays: 90,
    githubEnvironment: "production",
    keepData: true,
    stacks: [],
  });
});

test("text from the environment becomes lists, numbers and flags", () => {
  const settings = parseSettings({
    ...required,
    operators: "user:ada@example.com, group:ops@example.com",
    publicDashboard: "true",
    keepData: "false",
    pipelineHour: "7",
  });
  expect(settings).toMatchObject({
    operators: ["user:ada@example.com", "group:ops@example.com"],
    publicDashboard: true,
    keepData: false,
    pipelineHour: 7,
  });
});

test.each<[object, RegExp]>([
  [
    { projectId: undefined },
    /^projectId is missing \(setting projectId\): write for example my-crime-project in cdktf\.json, \.env or CRIME_PROJECT_ID$/,
  ],
  [
    { projectNumber: "abc" },
    /^"abc" is not a valid projectNumber \(setting projectNumber\): write for example 123456789012 /,
  ],
  [{ location: "US" }, /^"US" is not a valid location .* northamerica-northeast2 .* CRIME_LOCATION$/],
  [
    { zone: "us-central1-a" },
    /^"us-central1-a" is not a zone of northamerica-northeast2 \(setting zone\): .*northamerica-northeast2-a/,
  ],
  [{ operators: ["ada"] }, /^\["ada"\] is not a valid operators .* user:ada@example\.com/],
  [{ schedule: "daily" }, /^"daily" is not a valid schedule .* weekly/],
  [{ pipelineHour: 23 }, /^23 is not a valid pipelineHour/],
  [{ publicDashboard: "maybe" }, /^"maybe" is not a valid publicDashboard .* true/],
  [{ monthlyBudget: 5 }, /^monthlyBudget is set without billingAccount .* 012345-6789AB-CDEF01/],
  [{ billingAccount: "012345-6789AB-CDEF01" }, /^billingAccount is set without monthlyBudget/],
  [{ kestraSecrets: "slack" }, /^"slack" is not a valid kestraSecrets .* SLACK_WEBHOOK/],
  [
    { projcetId: "x" },
    /^there is no setting "projcetId" \(cdktf\.json, context\.crime\): use one of projectId, /,
  ],
])("%j is one clear line", (wrong, line) => {
  const attempt = () => parseSettings({ ...required, ...wrong });
  expect(attempt).toThrow(UserError);
  expect(attempt).toThrow(line);
});

test("a laptop's Kestra needs no project", () => {
  expect(parseSettings({ stacks: "crime-local" }).projectId).toBe("local-laptop");
  expect(() => parseSettings({ stacks: "crime-local,crime-data" })).toThrow("projectId is missing");
});

test("a setting's variable follows from its name", () => {
  expect(variableOf("githubRepository")).toBe("CRIME_GITHUB_REPOSITORY");
});

test(".env.example shows every setting that a user sets, with an example that is valid", () => {
  const example = readFileSync(".env.example", "utf8").replaceAll(/^#(?=CRIME_)/gm, "");
  const shown = Object.keys(parse(example));
  const settings = loadSettings({ ...parse(example), CDKTF_CONTEXT_JSON: "{}" }, "/nowhere");
  const byHand = ["CRIME_KEEP_DATA", "CRIME_STACKS"];
  expect([...shown, ...byHand].sort()).toEqual(Object.keys(settings).map(variableOf).sort());
});

describe("loadSettings", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "crime-config-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const context = (crime: object) => JSON.stringify({ context: { crime } });

  test("the environment stands over .env, which stands over cdktf.json", () => {
    write("cdktf.json", context({ ...required, namespace: "a", adminEmail: "a@a.ca", machineType: "a1-a" }));
    write(".env", "CRIME_NAMESPACE=b\nCRIME_ADMIN_EMAIL=b@b.ca\n");
    expect(loadSettings({ CRIME_NAMESPACE: "c", CRIME_PROJECT_ID: "" }, folder)).toMatchObject({
      namespace: "c",
      adminEmail: "b@b.ca",
      machineType: "a1-a",
      projectId: "my-crime-project",
    });
  });

  test("the CDKTF command line hands the context over itself", () => {
    const given = JSON.stringify({ crime: { ...required, namespace: "from.cli" } });
    expect(loadSettings({ CDKTF_CONTEXT_JSON: given }, folder).namespace).toBe("from.cli");
  });

  test("a cdktf.json without settings leaves all to the environment", () => {
    write("cdktf.json", "{}");
    expect(
      loadSettings({ CRIME_PROJECT_ID: "my-crime-project", CRIME_PROJECT_NUMBER: "123456789012" }, folder),
    ).toMatchObject(required);
  });

  test("an unreadable file is named", () => {
    write("cdktf.json", "{");
    expect(() => loadSettings({}, folder)).toThrow(/cannot be read: .* \(cdktf\.json\): write JSON/);
    expect(() => loadSettings({ CDKTF_CONTEXT_JSON: "{" }, folder)).toThrow(/\(CDKTF_CONTEXT_JSON\)/);
  });
});
