import { parseSettings } from "../../config";
import { execute, type Run } from "../../stacks/execute";
import { outputsOf, readOutputs } from "../../stacks/outputs";
import { stepsOf, type InfraOptions, type Step } from "../../stacks/steps";

const settings = parseSettings({
  projectId: "my-crime-project",
  projectNumber: "123456789012",
  githubRepository: "octo/crime",
  stateBucket: "my-crime-project-state",
});
const withoutRepository = parseSettings({ projectId: "my-crime-project", projectNumber: "123456789012" });
const line = ({ command, args, folder }: Step) =>
  `${folder ? `${folder.split("/").pop()}: ` : ""}${command.split("/").pop()} ${args.join(" ")}`;
const lines = (command: Parameters<typeof stepsOf>[0], options?: InfraOptions) =>
  stepsOf(command, settings, options).map(line);

const synth = "node --import tsx main.ts";

test("every command synthesizes the stacks that the settings make", () => {
  expect(lines("plan")[0]).toBe(`${synth} crime-data crime-delivery crime-orchestrator`);
  expect(line(stepsOf("deploy", withoutRepository)[0]!)).toBe(`${synth} crime-data crime-orchestrator`);
});

test("plan asks nothing, and takes no lock when it may only read", () => {
  expect(lines("plan", { stacks: ["crime-data"] })).toEqual([
    `${synth} crime-data`,
    "crime-data: terraform init -input=false",
    "crime-data: terraform plan -input=false",
  ]);
  expect(lines("plan", { stacks: ["crime-data"], withoutLock: true }).at(-1)).toBe(
    "crime-data: terraform plan -input=false -lock=false",
  );
});

test("a plan can be kept, and then exactly that is applied", () => {
  const kept = stepsOf("plan", withoutRepository, { kept: true }).filter(({ args }) => args[0] === "plan");
  expect(kept.map(({ args, alsoWell }) => [args.join(" "), alsoWell])).toEqual([
    ["plan -input=false -detailed-exitcode -out=crime.tfplan", 2],
    ["plan -input=false -detailed-exitcode -out=crime.tfplan", 2],
  ]);
  expect(lines("deploy", { kept: true, stacks: ["crime-data"] })).toEqual([
    "crime-data: terraform apply -input=false crime.tfplan",
  ]);
});

test("what destroy would take down can be shown before", () => {
  expect(lines("plan", { destroying: true }).filter((text) => !text.includes("init"))).toEqual([
    `${synth} crime-orchestrator`,
    "crime-orchestrator: terraform plan -input=false -destroy",
  ]);
  const [first, ...rest] = stepsOf("plan", settings, { destroying: true, includingData: true });
  expect(first!.env).toMatchObject({ CRIME_KEEP_DATA: "false" });
  expect(line(rest.at(-1)!)).toBe("crime-data: terraform plan -input=false -destroy");
});

test("deploy applies in order and leaves the question to terraform", () => {
  expect(lines("deploy").filter((text) => text.includes("apply"))).toEqual([
    "crime-data: terraform apply",
    "crime-delivery: terraform apply",
    "crime-orchestrator: terraform apply",
  ]);
  expect(lines("deploy", { yes: true, stacks: ["crime-local"] }).at(-1)).toBe(
    "crime-local: terraform apply -input=false -auto-approve",
  );
});

test("destroy keeps the data and the federation", () => {
  expect(lines("destroy", { yes: true })).toEqual([
    `${synth} crime-orchestrator`,
    "crime-orchestrator: terraform init -input=false",
    "crime-orchestrator: terraform destroy -input=false -auto-approve",
  ]);
});

test("the federation goes when it is named", () => {
  expect(lines("destroy", { stacks: ["crime-delivery", "crime-orchestrator"], yes: true })).toEqual([
    `${synth} crime-orchestrator crime-delivery`,
    "crime-orchestrator: terraform init -input=false",
    "crime-orchestrator: terraform destroy -input=false -auto-approve",
    "crime-delivery: terraform init -input=false",
    "crime-delivery: terraform destroy -input=false -auto-approve",
  ]);
});

test("destroying the data is asked for by name, and takes their locks off first", () => {
  const steps = stepsOf("destroy", settings, { includingData: true });
  expect(steps[0]!.env).toMatchObject({ CRIME_KEEP_DATA: "false" });
  expect(line(steps[0]!)).toBe(`${synth} crime-orchestrator crime-delivery crime-data`);
  expect(steps.slice(-3).map(line)).toEqual([
    "crime-data: terraform init -input=false",
    "crime-data: terraform apply",
    "crime-data: terraform destroy",
  ]);
  expect(() => stepsOf("destroy", settings, { stacks: ["crime-data"] })).toThrow(
    "crime-data holds the data (destroy): add --including-data",
  );
});

test("outputs are captured by stack, and nothing else is printed", () => {
  const steps = stepsOf("outputs", withoutRepository);
  expect(steps.filter(({ args }) => args[0] === "init").every(({ quiet }) => quiet)).toBe(true);
  const captured = steps.filter(({ capture }) => capture);
  expect(captured.map(({ capture, args }) => [capture, args.join(" ")])).toEqual([
    ["crime-data", "output -json"],
    ["crime-orchestrator", "output -json"],
  ]);
});

