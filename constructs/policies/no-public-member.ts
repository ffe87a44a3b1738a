import type { Policy } from "./policy";

const everyone = /^(allUsers|allAuthenticatedUsers|publicRead|publicReadWrite|authenticatedRead)$/;

function publicNames(value: unknown): string[] {
  if (typeof value === "string") return everyone.test(value) ? [value] : [];
  return value && typeof value === "object" ? Object.values(value).flatMap(publicNames) : [];
}

export const noPublicMember: Policy = {
  id: "no-public-member",
  reason: "What everyone may read is decided by a setting, never by the way",
  check(_type, args) {
    const [name] = publicNames(args);
    return name && `${name} opens it to the whole internet`;
  },
};
