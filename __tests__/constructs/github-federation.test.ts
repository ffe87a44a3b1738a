import { GithubFederation } from "../../constructs/github-federation";
import { synthesize } from "../support/stack";

const props = {
  project: "p",
  projectNumber: "123",
  repository: "octo/crime",
  machineAccount: "vm@p.iam.gserviceaccount.com",
  adminPasswordSecret: "crime-admin-password",
};

test("believes pull requests, main and the environment of one repository", () => {
  const { one } = synthesize((stack) => {
    const federation = new GithubFederation(stack, "Github", props);
    expect(federation.provider).toBe(
      "projects/123/locations/global/workloadIdentityPools/github/providers/github",
    );
  });
  const approved =
    'assertion.ref == "refs/heads/main" && assertion.sub == "repo:octo/crime:environment:production"';
  expect(one("google_iam_workload_identity_pool_provider")).toMatchObject({
    attribute_condition:
      `assertion.repository == "octo/crime" && (${approved} || assertion.sub == "repo:octo/crime:pull_request"` +
      ' || assertion.sub == "repo:octo/crime:ref:refs/heads/main")',
    attribute_mapping: {
      "google.subject": "assertion.sub",
      "attribute.repository": "assertion.repository",
      "attribute.access": `${approved} ? "apply" : (assertion.sub == "repo:octo/crime:ref:refs/heads/main" ? "check" : "plan")`,
    },
    oidc: { issuer_uri: "https://token.actions.githubusercontent.com" },
  });
});

test("the plan identity only reads; none may hand out roles", () => {
  const { all } = synthesize((stack) => new GithubFederation(stack, "Github", props));
  const rolesOf = (account: string) =>
    all("google_project_iam_member")
      .filter(({ member }) => String(member).includes(`_${account}_`))
      .map(({ role }) => String(role));
  expect(rolesOf("plan")).toHaveLength(11);
  for (const role of rolesOf("plan")) expect(role).toMatch(/viewer|reviewer/i);
  expect(rolesOf("check")).toEqual(["roles/compute.viewer"]);
  const apply = rolesOf("apply");
  expect(apply).toEqual(expect.arrayContaining([...rolesOf("plan"), "roles/compute.admin"]));
  for (const role of [...rolesOf("plan"), ...apply]) {
    expect(role).not.toMatch(
      /^roles\/(owner|editor|viewer)$|projectIamAdmin|serviceAccount(Admin|User|TokenCreator)|securityAdmin/,
    );
  }
});

test("a token becomes the identity that its run deserves", () => {
  const { all } = synthesize((stack) => {
    const { plan, check, apply } = new GithubFederation(stack, "Github", { ...props, environment: "live" });
    expect([plan.email, check.email, apply.email]).toEqual([
      "crime-plan@p.iam.gserviceaccount.com",
      "crime-check@p.iam.gserviceaccount.com",
      "crime-apply@p.iam.gserviceaccount.com",
    ]);
  });
  const federated = all("google_service_account_iam_member").map(({ role, member, service_account_id }) => [
    role,
    /attribute\.access\/(\w+)$/.exec(String(member))?.[1] ?? String(member),
    /_(plan|check|apply)_/.exec(String(service_account_id))?.[1] ?? String(service_account_id),
  ]);
  const federation = "roles/iam.workloadIdentityUser";
  expect(federated).toEqual([
    [
      "roles/iam.serviceAccountUser",
      expect.stringMatching(/_apply_.*\.member\}$/),
      "projects/p/serviceAccounts/vm@p.iam.gserviceaccount.com",
    ],
    [federation, "apply", "apply"],
    [federation, "check", "check"],
    [federation, "check", "plan"],
    [federation, "plan", "plan"],
  ]);
});

test("only the check identity is given the login of Kestra, and nothing but this one secret", () => {
  const { one } = synthesize((stack) => new GithubFederation(stack, "Github", props));
  expect(one("google_secret_manager_secret_iam_member")).toMatchObject({
    secret_id: "crime-admin-password",
    role: "roles/secretmanager.secretAccessor",
    member: expect.stringMatching(/_check_.*\.member\}$/) as string,
  });
});

test("plan and check identity read the state, the apply identity writes it; without a bucket none", () => {
  const state = (stateBucket?: string) =>
    synthesize(
      (stack) => new GithubFederation(stack, "Github", { ...props, ...(stateBucket && { stateBucket }) }),
    )
      .all("google_storage_bucket_iam_member")
      .map(({ bucket, role }) => [bucket, role]);
  expect(state()).toEqual([]);
  expect(state("states")).toEqual([
    ["states", "roles/storage.objectUser"],
    ["states", "roles/storage.objectViewer"],
    ["states", "roles/storage.objectViewer"],
  ]);
});
