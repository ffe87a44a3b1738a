import type { ChildProcess } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { slice } from "../../support/crime";
import { listen } from "../../support/server";
import { inArea, type Fault } from "../support/fault";
import { hooked, type Action } from "../support/hook";
import { laptop, type Injected } from "../support/laptop";
import type { RunOptions, World } from "../support/world";
import { DBT, insteadOfDbt } from "./dbt";

const fault = inArea("death");

const PUBLISHES = "published, the same marts as without the death";

/** Killed at one call of node:fs while the next file is published. */
const killedAt = (
  id: string,
  broken: string,
  [action, call, part]: readonly [Action, string, string],
  more: Partial<Injected> & { leaves?: string; heals?: string } = {},
): Fault => {
  const {
    leaves = "the new file may be in the lake; the rest as before",
    heals = PUBLISHES,
    ...injected
  } = more;
  return fault(id, {
    broken,
    says: "",
    exit: "SIGKILL",
    leaves,
    heals,
    prove: laptop((world) => ({
      meet: () => world.run(world.next(), { env: hooked(action, call, part) }),
      again: () => world.run(world.next()),
      gives: "next",
      changes: ["lake"],
      untidy: true,
      ...injected,
    })),
  });
};

/** Ended by a signal while dbt builds. */
const signalled = (id: string, broken: string, signal: NodeJS.Signals): Fault =>
  fault(id, {
    broken,
    says: "",
    exit: signal,
    leaves: "the new file is in the lake; the rest as before",
    heals: PUBLISHES,
    prove: laptop((world) => {
      const begun = path.join(world.folder, "dbt-builds");
      return {
        ...insteadOfDbt(world, buildingUntilAlone(begun)),
        meet: () => world.run(world.next(), { watch: once(/✔ load major_crimes/, signalAt(begun, signal)) }),
        again: () => world.run(world.next()),
        gives: "next",
        changes: ["lake"],
        untidy: true,
      };
    }),
  });

/** dbt, which makes a file when it begins with the first model, and does not end before who has started it. */
const buildingUntilAlone = (file: string): string => `
"${DBT}" "$@" | while read -r line; do
  echo "$line"
  case "$line" in *LogStartLine*)
    touch "${file}"
    while kill -0 $PPID 2>/dev/null; do sleep 0.1; done;;
  esac
done`;

const signalAt = (file: string, signal: NodeJS.Signals) => (child: ChildProcess) => {
  const looking = setInterval(() => {
    if (!existsSync(file)) return;
    clearInterval(looking);
    child.kill(signal);
  }, 20).unref();
};

/** Acts when that line of progress is there. */
function once(sign: RegExp, act: (child: ChildProcess) => void): NonNullable<RunOptions["watch"]> {
  let met = false;
  return (told, child) => {
    if (met || !sign.test(told)) return;
    met = true;
    act(child);
  };
}

/** A server that sends the start of a file and then nothing. */
async function slowServer(world: World): Promise<string> {
  const { url, stop } = await listen((_, response) => {
    response.writeHead(200, { "content-length": 9_999_999 });
    response.write(slice("major_crimes", 1_000));
  });
  world.servers.push(stop);
  return `${url}/slow.csv`;
}

export const DEATH: readonly Fault[] = [
  fault("fetching", {
    broken: "killed while a file comes in",
    says: "",
    exit: "SIGKILL",
    prove: laptop(async (world) => {
      const url = await slowServer(world);
      return {
        meet: () =>
          world.run(world.args(url), {
            watch: (told, child) => {
              if (told.includes("✔ hate_crimes")) setTimeout(() => child.kill("SIGKILL"), 300);
            },
          }),
        untidy: true,
      };
    }),
  }),
  killedAt("landing", "killed between a landed file and its manifest", ["kill", "open", "manifest.json"], {
    leaves: "bytes without a manifest, which do not count; the rest as before",
  }),
  killedAt("manifest", "killed when half of a manifest is written", ["killHalf", "open", "manifest.json"], {
    leaves: "bytes without a manifest, which do not count; the rest as before",
  }),
  killedAt("copying", "killed when the warehouse is copied", ["kill", "copyFile", "warehouse.duckdb"]),
  signalled("building", "killed while dbt builds", "SIGKILL"),
  killedAt("publishing", "killed right before the new file takes its place", [
    "kill",
    "rename",
    "warehouse.duckdb",
  ]),
  killedAt(
    "published",
    "killed right after the new file has taken its place",
    ["kill", "rm", ".outcomes.jsonl"],
    {
      leaves: "the new marts are published; the page is still the old one",
      heals: "unchanged, the marts and page of the new file",
      changes: ["lake", "marts"],
    },
  ),
  killedAt("answers", "killed when half of the answers are written", ["killHalf", "open", "answers.json"], {
    leaves: "the new marts are published; answers and page are still the old ones",
    heals: "unchanged, the marts and page of the new file",
    changes: ["lake", "marts"],
  }),
  killedAt("page", "killed when half of the page is written", ["killHalf", "open", "index.html"], {
    leaves: "the new marts are published; the page is still the old one",
    heals: "unchanged, the marts and page of the new file",
    changes: ["lake", "marts"],
  }),
  signalled("interrupted", "interrupted with Ctrl-C while dbt builds", "SIGINT"),
  signalled("ended", "ended by the system (SIGTERM) while dbt builds", "SIGTERM"),
  fault("restoring", {
    broken: "killed after the pin of a restore is set, before anything is published",
    says: "",
    exit: "SIGKILL",
    heals: "unchanged, the same marts, once crime run --latest has lifted the pin",
    prove: laptop((world) => {
      const day = new Date().toISOString().slice(0, 10);
      return {
        meet: async () => {
          rmSync(world.at("answers.json"));
          const ended = await world.run(["restore", day], { env: hooked("kill", "open", "answers.json") });
          expect(existsSync(world.at(".pin"))).toBe(true);
          return ended;
        },
        again: () => world.run([...world.args(), "--latest"]),
        untidy: true,
      };
    }),
  }),
  fault("twice-at-once", {
    broken: "two runs are started at the same moment",
    says: "error: another run is going on (process …) (…): wait until it is done; delete the file if you know there is none",
    exit: 1,
    leaves: "the first run's publication",
    heals: "unchanged, the marts of the new file",
    prove: laptop((world) => ({
      meet: async () => {
        const both = await Promise.all([world.run(world.next()), world.run(world.next())]);
        expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
        return both.find(({ code }) => code === 1)!;
      },
      again: () => world.run(world.next()),
      gives: "next",
      changes: ["lake", "marts", "page"],
    })),
  }),
];
