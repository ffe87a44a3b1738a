import type { Policy } from "./policy";

export const noBasicRole: Policy = {
  id: "no-basic-role",
  reason: "Basic roles reach into every service; a predefined role says what is meant",
  check(_type, args) {
    const role = args["role"];
    return typeof role === "string" && /^roles\/(owner|editor|viewer)$/.test(role)
      ? `${role} is a basic role`
      : undefined;
  },
};
