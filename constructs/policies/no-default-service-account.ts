import { blocks, type Policy } from "./policy";

const defaults = /-compute@developer\.gserviceaccount\.com|@appspot\.gserviceaccount\.com/;
const machines = /^google_compute_(instance|instance_template|region_instance_template)$/;

export const noDefaultServiceAccount: Policy = {
  id: "no-default-service-account",
  reason: "The default account is shared by all machines of a project and often is its editor",
  check(type, args) {
    if (machines.test(type) && !blocks(args["service_account"]).some((account) => account["email"])) {
      return "the machine would run as the default service account";
    }
    return defaults.test(JSON.stringify(args)) ? "it names a default service account" : undefined;
  },
};
