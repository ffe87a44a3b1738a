import { resolve } from "node:path";
import { loadSettings } from "../config";
import { UserError } from "../errors";
import { prepareLaptop } from "./laptop";

/** `npm run compose`: everything for `docker compose up` on this machine. */
try {
  const settings = loadSettings({ ...process.env, CRIME_STACKS: "crime-local" });
  const folder = resolve(".data/kestra");
  const { credentials, adminPasswordFile } = prepareLaptop(folder, settings);
  console.log(`docker compose -f ${folder}/compose.yaml build dbt`);
  console.log(`docker compose -f ${folder}/compose.yaml up -d --wait`);
  console.log(`Kestra: http://localhost:8080/ as ${settings.adminEmail}, password in ${adminPasswordFile}`);
  if (!credentials)
    console.error("Google tasks will fail: run `gcloud auth application-default login`, then this again");
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
