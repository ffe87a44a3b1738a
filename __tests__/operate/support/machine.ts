import type { Finding } from "../../../operate/examine";
import type { Answer, Probes } from "../../../operate/probes";

export const said = (...lines: string[]): Answer => ({ kind: "ended", code: 0, lines, said: "no message" });
export const refused = (reason: string): Answer => ({ kind: "ended", code: 1, lines: [], said: reason });
export const missing: Answer = { kind: "missing" };
export const late: Answer = { kind: "late", seconds: 15 };

const files: Readonly<Record<string, string>> = {
  "package.json": '{ "engines": { "node": ">=20.11" } }',
  "requirements.in": "dbt-core==1.11.16\nduckdb==1.5.6\n",
  "requirements.txt":
    "dbt-core==1.11.16 \\\n    --hash=sha256:0\nduckdb==1.5.6 \\\n    --hash=sha256:0\nPy_Yaml==6.0\n" +
    "networkx==3.6 ; python_full_version < '3.12' \\\nnetworkx==3.7 ; python_full_version >= '3.12' \\\n" +
    "tzdata==1 ; sys_platform == 'win32' \\\n",
};

/** A machine on which everything is well; answers are found by the beginning of the command. */
const answers: Readonly<Record<string, Answer>> = {
  "python3.11 --version": said("Python 3.11.9"),
  "python3.11 -c": said(),
  "uv --version": said("uv 0.8.0"),
  "pinned -c": said("dbt-core==1.11.16", "duckdb==1.5.6", "py-yaml==6.0", "networkx==3.6", "pip==25.0"),
  "docker --version": missing,
  "terraform version": said('{ "terraform_version": "1.11.4" }'),
  "gcloud --version": said("Google Cloud SDK 528.0.0"),
  "gcloud auth list": said("ada@example.com"),
  "gcloud auth application-default": said(),
  "gcloud projects describe": said("123456789012 ACTIVE"),
  "gcloud services list": said(
    ...["bigquery", "cloudresourcemanager", "compute", "iam", "secretmanager", "storage"].map(
      (name) => `${name}.googleapis.com`,
    ),
    ...["iap", "logging", "monitoring", "oslogin"].map((name) => `${name}.googleapis.com`),
  ),
  "gcloud storage buckets describe": said(),
  "gcloud compute instances list": said("RUNNING"),
};

/** A machine with other answers than those. */
export function machine(different: Record<string, Answer> = {}, more: Partial<Probes> = {}): Probes {
  const all = { ...answers, ...different };
  return {
    nodeVersion: "v20.20.2",
    platform: "linux",
    environment: {},
    program: (command, args) => {
      const line = [command, ...args].join(" ");
      const name = Object.keys(all).find((beginning) => line.startsWith(beginning));
      if (name === undefined) throw new Error(`nobody expects ${line}`);
      return Promise.resolve(all[name]!);
    },
    reach: () => Promise.resolve({ status: 200 }),
    freeBytes: () => Promise.resolve(50e9),
    file: (name) => Promise.resolve(files[name]),
    python: () => Promise.resolve("python3.11"),
    environmentOfPins: () => Promise.resolve({ python: "pinned", current: true }),
    ...more,
  };
}

export const marked = (findings: readonly Finding[], what: string): string => {
  const { mark, found, fix } = findings.find((finding) => finding.what === what)!;
  return `${mark}: ${found}${fix === undefined ? "" : ` -> ${fix}`}`;
};
