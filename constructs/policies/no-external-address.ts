import { blocks, type Policy } from "./policy";

export const noExternalAddress: Policy = {
  id: "no-external-address",
  reason: "People come through the identity-aware proxy, machines leave through the NAT",
  check(type, args) {
    if (/^google_compute_(global_)?address$/.test(type) && args["address_type"] !== "INTERNAL") {
      return "it reserves an external address";
    }
    const open = blocks(args["network_interface"]).some(
      (face) => blocks(face["access_config"]).length + blocks(face["ipv6_access_config"]).length > 0,
    );
    return open ? "the machine would have an external address" : undefined;
  },
};
