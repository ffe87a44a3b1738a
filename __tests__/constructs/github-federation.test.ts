import { GithubFederation, type GithubFederationProps } from "../../constructs/github-federation";
import { synthesize } from "../support/stack";

const props = {
  project: "p",
  projectNumber: "123",
  repository: "octo/crime",
  machineAccount: "vm@p.iam.gserviceaccount.com",
  adminPasswordSecret: "crime-admin-password",
};

/** What the provider makes of a token: but for the name of `match`, its CEL is JavaScript as well. */
function accessOf(
  claims: Readonly<Record<string, string>>,
  more: Partial<GithubFederationProps> = {},
): string | undefined {
  const { one } = synthesize((stack) => new GithubFederation(stack, "Github", { ...props, ...more }));
  const { attribute_condition: condition, attribute_mapping: mapping } = one(
    "google_iam_workload_identity_pool_provider",
  ) as { attribute_condition: string; attribute_mapping: Record<string, string> };
  const evaluate = (expression: string): unknown => {
    const code = `return ${expression.replaceAll(".matches(", ".match(")}`;
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the expression is the construct's own
    const judge = new Function("assertion", code) as (assertion: object) => unknown;
    return judge({ repository: "octo/crime", ...claims });
  };
  return evaluate(condition) ? String(evaluate(mapping["attribute.access"]!)) : undefined;
}

test("states where tokens come from and what they are taken for", () => {
  const { one } = synthesize((stack) => {
    const federation = new GithubFederation(stack, "Github", props);
    expect(federation.provider).toBe(
      "projects/123/locations/global/workloadIdentityPools/github/providers/github",
    );
  });
  const sub = (run: string) =>
    `(assertion.sub == "repo:octo/crime:${run}" || assertion.sub.matches("^repo:octo[@-][0-9]+/crime[@-][0-9]+:${run}$"))`;
  const approved = `assertion.ref == "refs/heads/main" && ${sub("environment:production")}`;
  const merged = `assertion.ref == "refs/heads/main" && ${sub("ref:refs/heads/main")}`;
  expect(one("google_iam_workload_identity_pool_provider")).toMatchObject({
    attribute_condition: `assertion.repository == "octo/crime" && ((${approved}) || (${merged}) || ${sub("pull_request")})`,
    attribute_mapping: {
      "google.subject": "assertion.sub",
      "attribute.access": `${approved} ? "apply" : (${merged} ? "check" : "plan")`,
    },
    oidc: { issuer_uri: "https://token.actions.githubusercontent.com" },
  });
});

const onMain = { ref: "refs/heads/main" };
test.each(["octo/crime", "octo@12/crime@345", "octo-12/crime-345"])(
  "a run becomes what it is: subjects of %s",
  (name) => {
    const sub = (end: string) => ({ sub: `repo:${name}:${end}` });
    expect(accessOf({ ref: "refs/pull/7/merge", ...sub("pull_request") })).toBe("plan");
    expect(accessOf({ ...onMain, ...sub("ref:refs/heads/main") })).toBe("check");
    expect(accessOf({ ...onMain, ...sub("environment:production") })).toBe("apply");
    expect(accessOf({ ...onMain, ...sub("environment:live") }, { environment: "live" })).toBe("apply");
  },
);

test.each([
  [
    "another repository",
    { repository: "evil/crime", ...onMain, sub: "repo:evil/crime:environment:production" },
  ],
  ["another owner's subject", { ...onMain, sub: "repo:evil@1/crime@2:environment:production" }],
  ["a name that only begins alike", { ...onMain, sub: "repo:octo@1x/crime@2:environment:production" }],
  [
    "an environment that ends alike",
    { ...onMain, sub: "repo:octo@1/crime@2:environment:x:environment:production" },
  ],
  ["another branch", { ref: "refs/heads/b", sub: "repo:octo/crime:ref:refs/heads/b" }],
  [
    "the environment from another branch",
    { ref: "refs/heads/b", sub: "repo:octo/crime:environment:production" },
  ],
  ["another environment", { ...onMain, sub: "repo:octo/crime:environment:test" }],
  ["a branch that ends alike", { ref: "refs/heads/x/main", sub: "repo:octo/crime:ref:refs/heads/x/main" }],
  ["a tag", { ref: "refs/tags/main", sub: "repo:octo/crime:ref:refs/tags/main" }],
])("%s gets nothing", (_, claims) => {
  expect(accessOf(claims)).toBeUndefined();
});

test("with its number stated, a repository that has taken over the name gets nothing", () => {
  const run = { ref: "refs/pull/7/merge", sub: "repo:octo/crime:pull_request" };
  expect(accessOf({ ...run, repository_id: "1" }, { repositoryId: "1" })).toBe("plan");
  expect(accessOf({ ...run, repository_id: "2" }, { repositoryId: "1" })).toBeUndefined();
});

test("the plan identity only reads; none may hand out roles", () => {
  const { all } = synthesize((stack) => new GithubFederation(stack, "Github", props));
  const rolesOf = (account: string) =>
    all("google_project_iam_member")
      .filter(({ member }) => String(member).includes(`_${account}_`))
      .map(({ role }) => String(role));
  expect(rolesOf("plan")).toHaveLength(11);
  for (const role of rolesOf("plan")) expect(role).toMatch(/viewer|reviewer|serviceUsageConsumer$/i);
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
