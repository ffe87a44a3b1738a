import { ingressFromProxyOnly } from "./ingress-from-proxy-only";
import { labelsEverywhere } from "./labels-everywhere";
import { noBasicRole } from "./no-basic-role";
import { noDefaultServiceAccount } from "./no-default-service-account";
import { noDeletionByAge } from "./no-deletion-by-age";
import { noExternalAddress } from "./no-external-address";
import { noKey } from "./no-key";
import { noPublicMember } from "./no-public-member";
import { oneLocation } from "./one-location";
import type { Policy } from "./policy";
import { uniformBucket } from "./uniform-bucket";

/** All rules, for everything that lies in one location. */
export const allPolicies = (location: string): readonly Policy[] => [
  noKey,
  noPublicMember,
  noBasicRole,
  noDefaultServiceAccount,
  noExternalAddress,
  ingressFromProxyOnly,
  uniformBucket,
  oneLocation(location),
  labelsEverywhere,
  noDeletionByAge,
];
