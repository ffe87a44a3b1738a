import { identity } from "../../constructs/identity";
import { KestraSecrets } from "../../constructs/kestra-secrets";
import { synthesize } from "../support/stack";

const ids = KestraSecrets.idsOf("crime", ["SLACK_WEBHOOK"]);
const props = { project: "p", location: "northamerica-northeast2", ids };
const machine = identity("serviceAccount:vm@p.iam.gserviceaccount.com");

test("ids follow from the prefix and the names that flows use", () => {
  expect(ids).toEqual({
    adminPassword: "crime-admin-password",
    databasePassword: "crime-database-password",
    encryptionKey: "crime-encryption-key",
    flows: { SLACK_WEBHOOK: "crime-flow-slack-webhook" },
  });
});

test("secrets are made empty, in the one location", () => {
  const { all, counts } = synthesize((stack) => {
    expect(new KestraSecrets(stack, "Secrets", props).ids).toBe(ids);
  });
  expect(counts).toEqual({ google_secret_manager_secret: 4 });
  expect(all("google_secret_manager_secret")[0]).toEqual({
    project: "p",
    secret_id: "crime-admin-password",
    replication: { user_managed: { replicas: [{ location: "northamerica-northeast2" }] } },
    lifecycle: { prevent_destroy: true },
  });
});

test("the values that were generated are locked; those of flows are known to who wrote them", () => {
  const locks = (deletionProtection?: boolean) =>
    synthesize(
      (stack) =>
        new KestraSecrets(stack, "Secrets", {
          ...props,
          ...(deletionProtection !== undefined && { deletionProtection }),
        }),
    )
      .all("google_secret_manager_secret")
      .map(({ lifecycle }) => (lifecycle as { prevent_destroy: boolean } | undefined)?.prevent_destroy);
  expect(locks()).toEqual([true, true, true, undefined]);
  expect(locks(false)).toEqual([false, false, false, undefined]);
});

test("a key of one's own encrypts them", () => {
  const { all } = synthesize((stack) => new KestraSecrets(stack, "Secrets", { ...props, kmsKey: "key" }));
  expect(all("google_secret_manager_secret")[0]).toMatchObject({
    replication: {
      user_managed: { replicas: [{ customer_managed_encryption: { kms_key_name: "key" } }] },
    },
  });
});

test("the machine reads all and adds to the three it generates; an operator reads the admin password", () => {
  const { all } = synthesize((stack) => {
    const secrets = new KestraSecrets(stack, "Secrets", props);
    secrets.grantBoot(machine);
    secrets.grantReadAdminPassword(identity("user:ada@example.com"));
  });
  const grants = all("google_secret_manager_secret_iam_member").map(
    ({ secret_id, role, member }) =>
      `${/Secrets_(.*)_[0-9A-F]+\./.exec(String(secret_id))![1]} ${String(role).split(".")[1]} ${String(member).split(":")[0]}`,
  );
  expect(grants.sort()).toEqual([
    "crime-admin-password secretAccessor serviceAccount",
    "crime-admin-password secretAccessor user",
    "crime-admin-password secretVersionAdder serviceAccount",
    "crime-database-password secretAccessor serviceAccount",
    "crime-database-password secretVersionAdder serviceAccount",
    "crime-encryption-key secretAccessor serviceAccount",
    "crime-encryption-key secretVersionAdder serviceAccount",
    "crime-flow-slack-webhook secretAccessor serviceAccount",
  ]);
});
