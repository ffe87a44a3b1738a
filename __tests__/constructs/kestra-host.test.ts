import { identity } from "../../constructs/identity";
import { KestraHost, type KestraHostProps } from "../../constructs/kestra-host";
import { synthesize } from "../support/stack";

const boot = {
  userData: "#cloud-config\n# ${HOME} %{if}",
  startupScript: "#!/bin/sh\necho ${X}",
  hash: "abc",
};
const props: KestraHostProps = {
  project: "p",
  zone: "northamerica-northeast2-a",
  name: "crime-kestra",
  network: { subnetwork: "subnet", tunnelTag: "crime-tunnel" },
  serviceAccount: "vm@p.iam.gserviceaccount.com",
  dataDisk: { path: "projects/p/zones/z/disks/d" },
  dataDiskDevice: "crime-data",
  boot,
};

test("is shielded, without external address, with its own identity and OS Login", () => {
  const { one, counts } = synthesize((stack) => {
    expect(new KestraHost(stack, "Host", props).name).toBe("crime-kestra");
  });
  expect(counts).toEqual({ google_compute_instance: 1, terraform_data: 1 });
  expect(one("google_compute_instance")).toEqual({
    project: "p",
    zone: "northamerica-northeast2-a",
    name: "crime-kestra",
    description: "Kestra and its database",
    machine_type: "e2-standard-2",
    allow_stopping_for_update: true,
    tags: ["crime-tunnel"],
    boot_disk: {
      initialize_params: {
        image: "projects/debian-cloud/global/images/family/debian-12",
        size: 30,
        type: "pd-balanced",
      },
    },
    attached_disk: [{ source: "projects/p/zones/z/disks/d", device_name: "crime-data" }],
    network_interface: [{ subnetwork: "subnet" }],
    service_account: { email: "vm@p.iam.gserviceaccount.com", scopes: ["cloud-platform"] },
    shielded_instance_config: {
      enable_secure_boot: true,
      enable_vtpm: true,
      enable_integrity_monitoring: true,
    },
    metadata: {
      "enable-oslogin": "TRUE",
      "block-project-ssh-keys": "TRUE",
      "serial-port-enable": "FALSE",
      "user-data": "#cloud-config\n# $${HOME} %%{if}",
      "startup-script": "#!/bin/sh\necho $${X}",
    },
    lifecycle: { replace_triggered_by: [expect.stringMatching(/^terraform_data\.Host_BootVersion_/)] },
  });
});

test("another boot configuration is another machine", () => {
  const hashOf = (hash: string) =>
    synthesize((stack) => new KestraHost(stack, "Host", { ...props, boot: { ...boot, hash } })).one(
      "terraform_data",
    );
  expect(hashOf("one")).toEqual({ input: "one" });
  expect(hashOf("two")).toEqual({ input: "two" });
});

test("takes each option", () => {
  const { one } = synthesize(
    (stack) =>
      new KestraHost(stack, "Host", {
        ...props,
        machineType: "n2-standard-4",
        image: "i",
        bootDiskGb: 40,
        kmsKey: "key",
      }),
  );
  expect(one("google_compute_instance")).toMatchObject({
    machine_type: "n2-standard-4",
    boot_disk: { initialize_params: { image: "i", size: 40 }, kms_key_self_link: "key" },
  });
});

test("weekly hours: Google may start and stop machines, no more, before this one takes the schedule", () => {
  const { one } = synthesize(
    (stack) =>
      new KestraHost(stack, "Host", {
        ...props,
        weekly: { projectNumber: "123", start: "30 5 * * 1", stop: "0 9 * * 1", timeZone: "America/Toronto" },
      }),
  );
  expect(one("google_compute_resource_policy")).toEqual({
    project: "p",
    region: "northamerica-northeast2",
    name: "crime-kestra-hours",
    description: expect.any(String) as string,
    instance_schedule_policy: {
      time_zone: "America/Toronto",
      vm_start_schedule: { schedule: "30 5 * * 1" },
      vm_stop_schedule: { schedule: "0 9 * * 1" },
    },
  });
  expect(one("google_project_iam_custom_role")).toMatchObject({
    role_id: "crime_kestra_hours_scheduler",
    permissions: ["compute.instances.start", "compute.instances.stop"],
  });
  expect(one("google_project_iam_member")).toMatchObject({
    member: "serviceAccount:service-123@compute-system.iam.gserviceaccount.com",
    role: expect.stringMatching(/^\$\{google_project_iam_custom_role\..*\.name\}$/) as string,
  });
  expect(one("google_compute_instance")).toMatchObject({
    resource_policies: [expect.stringMatching(/^\$\{google_compute_resource_policy\..*\.self_link\}$/)],
    depends_on: [expect.stringMatching(/^google_project_iam_member\./)],
  });
});

test("an operator may tunnel and log in, and may still do so after the machine was replaced", () => {
  const { one } = synthesize((stack) => {
    new KestraHost(stack, "Host", props).grantOperate(identity("user:ada@example.com"));
  });
  const lifecycle = {
    replace_triggered_by: [expect.stringMatching(/^google_compute_instance\.Host_[0-9A-F]+\.instance_id$/)],
  };
  expect(one("google_iap_tunnel_instance_iam_member")).toMatchObject({
    role: "roles/iap.tunnelResourceAccessor",
    member: "user:ada@example.com",
    lifecycle,
  });
  expect(one("google_compute_instance_iam_member")).toMatchObject({
    role: "roles/compute.osLogin",
    lifecycle,
  });
});

test("a visitor may tunnel only", () => {
  const { counts } = synthesize((stack) => {
    new KestraHost(stack, "Host", props).grantTunnel(identity("user:ada@example.com"));
  });
  expect(counts).toMatchObject({ google_iap_tunnel_instance_iam_member: 1 });
  expect(counts).not.toHaveProperty("google_compute_instance_iam_member");
});
