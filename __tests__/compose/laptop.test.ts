import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dbtImage } from "../../compose/dbt-image";
import { credentialsFile, prepareLaptop } from "../../compose/laptop";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "crime-laptop-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const settings = {
  adminEmail: "a@example.com",
  postgresVersion: "17.7",
  kestraSecrets: ["SLACK_WEBHOOK", "OTHER"],
};
const nobody = { CLOUDSDK_CONFIG: "/nowhere" };
const read = (name: string) => readFileSync(join(folder, name), "utf8");

test("writes all that `docker compose up` needs", () => {
  const { stack, credentials } = prepareLaptop(folder, settings, nobody);
  expect(credentials).toBeUndefined();
  expect(stack.services["dbt"]!.image).toBe(dbtImage().name);
  expect(read("compose.yaml")).toContain("name: crime\n");
  expect(read("images/dbt/requirements.txt")).toContain("dbt-bigquery==");
  expect(statSync(join(folder, "tasks")).isDirectory()).toBe(true);
});

test("generates secrets once and keeps them", () => {
  prepareLaptop(folder, settings, nobody);
  const first = read("secrets/kestra.env");
  expect(first).toMatch(
    /^KESTRA_SERVER_BASIC_AUTH_PASSWORD='Aa1[0-9a-f]{32}'\nKESTRA_ENCRYPTION_SECRET_KEY='[A-Za-z0-9+/]{43}='\nDATASOURCES_POSTGRES_PASSWORD='[0-9a-f]{48}'\n$/,
  );
  expect(first).toContain(`DATASOURCES_POSTGRES_PASSWORD='${read("secrets/postgres_password")}'`);
  expect(statSync(join(folder, "secrets", "kestra.env")).mode & 0o077).toBe(0);
  prepareLaptop(folder, settings, nobody);
  expect(read("secrets/kestra.env")).toBe(first);
});

test("a secret whose writing was cut off is made anew, never half", () => {
  mkdirSync(join(folder, "secrets"));
  writeFileSync(join(folder, "secrets", "encryption_key.partial"), "ab");
  prepareLaptop(folder, settings, nobody);
  expect(read("secrets/encryption_key")).toHaveLength(44);
  expect(readdirSync(join(folder, "secrets")).filter((name) => name.endsWith(".partial"))).toEqual([]);
});

test("flow secrets come from the environment", () => {
  prepareLaptop(folder, settings, { ...nobody, SLACK_WEBHOOK: "https://hooks.example.com/x" });
  const line = /SECRET_SLACK_WEBHOOK='(.+)'/.exec(read("secrets/kestra.env"))![1]!;
  expect(Buffer.from(line, "base64").toString()).toBe("https://hooks.example.com/x");
  expect(read("secrets/kestra.env")).not.toContain("SECRET_OTHER");
});

test("finds the application-default credentials where gcloud leaves them", () => {
  const file = join(folder, "application_default_credentials.json");
  expect(credentialsFile({ CLOUDSDK_CONFIG: folder })).toBeUndefined();
  writeFileSync(file, "{}");
  expect(credentialsFile({ CLOUDSDK_CONFIG: folder })).toBe(file);
  expect(credentialsFile({ GOOGLE_APPLICATION_CREDENTIALS: file })).toBe(file);
  expect(credentialsFile({}, "/home/nobody")).toBeUndefined();
  expect(credentialsFile({ APPDATA: "/nowhere" })).toBeUndefined();
  expect(prepareLaptop(folder, settings, { CLOUDSDK_CONFIG: folder }).credentials).toBe(file);
});
