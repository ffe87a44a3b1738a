import { parseSettings } from "../../config";
import { down } from "../../operate/down";
import { leftOver } from "../../operate/left-over";
import { crime } from "../support/crime";
import { settings, World } from "./support/world";

jest.setTimeout(60_000);

const world = new World();
beforeAll(() => world.begin());
afterAll(() => world.end());
beforeEach(() => {
  world.log();
  for (const list of [world.told, world.printed, world.asked]) list.length = 0;
});

const terraform = (): string[] => world.log().filter((line) => !/ init /.test(line));

it("shows what goes and what stays, and destroys nothing when the answer is no", async () => {
  await expect(down(world.surroundings("no"), false)).rejects.toThrow(/^nothing was changed/);
  expect(world.told).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^stays crime-data: buckets my-crime-project-crime-raw, .*disk crime-data \(50 GB\)/,
      ),
      expect.stringMatching(/^goes {2}crime-orchestrator: the VM crime-kestra/),
    ]),
  );
  expect(terraform()).toEqual([
    "synth crime-orchestrator",
    "terraform crime-orchestrator plan -input=false -destroy",
  ]);
});

it("says what failed and how to go on, and the same command goes on", async () => {
  world.fail("terraform crime-orchestrator destroy");
  await expect(down(world.surroundings(), false)).rejects.toThrow(
    /^stage 4, destroy, failed: terraform ended with 1 \(destroy crime-orchestrator\): .*; crime down then goes on from there$/,
  );
  expect(world.printed).toEqual([]);
  world.fail("");
  world.log();
  await down(world.surroundings(), false);
  expect(terraform().at(-1)).toBe("terraform crime-orchestrator destroy -input=false -auto-approve");
});

it("keeps the data, and says what they cost and how they go", async () => {
  await down(world.surroundings(), false);
  expect(world.log().filter((line) => /crime-data/.test(line))).toEqual([]);
  expect(world.asked).toEqual(["Take it down?"]);
  const text = world.printed.join("\n");
  expect(text).toMatch(/left: crime-data: buckets.*\n.*the disk about 6, at 0\.11 a GiB/);
  expect(text).toContain("to remove: npx crime down --including-data");
  expect(text).toContain("Terraform's states in gs://my-crime-project-state");
});

it("destroys the data when they are named, machines first, their locks taken off before", async () => {
  await down(world.surroundings(), true);
  expect(world.asked).toEqual(["The data of my-crime-project go for good. my-crime-project"]);
  expect(terraform()).toEqual([
    "synth crime-orchestrator crime-data false",
    "terraform crime-orchestrator plan -input=false -destroy",
    "terraform crime-data plan -input=false -destroy",
    "synth crime-orchestrator crime-data false",
    "terraform crime-orchestrator destroy -input=false -auto-approve",
    "terraform crime-data apply -input=false -auto-approve",
    "terraform crime-data destroy -input=false -auto-approve",
  ]);
  const text = world.printed.join("\n");
  expect(text).toMatch(/left: snapshots of the disk crime-data\n.*\n.*gcloud compute snapshots delete/);
  expect(text).toContain("gcloud storage rm --recursive gs://my-crime-project-state");
});

it("tells of the federation, where there is one", () => {
  const federation = (includingData: boolean) =>
    leftOver({ ...settings, githubRepository: "octo/crime" }, includingData).find(({ what }) =>
      what.includes("federation"),
    );
  expect(federation(false)).toMatchObject({
    what: expect.stringMatching(/^crime-delivery: /) as string,
    costs: "nothing",
    remove: "npm run destroy -- crime-delivery",
  });
  expect(federation(true)!.what).toContain("30 days");
  expect(
    leftOver(settings, false)
      .map(({ what }) => what)
      .join(),
  ).not.toContain("federation");
});

it("knows of states on this machine", () => {
  const local = parseSettings({ projectId: "my-crime-project", projectNumber: "123456789012" });
  const states = (data: boolean) =>
    leftOver(local, data).find(({ what }) => what.includes("terraform-state"));
  expect(states(true)!.remove).toBe("rm -r terraform-state");
  expect(states(false)!.remove).toMatch(/^keep them/);
  expect(leftOver({ ...settings, dataDiskGb: 200 }, false)[0]!.costs).toContain("about 22,");
});

describe("on the command line", () => {
  const project = { CRIME_PROJECT_ID: "my-crime-project", CRIME_PROJECT_NUMBER: "123456789012" };

  it("refuses to begin where there is nobody to ask", async () => {
    const { code, stdout, stderr } = await crime(["down", "--including-data"], project);
    expect([code, stdout, stderr]).toEqual([
      1,
      "",
      "error: there is nobody to ask (crime down): say --yes\n",
    ]);
    expect(world.log()).toEqual([]);
  });

  it("shows the stages with --dry-run, and does nothing", async () => {
    const { code, stdout } = await crime(["down", "--dry-run", "--yes"], project);
    expect(code).toBe(0);
    expect(stdout).toContain("cdktf.out/stacks/crime-orchestrator: terraform destroy");
    expect(stdout).not.toContain("crime-data");
    expect(world.log()).toEqual([]);
  });
});
