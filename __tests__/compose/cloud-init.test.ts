import { load } from "js-yaml";
import { renderBoot, type BootSettings } from "../../compose/cloud-init";

const settings: BootSettings = {
  projectId: "my-crime-project",
  adminEmail: "admin@example.com",
  postgresVersion: "17.7",
  dataDisk: "crime-data",
  secrets: {
    adminPassword: "crime-admin-password",
    databasePassword: "crime-database-password",
    encryptionKey: "crime-encryption-key",
    flows: { SLACK_WEBHOOK: "crime-flow-slack-webhook" },
  },
};

interface Document {
  write_files: { path: string; permissions: string; content: string }[];
  runcmd: string[][];
}
const document = (more: Partial<BootSettings> = {}) =>
  load(renderBoot({ ...settings, ...more }).userData) as Document;
const file = (path: string, more: Partial<BootSettings> = {}) =>
  document(more).write_files.find((found) => found.path === path)!.content;

test("writes the settings, the Compose file, the image's files, the scripts and their units", () => {
  expect(document().write_files.map(({ path, permissions }) => `${permissions} ${path}`)).toEqual([
    "0644 /etc/crime/boot.env",
    "0644 /opt/crime/compose.yaml",
    "0644 /opt/crime/images/dbt/Dockerfile",
    "0644 /opt/crime/images/dbt/requirements.txt",
    "0755 /opt/crime/boot/install-docker.sh",
    "0755 /opt/crime/boot/mount-disk.sh",
    "0755 /opt/crime/boot/secrets.sh",
    "0755 /opt/crime/boot/migrate-postgres.sh",
    "0755 /opt/crime/boot/start.sh",
    "0755 /opt/crime/boot/disk-usage.sh",
    "0644 /etc/systemd/system/crime.service",
    "0644 /etc/systemd/system/crime-disk.service",
    "0644 /etc/systemd/system/crime-disk.timer",
  ]);
});

test("the unit runs the steps in order, and again when one fails", () => {
  const unit = file("/etc/systemd/system/crime.service");
  const steps = [...unit.matchAll(/^Exec\w+=\/opt\/crime\/boot\/(.+)\.sh$/gm)].map(([, name]) => name);
  expect(steps).toEqual(["install-docker", "mount-disk", "secrets", "migrate-postgres", "start"]);
  expect(unit).toContain("Restart=on-failure");
});

test("the unit stops and starts again with Docker's daemon", () => {
  const unit = file("/etc/systemd/system/crime.service");
  expect(unit).toMatch(/^After=.*\bdocker\.service$/m);
  expect(unit).toMatch(/^PartOf=docker\.service$/m);
});

test("the scripts learn their settings from one file of quoted lines", () => {
  const environment = file("/etc/crime/boot.env");
  expect(environment).toMatch(/^([A-Z_]+='[^']*'\n)+$/);
  expect(environment).toContain("PROJECT_ID='my-crime-project'\n");
  expect(environment).toContain("FLOW_SECRETS='SLACK_WEBHOOK=crime-flow-slack-webhook'\n");
  expect(environment).toContain("POSTGRES_MIGRATE_FROM=''\n");
  expect(file("/etc/crime/boot.env", { postgresVersion: "18.1", postgresMigrateFrom: "17.7" })).toContain(
    "POSTGRES_MIGRATE_FROM='17.7'\n",
  );
});

test("Docker and its plugins are named with exact versions and the key's fingerprint", () => {
  const environment = file("/etc/crime/boot.env");
  const packages = /DOCKER_PACKAGES='(.*)'/.exec(environment)![1]!.split(" ");
  expect(packages).toHaveLength(5);
  for (const name of packages) expect(name).toMatch(/^[a-z.-]+=[0-9:][\w.:~+-]+$/);
  expect(environment).toMatch(/DOCKER_KEY='[0-9A-F]{40}'/);
});

test("any change of it is another hash, and no change is the same", () => {
  const hashes = [settings, settings, { ...settings, adminEmail: "other@example.com" }].map(
    (s) => renderBoot(s).hash,
  );
  expect(hashes[0]).toBe(hashes[1]);
  expect(hashes[2]).not.toBe(hashes[0]);
});

test("the start-up script brings cloud-init where the image lacks it", () => {
  expect(renderBoot(settings).startupScript).toContain(
    "if command -v cloud-init >/dev/null; then exit 0; fi",
  );
});

test("another PostgreSQL is refused without a migration", () => {
  expect(() => renderBoot({ ...settings, postgresVersion: "18.1" })).toThrow(
    "PostgreSQL 18.1 cannot read data",
  );
});

test("what outgrows the metadata server is refused before it gets there", () => {
  const large = { name: "crime-dbt:1", files: { Dockerfile: "", "requirements.txt": "x".repeat(300_000) } };
  expect(() => renderBoot(settings, large)).toThrow(/bytes, the metadata server takes 262144/);
});