test("bootstrap makes a private, versioned bucket once", () => {
  expect(lines("bootstrap")).toEqual([
    "gcloud storage buckets create gs://my-crime-project-state --project=my-crime-project" +
      " --location=northamerica-northeast2 --uniform-bucket-level-access --public-access-prevention",
    "gcloud storage buckets update gs://my-crime-project-state --versioning",
  ]);
  expect(() => stepsOf("bootstrap", withoutRepository)).toThrow(
    "stateBucket is missing (setting stateBucket): write for example my-crime-project-state",
  );
});

test("a stack that the settings do not make is named", () => {
  expect(() => stepsOf("plan", withoutRepository, { stacks: ["crime-delivery"] })).toThrow(
    'there is no stack "crime-delivery" with these settings (stack name): use crime-data, crime-orchestrator, crime-local',
  );
});

describe("execute", () => {
  const step = (more: Partial<Step> = {}): Step => ({
    title: "apply crime-data",
    command: "terraform",
    args: ["apply"],
    ...more,
  });
  const answers = (...statuses: (number | null)[]): { run: Run; calls: string[] } => {
    const calls: string[] = [];
    return {
      calls,
      run: (command, args, { cwd, stdio }) => {
        calls.push([cwd ?? ".", command, ...args, stdio[1]].join(" "));
        return { status: statuses.shift() ?? null, stdout: Buffer.from(`printed by ${args.join(" ")}`) };
      },
    };
  };

  test("runs in order, shows the titles, keeps what is captured", () => {
    const told: string[] = [];
    const { run, calls } = answers(0, 0);
    const captured = execute(
      [step({ folder: "f" }), step({ title: "read", args: ["output"], capture: "crime-data" })],
      (t) => told.push(t),
      run,
    );
    expect(told).toEqual(["apply crime-data", "read"]);
    expect(calls).toEqual(["f terraform apply inherit", ". terraform output pipe"]);
    expect(captured).toEqual({ "crime-data": "printed by output" });
  });

  test("keeps quiet about what nobody needs to see", () => {
    const { run, calls } = answers(0);
    execute([step({ quiet: true })], () => undefined, run);
    expect(calls).toEqual([". terraform apply ignore"]);
  });

  test("stops at the first failure and names it", () => {
    const { run, calls } = answers(1, 0);
    expect(() => execute([step(), step()], () => undefined, run)).toThrow(
      "terraform ended with 1 (apply crime-data): ",
    );
    expect(calls).toHaveLength(1);
    expect(() => execute([step()], () => undefined, answers(null).run)).toThrow("ended with a signal");
  });

  test("tells the exit codes that mean well", () => {
    const codes: number[] = [];
    const note = (_: Step, code: number) => void codes.push(code);
    execute([step(), step({ alsoWell: 2 })], () => undefined, answers(0, 2).run, note);
    expect(codes).toEqual([0, 2]);
    expect(() => execute([step({ alsoWell: 2 })], () => undefined, answers(1).run, note)).toThrow(
      "terraform ended with 1",
    );
  });

  test("leaves out what is already done", () => {
    const told: string[] = [];
    const { run, calls } = answers(0);
    execute([step({ unless: ["describe"] })], (text) => told.push(text), run);
    expect([calls, told]).toEqual([[". terraform describe ignore"], ["apply crime-data: already done"]]);
    const missing = answers(1, 0);
    execute([step({ unless: ["describe"] })], () => undefined, missing.run);
    expect(missing.calls).toHaveLength(2);
  });

  test("a missing program is named with what to do", () => {
    const nothing = () => ({
      status: null,
      stdout: Buffer.from(""),
      error: Object.assign(new Error("spawn"), { code: "ENOENT" }),
    });
    expect(() => execute([step()], () => undefined, nothing)).toThrow(
      "terraform was not found (apply crime-data): install Terraform 1.9",
    );
    expect(() => execute([step({ command: "npx" })], () => undefined, nothing)).toThrow(
      "install it and try again",
    );
  });

  test("adds to the environment and runs for real", () => {
    const captured = execute(
      [
        step({
          command: process.execPath,
          args: ["-p", "process.env.X"],
          env: { X: "y" },
          capture: "crime-data",
        }),
      ],
      () => undefined,
    );
    expect(captured["crime-data"]!.trim()).toBe("y");
  });
});

describe("readOutputs", () => {
  const printed = (values: Record<string, string>) =>
    JSON.stringify(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])));
  const all = outputsOf(settings);
  const texts = {
    "crime-data": printed(all["crime-data"]),
    "crime-orchestrator": printed(all["crime-orchestrator"]),
  };

  test("joins what the stacks tell", () => {
    expect(readOutputs(texts)).toEqual({ ...all["crime-data"], ...all["crime-orchestrator"] });
    expect(readOutputs({ ...texts, "crime-delivery": printed(all["crime-delivery"]) }).plan_account).toBe(
      "crime-plan@my-crime-project.iam.gserviceaccount.com",
    );
  });

  test("a stack that is not deployed is named", () => {
    expect(() => readOutputs({ ...texts, "crime-orchestrator": "{}" })).toThrow(
      "output host_name is missing (stack crime-orchestrator): deploy it first",
    );
    expect(() => readOutputs({ "crime-data": texts["crime-data"] })).toThrow("stack crime-orchestrator");
  });
});
