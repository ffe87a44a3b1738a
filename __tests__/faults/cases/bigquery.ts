import { majorCrimes } from "../../../datasets";
import { messageOf } from "../../../errors";
import { checkLanding, type Manifest } from "../../../pipeline/landing-check";
import { MARTS } from "../../../pipeline/marts";
import { slice } from "../../support/crime";
import { Emulated, stopEmulators, type Meddle } from "../support/emulated";
import { inArea, type Fault } from "../support/fault";
import { googleError } from "../support/google-stand-in";
import { judge } from "../support/prove";

const fault = inArea("bigquery");

const [OLD, NEW] = [slice("major_crimes", 20), slice("major_crimes", 30)];

async function manifestOf(text: string): Promise<Manifest> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
    await Promise.resolve();
  }
  const source = { kind: "file", location: "file.csv" } as const;
  const checked = await checkLanding(bytes(), majorCrimes, { source, snapshotDate: "2026-11-24" });
  if ("refused" in checked) throw new Error(checked.refused);
  return checked;
}

/** What a task shows of a job that failed. */
async function failure(work: Promise<void>): Promise<Parameters<typeof judge>[1]> {
  const message = await work.then(
    () => "",
    (error: unknown) => messageOf(error).replace(/\s*\n\s*/g, " "),
  );
  return { code: message === "" ? 0 : 1, signal: null, stdout: "", stderr: message };
}

async function onEmulator(id: string, work: (warehouse: Emulated) => Promise<void>): Promise<void> {
  const warehouse = await Emulated.start(id.replaceAll("-", "_"));
  try {
    await work(warehouse);
  } finally {
    await warehouse.stop();
    // It gets slower with everything that it has ever done.
    await stopEmulators();
  }
}

/** A load that fails leaves the raw table with the rows of the file before; repeated, it holds the new ones. */
const loading = (
  id: string,
  broken: string,
  says: string,
  { meddle, upload = NEW }: { meddle?: Meddle; upload?: string },
): Fault =>
  fault(id, {
    broken,
    says,
    exit: 1,
    leaves: "the raw table as before",
    heals: "loaded, the same rows",
    prove: (declared) =>
      onEmulator(id, async (warehouse) => {
        await warehouse.upload(OLD);
        await warehouse.load(majorCrimes, await manifestOf(OLD));
        const before = await warehouse.rows(majorCrimes);
        expect(before).toHaveLength(20);
        await warehouse.upload(upload);
        warehouse.meddle = meddle;
        judge(declared, await failure(warehouse.load(majorCrimes, await manifestOf(NEW))));
        warehouse.meddle = undefined;
        expect(await warehouse.rows(majorCrimes)).toEqual(before);
        await warehouse.upload(NEW);
        await warehouse.load(majorCrimes, await manifestOf(NEW));
        expect(await warehouse.rows(majorCrimes)).toHaveLength(30);
      }),
  });

/** A publication that breaks off after some marts; repeated, it is whole and recorded once. */
const publishing = (
  id: string,
  broken: string,
  says: string,
  meddle: Meddle,
  { marts, first = false }: { marts: number; first?: boolean },
): Fault =>
  fault(id, {
    broken,
    says,
    exit: 1,
    leaves: `${marts} of ${MARTS.length} marts are new, each whole; the publication is not recorded`,
    heals: "published, all marts of one publication, recorded once",
    prove: (declared) =>
      onEmulator(id, async (warehouse) => {
        const [before, recorded] = first ? ["none", []] : ["old", ["old"]];
        if (!first) {
          await warehouse.audit("old");
          await warehouse.publish("old");
        }
        await warehouse.audit("new");
        warehouse.meddle = meddle;
        judge(declared, await failure(warehouse.publish("new")));
        warehouse.meddle = undefined;
        expect(await warehouse.published()).toEqual({
          marts: MARTS.map((_, at) => (at < marts ? "new" : before)),
          recorded,
        });
        await warehouse.publish("new");
        expect(await warehouse.published()).toEqual({
          marts: MARTS.map(() => "new"),
          recorded: ["new", ...recorded],
        });
      }),
  });

/** Fails the jobs from the nth on that are sent. */
function fromJob(nth: number, answer: (response: Parameters<Meddle>[2]) => void): Meddle {
  let jobs = 0;
  return (url, method, response) => {
    if (method !== "POST" || !url.endsWith("/jobs") || ++jobs < nth) return false;
    answer(response);
    return true;
  };
}

const QUOTA = googleError(403, "quotaExceeded", "Quota exceeded: too many copy jobs");

export const BIGQUERY: readonly Fault[] = [
  loading("load-403", "the load job is refused for want of a right", "403 …/jobs: …Access Denied…", {
    meddle: fromJob(1, googleError(403, "accessDenied", "Access Denied: bigquery.jobs.create")),
  }),
  loading("load-quota", "the quota of load jobs is used up", "403 …/jobs: …Quota exceeded…", {
    meddle: fromJob(1, QUOTA),
  }),
  loading(
    "load-bad-rows",
    "the object in the bucket was cut in a record: the load job ends in an error",
    "400 …/jobs: …wrong number of fields…",
    {
      upload: NEW.slice(0, -60),
    },
  ),
  loading(
    "replace-500",
    "BigQuery fails at the statement that replaces the raw table",
    "500 …/jobs: …Backend Error…",
    {
      meddle: fromJob(2, googleError(500, "backendError", "Backend Error")),
    },
  ),
  publishing(
    "copy-403",
    "copies are refused from the sixth on",
    "403 …/jobs: …Quota exceeded…",
    fromJob(6, QUOTA),
    { marts: 5 },
  ),
  publishing(
    "copy-cut",
    "the connection breaks at the tenth copy of the first publication",
    "other side closed",
    fromJob(10, (response) => void response.destroy()),
    { marts: 9, first: true },
  ),
  publishing(
    "record-500",
    "BigQuery fails at the row that records the first publication",
    "500 …/jobs: …Backend Error…",
    fromJob(MARTS.length + 1, googleError(500, "backendError", "Backend Error")),
    { marts: MARTS.length, first: true },
  ),
];
