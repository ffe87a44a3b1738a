import { cloudStacks } from "../../stacks/steps";
import { parseSettings } from "../../config";
import { renderStages, upStages } from "../../operate/stages";
import { crime } from "../support/crime";
import { settings, World } from "./support/world";

jest.setTimeout(60_000);

const world = new World();
const everTold: string[] = [];
beforeAll(() => world.begin());
afterAll(() => world.end());
beforeEach(() => {
  world.log();
  world.kestra.changes.length = 0;
  for (const list of [world.told, world.printed, world.asked]) everTold.push(...list.splice(0));
});

const PAGE = "https://storage.cloud.google.com/my-crime-project-crime-dashboard/index.html";
const applies = (log: readonly string[]): string[] => log.filter((line) => / apply /.test(line));
const stages = (): string[] => world.told.filter((line) => line.startsWith("["));

describe("on a new project, a failure in each stage and the same command again", () => {
  it("stops at a fault of the doctor, before anything is made", async () => {
    world.fail("gcloud auth list");
    await expect(world.up()).rejects.toThrow(
      "stage 1, doctor, failed: something that is needed is at fault: gcloud account (doctor): " +
        "mend it as the lines above say; crime up then goes on from there",
    );
    const log = world.log();
    expect(log).toContain("gcloud --version");
    expect(log.filter((line) => /create|synth|terraform/.test(line))).toEqual([]);
  });

  it("stops when the bucket cannot be made", async () => {
    world.fail("gcloud storage buckets create");
    await expect(world.up()).rejects.toThrow(
      /^stage 2, bootstrap, failed: gcloud ended with 1 \(create gs:\/\/my-crime-project-state\): .*crime up then goes on/,
    );
    expect(world.log().some((line) => line.startsWith("synth"))).toBe(false);
  });

  it("stops when a plan fails, and asks nothing", async () => {
    world.fail("terraform crime-orchestrator plan");
    await expect(world.up()).rejects.toThrow(
      /^stage 3, plan, failed: terraform ended with 1 \(plan crime-orchestrator\)/,
    );
    expect([applies(world.log()), world.asked]).toEqual([[], []]);
    expect(world.has("is-bucket")).toBe(true);
  });

  it("changes nothing when the answer is no, and keeps no plan", async () => {
    world.fail("");
    await expect(world.up("no")).rejects.toThrow(/^nothing was changed/);
    expect(world.asked).toEqual([
      "Deploy crime-data, crime-orchestrator, bring the flows to Kestra and run crime_pipeline?",
    ]);
    expect(applies(world.log())).toEqual([]);
    expect(world.has("cdktf.out/stacks/crime-data/crime.tfplan")).toBe(false);
  });

  it("stops at the stack that cannot be applied", async () => {
    world.fail("terraform crime-orchestrator apply");
    await expect(world.up()).rejects.toThrow(
      /^stage 5, deploy, failed: terraform ended with 1 \(apply crime-orchestrator\)/,
    );
    expect(applies(world.log())).toEqual([
      "terraform crime-data apply -input=false crime.tfplan",
      "terraform crime-orchestrator apply -input=false crime.tfplan",
    ]);
  });

  it("goes on with the other stack alone, and gives up waiting with the last reason", async () => {
    world.fail("");
    world.kestra.outages = Infinity;
    await expect(world.up()).rejects.toThrow(
      /^stage 6, wait, failed: Kestra did not become healthy within 0 minutes; last: Kestra answered 503: starting .*get-serial-port-output crime-kestra --zone=northamerica-northeast2-a --project=my-crime-project; crime up then/,
    );
    expect(applies(world.log())).toEqual(["terraform crime-orchestrator apply -input=false crime.tfplan"]);
  });

  it("tells what gcloud says of a tunnel that does not open", async () => {
    world.fail("gcloud compute start-iap-tunnel");
    await expect(world.up()).rejects.toThrow(
      /^stage 6, wait, failed: .*last: gcloud ended: .*as the test wants \(tunnel to crime-kestra\)/,
    );
    world.fail("");
  });

  it("waits for no Kestra that is too old", async () => {
    Object.assign(world.kestra, { outages: 0, version: "1.3.0" });
    await expect(world.up("yes", { patienceMs: 60_000 })).rejects.toThrow(
      /^stage 6, wait, failed: Kestra 1.3.0 is too old/,
    );
    world.kestra.version = "2.0.7";
  });

  it("stops when Kestra refuses a flow, and has changed nothing there", async () => {
    world.kestra.constraints = "tasks: must not be empty";
    await expect(world.up()).rejects.toThrow(/^stage 7, push, failed: Kestra refuses .*must not be empty/);
    expect(world.kestra.changes).toEqual([]);
    world.kestra.constraints = undefined;
  });

  it("tells why a run failed, and that refused data are another thing", async () => {
    world.kestra.next = { state: "FAILED", outcome: "failed" };
    await expect(world.up()).rejects.toMatchObject({
      message: expect.stringMatching(
        /^stage 8, run, failed: crime_pipeline ended FAILED \(run run-1\)/,
      ) as string,
      exitCode: 1,
    });
    expect(world.told).toContain("ERROR land: it broke");
    expect(world.kestra.flows.has("crime_pipeline")).toBe(true);

    world.kestra.next = { state: "FAILED", outcome: "partial", outputs: { reason: "major_crimes: cut off" } };
    await expect(world.up()).rejects.toMatchObject({
      message: expect.stringContaining("ended FAILED: major_crimes: cut off") as string,
      exitCode: 2,
    });
    expect(world.printed).toEqual([]);
  });

  it("waits while Kestra starts, and ends with the page's address", async () => {
    world.kestra.next = { state: "SUCCESS", outcome: "success" };
    world.kestra.outages = 1;
    await world.up("yes", { patienceMs: 30_000 });
    expect(world.told.filter((line) => /^not yet|answers$/.test(line))).toEqual([
      expect.stringContaining("not yet: Kestra answered 503: starting"),
      "Kestra 2.0.7 answers",
    ]);
    expect(world.printed).toEqual([PAGE]);
    expect(stages().map((line) => line.split("] ")[1])).toEqual(
      upStages(settings).map(({ work }) => work as string),
    );
  });

  it("repeats nothing that is done", async () => {
    world.kestra.next = { state: "SUCCESS", outcome: "unchanged" };
    await world.up();
    const log = world.log();
    expect(applies(log)).toEqual([]);
    expect(log.some((line) => line.startsWith("gcloud storage buckets create"))).toBe(false);
    expect(world.told).toEqual(
      expect.arrayContaining([
        "no stack has changes",
        "nothing to deploy",
        "nothing to push",
        "outcome: unchanged",
      ]),
    );
    expect(world.kestra.changes).toEqual(["POST /executions/toronto.crime/crime_pipeline"]);
    expect(world.asked).toEqual(["Bring the flows to Kestra and run crime_pipeline?"]);
  });

  it("follows a run that is going on instead of starting another", async () => {
    // Asked for by the check of health, by the search for such a run, and by who follows it.
    world.kestra.runs.push({
      id: "by-schedule",
      flowId: "crime_pipeline",
      state: "SUCCESS",
      outcome: "success",
      going: 3,
    });
    await world.up();
    expect(world.told).toContain("following the run by-schedule, which is going on");
    expect(world.kestra.changes).toEqual([]);
  });

  it("never tells the password or a token", () => {
    expect(everTold.length).toBeGreaterThan(50);
    expect(everTold.join("\n")).not.toMatch(/Hidden-Passw0rd|ya29/);
  });
});

