import { PrivateNetwork } from "../../constructs/private-network";
import { synthesize } from "../support/stack";

const props = { project: "p", region: "northamerica-northeast2", name: "crime" };

test("lets in the identity-aware proxy on two ports and logs the rest away", () => {
  const { all, counts } = synthesize((stack) => {
    const network = new PrivateNetwork(stack, "Network", props);
    expect(network.tunnelTag).toBe("crime-tunnel");
  });
  expect(counts).toEqual({
    google_compute_firewall: 2,
    google_compute_network: 1,
    google_compute_router: 1,
    google_compute_router_nat: 1,
    google_compute_subnetwork: 1,
  });
  const common = {
    project: "p",
    network: expect.stringMatching(/^\$\{google_compute_network/) as string,
    direction: "INGRESS",
    log_config: { metadata: "INCLUDE_ALL_METADATA" },
  };
  expect(all("google_compute_firewall")).toEqual([
    {
      ...common,
      name: "crime-allow-tunnels",
      description: expect.any(String) as string,
      priority: 1000,
      source_ranges: ["35.235.240.0/20"],
      target_tags: ["crime-tunnel"],
      allow: [{ protocol: "tcp", ports: ["22", "8080"] }],
    },
    {
      ...common,
      name: "crime-deny-rest",
      description: expect.any(String) as string,
      priority: 65_000,
      source_ranges: ["0.0.0.0/0"],
      deny: [{ protocol: "all" }],
    },
  ]);
});

test("reaches Google privately, leaves through the NAT and logs its flows", () => {
  const { one } = synthesize((stack) => new PrivateNetwork(stack, "Network", props));
  expect(one("google_compute_network")).toMatchObject({ name: "crime", auto_create_subnetworks: false });
  expect(one("google_compute_subnetwork")).toMatchObject({
    name: "crime-machines",
    ip_cidr_range: "10.20.0.0/24",
    private_ip_google_access: true,
    log_config: {
      aggregation_interval: "INTERVAL_10_MIN",
      flow_sampling: 0.5,
      metadata: "INCLUDE_ALL_METADATA",
    },
  });
  expect(one("google_compute_router_nat")).toMatchObject({
    nat_ip_allocate_option: "AUTO_ONLY",
    source_subnetwork_ip_ranges_to_nat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
    log_config: { enable: true, filter: "ERRORS_ONLY" },
  });
});

test("takes other addresses and ports", () => {
  const { one, all } = synthesize(
    (stack) => new PrivateNetwork(stack, "Network", { ...props, cidr: "10.9.0.0/28", tunnelPorts: [22] }),
  );
  expect(one("google_compute_subnetwork")["ip_cidr_range"]).toBe("10.9.0.0/28");
  expect(all("google_compute_firewall")[0]).toMatchObject({ allow: [{ protocol: "tcp", ports: ["22"] }] });
});
