import { dump } from "js-yaml";
import { isFolder, type ComposeStack, type Service } from "./service";

/** Compose reads `$` as the start of a variable; doubled it is a dollar again. */
const literal = (text: string): string => text.replaceAll("$", "$$$$");

function composeService(service: Service, logging: ComposeStack["logging"]): Record<string, unknown> {
  const { health, publish } = service;
  return {
    image: service.image,
    build: service.build && { context: service.build },
    profiles: service.onlyBuilt ? ["build"] : undefined,
    // Not "unless-stopped": Docker would start the containers after a reboot before their disk is mounted.
    restart: service.onlyBuilt ? "no" : "on-failure",
    entrypoint: service.entrypoint?.map(literal),
    command: service.command?.map(literal),
    environment:
      service.environment &&
      Object.fromEntries(Object.entries(service.environment).map(([name, value]) => [name, literal(value)])),
    user: service.user,
    cap_drop: service.capabilities && ["ALL"],
    cap_add: service.capabilities?.length ? service.capabilities : undefined,
    security_opt: ["no-new-privileges:true"],
    read_only: service.readOnly,
    mem_limit: `${service.memoryMb}m`,
    volumes: service.mounts?.map((mount) => ({
      ...(isFolder(mount) ? { type: "bind", bind: { create_host_path: false } } : { type: "volume" }),
      source: mount.source,
      target: mount.target,
      read_only: mount.readOnly,
    })),
    networks: service.networks,
    ports: publish && [`${publish.address}:${publish.port}:${publish.target}`],
    healthcheck: health && {
      test: ["CMD", ...health.command],
      interval: `${health.intervalSeconds}s`,
      timeout: "5s",
      retries: health.retries,
      start_period: `${health.startSeconds}s`,
    },
    depends_on:
      service.after &&
      Object.fromEntries(service.after.map((name) => [name, { condition: "service_healthy" }])),
    stop_grace_period: service.stopSeconds && `${service.stopSeconds}s`,
    logging,
  };
}

/** The Compose file of a stack. */
export function composeYaml(stack: ComposeStack): string {
  return dump(
    {
      name: stack.name,
      services: Object.fromEntries(
        Object.entries(stack.services).map(([name, service]) => [
          name,
          composeService(service, stack.logging),
        ]),
      ),
      networks: stack.networks,
      volumes: Object.fromEntries(stack.volumes.map((name) => [name, { name }])),
    },
    { skipInvalid: true, lineWidth: -1, noRefs: true },
  );
}
