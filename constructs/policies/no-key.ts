import type { Policy } from "./policy";

const keys = /^google_(service_account_key|storage_hmac_key|apikeys_key)$/;

export const noKey: Policy = {
  id: "no-key",
  reason: "Keys leak and live for years; machines and workflows borrow an identity instead",
  check: (type) => (keys.test(type) ? `${type} makes a long-lived key` : undefined),
};