it("works in the documented order, with the delivery stack where there is a repository", () => {
  const github = parseSettings({
    projectId: "my-crime-project",
    projectNumber: "123456789012",
    githubRepository: "octo/crime",
  });
  expect(upStages(github).map(({ work }) => work)).toEqual([
    "doctor",
    "plan",
    "ask",
    "deploy",
    "wait",
    "push",
    "run",
    "address",
  ]);
  expect(renderStages(upStages(github)).match(/^ {3}\S+: terraform apply.*/gm)).toEqual(
    cloudStacks(github).map(
      (stack) => `   cdktf.out/stacks/${stack}: terraform apply -input=false crime.tfplan`,
    ),
  );
  expect(() => upStages(parseSettings({ stacks: ["crime-local"] }))).toThrow("ask for crime-local alone");
});

describe("on the command line", () => {
  const project = { CRIME_PROJECT_ID: "my-crime-project", CRIME_PROJECT_NUMBER: "123456789012" };

  it("refuses to begin where there is nobody to ask", async () => {
    const { code, stdout, stderr } = await crime(["up"], project);
    expect([code, stdout, stderr]).toEqual([1, "", "error: there is nobody to ask (crime up): say --yes\n"]);
    expect(world.log()).toEqual([]);
  });

  it("shows the stages with --dry-run, and does nothing", async () => {
    const { code, stdout, stderr } = await crime(["up", "--dry-run"], project);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("terraform plan -input=false -detailed-exitcode -out=crime.tfplan");
    expect(world.log()).toEqual([]);
  });

  it("wants settings", async () => {
    const { code, stderr } = await crime(["up", "--dry-run"], { CRIME_PROJECT_ID: "" });
    expect([code, stderr]).toEqual([1, expect.stringContaining("projectId is missing")]);
  });

  it("wants minutes that are a number", async () => {
    const { code, stderr } = await crime(["up", "--wait", "soon"], project);
    expect([code, stderr]).toEqual([1, expect.stringContaining("write a number of minutes")]);
  });
});
