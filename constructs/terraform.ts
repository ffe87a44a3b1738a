import type { TerraformResource } from "cdktf";

/** Text that Terraform hands on unchanged: in its strings `${` and `%{` begin a template. */
export const terraformText = (text: string): string => text.replace(/\$\{/g, "$$$${").replace(/%\{/g, "%%{");

/** The address of a resource, as `depends_on` and `replace_triggered_by` want it. */
export const addressOf = (resource: TerraformResource): string =>
  `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
