import { KV_ENTRIES } from "../../kestra/kv-entries";
import { crime, temporaryFolder, writeFile, type Ended } from "../support/crime";
import { KestraStandIn } from "../support/kestra-stand-in";
import { outputs } from "./support";

jest.setTimeout(60_000);

const file = writeFile(temporaryFolder(), "outputs.json", JSON.stringify(outputs));
const env = { KESTRA_USERNAME: "u", KESTRA_PASSWORD: "p" };

let kestra: KestraStandIn;
let url: string;
beforeEach(async () => {
  kestra = new KestraStandIn();
  url = await kestra.start();
});
afterEach(() => kestra.stop());

const run = (name: string, ...args: string[]): Promise<Ended> =>
  crime(["kestra", name, "--outputs", file, "--url", url, ...args], env);

it.each([["status"], ["run", "crime_pipeline"], ["restore", "2026-01-01"], ["plan"]])(
  "%s works with no server that is too old",
  async (...args: [string, ...string[]]) => {
    kestra.version = "1.3.44";
    const asked: string[] = [];
    kestra.meddle = (call) => void asked.push(call);
    expect(await run(...args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Kestra 1.3.44 is too old: 2.0 or later is needed") as string,
    });
    expect(asked).toEqual(["GET /configs"]);
  },
);

it("keeps out of KV what --set gives of the infrastructure alone", async () => {
  const infrastructure = ["host_name=h", "host_zone=z", "kestra_port=8080", "pipeline_cron=0 7 * * 2"];
  const given = [...infrastructure, "admin_password_secret=s", "location=l", "extra=1"];
  const { code, stdout } = await run("plan", "--json", ...given.flatMap((text) => ["--set", text]));
  const { changes } = JSON.parse(stdout) as { changes: { kind: string; key: string }[] };
  const keys = changes.filter(({ kind }) => kind === "kv").map(({ key }) => key);
  expect([code, keys]).toEqual([2, [...Object.keys(KV_ENTRIES), "extra"]]);
});

describe("kestra status", () => {
  const ages = { data_age_days: 45, publisher_age_days: null, warnings: ["the last report is 45 days old"] };
  const freshness = JSON.stringify({ major_crimes: ages });
  const ended = (day: string, outcome: string, known: string, going = 0) =>
    void kestra.runs.push({
      ...{ id: day, flowId: "crime_pipeline", started: `${day}T10:00:00Z`, going },
      ...{ state: outcome === "unchanged" ? "SUCCESS" : "FAILED", outcome, outputs: { freshness: known } },
    });

  it("tells the ages by the newest run that knows them, a refused one, too, and its day", async () => {
    ended("2026-10-26", "unchanged", '{"major_crimes":{"data_age_days":38,"warnings":[]}}');
    ended("2026-11-02", "refused", freshness);
    ended("2026-11-09", "failed", '""');
    ended("2026-11-16", "unchanged", freshness.replaceAll("45", "59"), 9);
    const { code, stdout } = await run("status");
    expect([code, stdout.split("\n").slice(4)]).toEqual([
      0,
      [
        "ages by the run of 2026-11-02T10:00:00Z:",
        "major_crimes: data 45 days, publisher's file not known",
        "! major_crimes: the last report is 45 days old",
        "",
      ],
    ]);
    expect(JSON.parse((await run("status", "--json")).stdout)).toMatchObject({
      freshness: { run: { id: "2026-11-02", outcome: "refused" }, ages: { major_crimes: ages } },
    });
  });

  it("says when no run knows them", async () => {
    expect((await run("status")).stdout).toBe("crime_pipeline has never run\n");
    ended("2026-11-09", "failed", "");
    expect((await run("status")).stdout).toMatch(/\nnone of these runs tells how old the data are\n$/);
  });
});
