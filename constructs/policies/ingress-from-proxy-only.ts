import { proxyRange } from "../private-network";
import { blocks, type Policy } from "./policy";

export const ingressFromProxyOnly: Policy = {
  id: "ingress-from-proxy-only",
  reason: `Only Google's identity-aware proxy (${proxyRange}) may open connections`,
  check(type, args) {
    if (type !== "google_compute_firewall") return undefined;
    if (args["direction"] === "EGRESS" || args["disabled"] === true || !blocks(args["allow"]).length)
      return undefined;
    // Google lets in what comes from one or the other.
    const others = ["source_tags", "source_service_accounts"].filter((name) => blocks(args[name]).length);
    if (others.length) return `it lets in by ${others.join(" and ")}, whatever the range`;
    const sources = (args["source_ranges"] ?? []) as string[];
    const foreign = sources.filter((range) => range !== proxyRange);
    if (foreign.length) return `it lets in ${foreign.join(", ")}`;
    return sources.length ? undefined : "it lets in connections without naming their range";
  },
};
