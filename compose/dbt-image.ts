import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The build context of the dbt image: file name in the image's folder -> content. */
export interface DbtImage {
  /** `crime-dbt:<hash of the files>`: the same files give the same name on every machine. */
  readonly name: string;
  readonly files: Readonly<Record<"Dockerfile" | "requirements.txt", string>>;
}

/** The dbt image as this checkout defines it. */
export function dbtImage(): DbtImage {
  const files = {
    Dockerfile: readFileSync(join(__dirname, "images", "dbt", "Dockerfile"), "utf8"),
    "requirements.txt": readFileSync(join(__dirname, "..", "requirements-bigquery.txt"), "utf8"),
  };
  const hash = createHash("sha256").update(files.Dockerfile).update(files["requirements.txt"]).digest("hex");
  return { name: `crime-dbt:${hash.slice(0, 12)}`, files };
}
