import { ComputeFirewall } from "@cdktf/provider-google/lib/compute-firewall";
import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import { ComputeRouter } from "@cdktf/provider-google/lib/compute-router";
import { ComputeRouterNat } from "@cdktf/provider-google/lib/compute-router-nat";
import { ComputeSubnetwork } from "@cdktf/provider-google/lib/compute-subnetwork";
import { Construct } from "constructs";

/** The addresses from which Google's identity-aware proxy opens tunnels. */
export const proxyRange = "35.235.240.0/20";

export interface IPrivateNetwork {
  /** Self link of the subnet for machines. */
  readonly subnetwork: string;
  /** Network tag of the machines that tunnels may reach. */
  readonly tunnelTag: string;
}

export interface PrivateNetworkProps {
  readonly project: string;
  readonly region: string;
  /** Name of the network; the names of its parts begin with it. */
  readonly name: string;
  /**
   * Addresses of the subnet.
   * @default "10.20.0.0/24"
   */
  readonly cidr?: string;
  /**
   * TCP ports that tunnels may reach.
   * @default 22 and 8080
   */
  readonly tunnelPorts?: readonly number[];
}

/** A network that nothing enters except through the identity-aware proxy, and that leaves through one NAT. */
export class PrivateNetwork extends Construct implements IPrivateNetwork {
  readonly subnetwork: string;
  readonly tunnelTag: string;

  constructor(scope: Construct, id: string, props: PrivateNetworkProps) {
    super(scope, id);
    const { project, region, name } = props;
    this.tunnelTag = `${name}-tunnel`;
    const network = new ComputeNetwork(this, "Resource", {
      project,
      name,
      autoCreateSubnetworks: false,
      description: "Reached through the identity-aware proxy only",
    });
    const subnet = new ComputeSubnetwork(this, "Subnet", {
      project,
      region,
      name: `${name}-machines`,
      network: network.id,
      ipCidrRange: props.cidr ?? "10.20.0.0/24",
      privateIpGoogleAccess: true,
      logConfig: {
        aggregationInterval: "INTERVAL_10_MIN",
        flowSampling: 0.5,
        metadata: "INCLUDE_ALL_METADATA",
      },
    });
    const router = new ComputeRouter(this, "Router", {
      project,
      region,
      name: `${name}-router`,
      network: network.id,
    });
    new ComputeRouterNat(this, "Nat", {
      project,
      region,
      name: `${name}-nat`,
      router: router.name,
      natIpAllocateOption: "AUTO_ONLY",
      sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    });
    const rule = { project, network: network.id, logConfig: { metadata: "INCLUDE_ALL_METADATA" } };
    new ComputeFirewall(this, "AllowTunnels", {
      ...rule,
      name: `${name}-allow-tunnels`,
      description: "Tunnels of the identity-aware proxy",
      direction: "INGRESS",
      priority: 1000,
      sourceRanges: [proxyRange],
      targetTags: [this.tunnelTag],
      allow: [{ protocol: "tcp", ports: (props.tunnelPorts ?? [22, 8080]).map(String) }],
    });
    new ComputeFirewall(this, "DenyRest", {
      ...rule,
      name: `${name}-deny-rest`,
      description: "Everything else, logged",
      direction: "INGRESS",
      priority: 65_000,
      sourceRanges: ["0.0.0.0/0"],
      deny: [{ protocol: "all" }],
    });
    this.subnetwork = subnet.selfLink;
  }
}
