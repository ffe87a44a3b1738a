import { NoProject, parseSettings } from "../../config";
import { UserError } from "../../errors";
import { cloudChecks } from "../../operate/cloud-checks";
import { examine } from "../../operate/examine";
import type { Answer, Probes } from "../../operate/probes";
import { late, machine, marked, missing, refused, said } from "./support/machine";
import { settings } from "./support/world";

const answersKestra = () => Promise.resolve("2.0.7");
const inCloud = async (
  what: string,
  different?: Record<string, Answer>,
  more: {
    settings?: typeof settings | UserError;
    probes?: Partial<Probes>;
    kestra?: () => Promise<string>;
  } = {},
) =>
  marked(
    await examine(
      cloudChecks(machine(different, more.probes), more.settings ?? settings, more.kestra ?? answersKestra),
    ),
    what,
  );

describe("the cloud", () => {
  it("is well", async () => {
    const findings = await examine(cloudChecks(machine(), settings, answersKestra));
    expect(findings.map(({ what, mark, found }) => `${what}: ${mark}: ${found}`)).toEqual([
      "settings: ok: project my-crime-project, zone northamerica-northeast2-a",
      "Google: ok: Google's APIs answer",
      "Terraform: ok: 1.11.4",
      "gcloud: ok: Google Cloud SDK 528.0.0",
      "gcloud account: ok: ada@example.com",
      "application-default credentials: ok: they give a token",
      "project: ok: my-crime-project, number 123456789012",
      "APIs: ok: all 10 are on",
      "state bucket: ok: gs://my-crime-project-state",
      "Kestra: ok: 2.0.7 answers",
    ]);
  });

  it("names the first wrong setting, and judges what does not need them", async () => {
    const lacks = { settings: new NoProject("projectId is missing", "setting projectId", "write it") };
    expect(await inCloud("settings", {}, lacks)).toBe(
      "fault: projectId is missing (setting projectId) -> cp .env.example .env",
    );
    const wrong = { settings: new UserError("42 is not a valid zone", "setting zone", "write one") };
    expect(await inCloud("settings", {}, wrong)).toBe(
      "fault: 42 is not a valid zone (setting zone) -> write one",
    );
    expect(await inCloud("project", {}, lacks)).toBe("warning: not judged: first mend settings");
    const taken = { "gcloud projects describe": refused("no permission") };
    expect(await inCloud("APIs", taken)).toBe("warning: not judged: first mend project");
    expect(await inCloud("gcloud", {}, lacks)).toMatch(/^ok/);
  });

  it("needs a way to Google, and leaves a proxy to gcloud", async () => {
    const away = { reach: () => Promise.resolve({ reason: "no answer within 4 s" }) };
    expect(await inCloud("Google", {}, { probes: away })).toMatch(
      /^fault: Google's APIs cannot be reached: no answer/,
    );
    expect(await inCloud("project", {}, { probes: away })).toBe("warning: not judged: first mend Google");
    const proxy = { ...away, environment: { HTTPS_PROXY: "http://ada:secret@proxy:3128" } };
    expect(await inCloud("Google", {}, { probes: proxy })).toMatch(/^not needed: a proxy is set/);
    expect(await inCloud("project", {}, { probes: proxy })).toMatch(/^ok/);
  });

  it.each([
    ["Terraform", "terraform version", missing, /^fault: not found -> https:\/\/developer\.hashicorp/],
    ["Terraform", "terraform version", late, /^fault: terraform gave no answer within 15 s$/],
    [
      "Terraform",
      "terraform version",
      said('{"terraform_version": "1.8.5"}'),
      /^fault: 1\.8\.5 is too old: 1\.9\.0/,
    ],
    ["Terraform", "terraform version", refused("broken"), /^fault: terraform tells no version: broken/],
    ["gcloud", "gcloud --version", missing, /^fault: not found -> https:\/\/cloud\.google\.com\/sdk/],
    ["gcloud", "gcloud --version", refused("no Python"), /^fault: gcloud does not work: no Python/],
    ["gcloud account", "gcloud auth list", said(), /^fault: nobody is logged in -> gcloud auth login$/],
    ["gcloud account", "gcloud auth list", late, /^fault: no answer within 15 s -> gcloud auth login$/],
    [
      "application-default credentials",
      "gcloud auth application-default",
      refused("not found"),
      /^fault: Terraform has none: not found -> gcloud auth application-default login$/,
    ],
    [
      "project",
      "gcloud projects describe",
      refused("no permission"),
      /^fault: my-crime-project: no permission -> /,
    ],
    [
      "project",
      "gcloud projects describe",
      said("123456789012 DELETE_REQUESTED"),
      /DELETE_REQUESTED -> gcloud projects undelete/,
    ],
    [
      "project",
      "gcloud projects describe",
      said("999999999999 ACTIVE"),
      /^fault: .*number 999999999999, the settings say 123456789012 -> echo CRIME_PROJECT_NUMBER=999999999999 >> \.env$/,
    ],
    [
      "APIs",
      "gcloud services list",
      refused("denied"),
      /^fault: denied -> gcloud services enable serviceusage/,
    ],
    [
      "APIs",
      "gcloud services list",
      said("bigquery.googleapis.com"),
      /^warning: off: cloudresourcemanager, compute, iam, .*oslogin; a deployment switches them on -> gcloud services enable cloudresourcemanager\.googleapis\.com /,
    ],
    [
      "state bucket",
      "gcloud storage buckets describe",
      refused("gs://x not found: 404."),
      /^warning: .* not there yet.* -> npm run bootstrap$/,
    ],
    [
      "state bucket",
      "gcloud storage buckets describe",
      refused("no access"),
      /^fault: gs:\/\/my-crime-project-state: no access/,
    ],
    [
      "Kestra",
      "gcloud compute instances list",
      said(),
      /^not needed: the VM crime-kestra is not deployed yet -> npx crime up$/,
    ],
    [
      "Kestra",
      "gcloud compute instances list",
      refused("API [compute] not enabled"),
      /^not needed: .*not deployed yet/,
    ],
    [
      "Kestra",
      "gcloud compute instances list",
      refused("denied"),
      /^fault: the VM crime-kestra cannot be asked for: denied$/,
    ],
    [
      "Kestra",
      "gcloud compute instances list",
      said("TERMINATED"),
      /^warning: the VM crime-kestra is TERMINATED -> gcloud compute instances start crime-kestra --zone/,
    ],
  ])("%s, when %s says so", async (what, command, answer, finding) => {
    expect(await inCloud(what, { [command]: answer })).toMatch(finding);
  });

  it("wants the APIs that these settings need, and no others", async () => {
    const more = { ...settings, githubRepository: "octo/crime", billingAccount: "012345-6789AB-CDEF01" };
    expect(await inCloud("APIs", {}, { settings: more })).toMatch(
      /^warning: off: iamcredentials, sts, billingbudgets;/,
    );
  });

  it("says where states are without a bucket", async () => {
    const local = parseSettings({ projectId: "my-crime-project", projectNumber: "123456789012" });
    expect(await inCloud("state bucket", {}, { settings: local })).toMatch(
      /^warning: none is set: .* in terraform-state -> echo CRIME_STATE_BUCKET=my-crime-project-state >> \.env && npm run bootstrap$/,
    );
  });

  it("tells why a running Kestra does not answer, without the login in its address", async () => {
    const kestra = () =>
      Promise.reject(
        new UserError("cannot reach http://ada:secret@localhost:1", "GET /configs", "start Kestra"),
      );
    expect(await inCloud("Kestra", {}, { kestra })).toBe(
      "fault: cannot reach http://localhost:1 (GET /configs) -> start Kestra",
    );
    const probes = { environment: { KESTRA_URL: "http://localhost:8080" } };
    const noMachine = { "gcloud projects describe": refused("never needed"), "gcloud compute": missing };
    expect(await inCloud("Kestra", noMachine, { probes })).toBe("ok: 2.0.7 answers");
  });
});
