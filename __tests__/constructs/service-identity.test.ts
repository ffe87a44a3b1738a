import { identity } from "../../constructs/identity";
import { ServiceIdentity } from "../../constructs/service-identity";
import { synthesize } from "../support/stack";

const props = { project: "p", accountId: "robot", description: "does things" };

test("an account has no roles unless some are given, and never a key", () => {
  const { one, counts } = synthesize((stack) => new ServiceIdentity(stack, "Robot", props));
  expect(counts).toEqual({ google_service_account: 1 });
  expect(one("google_service_account")).toEqual({
    project: "p",
    account_id: "robot",
    display_name: "robot",
    description: "does things",
  });
});

test("its address follows from project and id; its member waits for the account", () => {
  const { one } = synthesize((stack) => {
    const robot = new ServiceIdentity(stack, "Robot", { ...props, projectRoles: ["roles/bigquery.jobUser"] });
    expect(robot.email).toBe("robot@p.iam.gserviceaccount.com");
    expect(robot.id).toBe("robot");
  });
  expect(one("google_project_iam_member")).toEqual({
    project: "p",
    role: "roles/bigquery.jobUser",
    member: expect.stringMatching(/^\$\{google_service_account\..*\.member\}$/) as string,
  });
});

test("grants hang on the account, not on the project", () => {
  const { all } = synthesize((stack) => {
    const robot = new ServiceIdentity(stack, "Robot", props);
    robot.grantUse(identity("user:ada@example.com"));
    robot.grantFederation(identity("principalSet://pool"));
  });
  expect(all("google_service_account_iam_member").map(({ role, member }) => [role, member])).toEqual([
    ["roles/iam.serviceAccountUser", "user:ada@example.com"],
    ["roles/iam.workloadIdentityUser", "principalSet://pool"],
  ]);
});
