import { Container } from "@cdktf/provider-docker/lib/container";
import { Image } from "@cdktf/provider-docker/lib/image";
import { Network } from "@cdktf/provider-docker/lib/network";
import { Volume } from "@cdktf/provider-docker/lib/volume";
import { Construct } from "constructs";
import { isFolder, type ComposeStack, type Service } from "../compose/service";
import { terraformText } from "./terraform";

export interface ILocalKestra {
  /** Address of Kestra on this machine. */
  readonly url: string;
}

export interface LocalKestraProps {
  /** The services, as Compose would run them. */
  readonly stack: ComposeStack;
}

/** The services of a Compose stack as containers of this machine's own Docker. */
export class LocalKestra extends Construct implements ILocalKestra {
  readonly url: string;

  constructor(scope: Construct, id: string, props: LocalKestraProps) {
    super(scope, id);
    const { stack } = props;
    const networks = new Map(
      Object.entries(stack.networks).map(([name, { internal }]) => [
        name,
        new Network(this, `Network-${name}`, { name: `${stack.name}_${name}`, driver: "bridge", internal }),
      ]),
    );
    const volumes = new Map(
      stack.volumes.map((name) => [name, new Volume(this, `Volume-${name}`, { name })]),
    );
    const containers = new Map<string, Container>();
    for (const [name, service] of inOrder(stack.services)) {
      const image = new Image(this, `Image-${name}`, {
        name: service.image,
        keepLocally: true,
        ...(service.build && { buildAttribute: { context: service.build, tag: [service.image] } }),
      });
      if (service.onlyBuilt) continue;
      const container = new Container(this, name, {
        name: `${stack.name}-${name}`,
        image: image.imageId,
        ...containerOf(service, stack.logging),
        mounts: (service.mounts ?? []).map((mount) => ({
          type: isFolder(mount) ? "bind" : "volume",
          source: volumes.get(mount.source)?.name ?? mount.source,
          target: mount.target,
          readOnly: mount.readOnly ?? false,
        })),
        networksAdvanced: service.networks.map((network) => ({
          name: networks.get(network)!.name,
          aliases: [name],
        })),
        dependsOn: (service.after ?? []).map((other) => containers.get(other)!),
      });
      containers.set(name, container);
    }
    const published = Object.values(stack.services).find((service) => service.publish)!.publish!;
    this.url = `http://localhost:${published.port}/`;
  }
}

/** Services with those they wait for before them. */
function inOrder(services: ComposeStack["services"]): [string, Service][] {
  const done = new Map<string, Service>();
  const add = (name: string): void => {
    const service = services[name]!;
    for (const other of service.after ?? []) add(other);
    done.set(name, service);
  };
  Object.keys(services).forEach(add);
  return [...done];
}

function containerOf(service: Service, logging: ComposeStack["logging"]) {
  const { health, publish, environment } = service;
  return {
    restart: "on-failure",
    memory: service.memoryMb,
    securityOpts: ["no-new-privileges:true"],
    logDriver: logging.driver,
    logOpts: { ...logging.options },
    // A container that has a health check holds up those after it until it is healthy.
    ...(health && {
      wait: true,
      waitTimeout: health.startSeconds + health.intervalSeconds * health.retries,
      healthcheck: {
        test: ["CMD", ...health.command],
        interval: `${health.intervalSeconds}s`,
        timeout: "5s",
        retries: health.retries,
        startPeriod: `${health.startSeconds}s`,
      },
    }),
    ...(service.entrypoint && { entrypoint: service.entrypoint.map(terraformText) }),
    ...(service.command && { command: service.command.map(terraformText) }),
    ...(environment && {
      env: Object.entries(environment).map(([name, value]) => terraformText(`${name}=${value}`)),
    }),
    ...(service.user && { user: service.user }),
    ...(service.readOnly && { readOnly: true }),
    ...(service.capabilities && { capabilities: { drop: ["ALL"], add: [...service.capabilities] } }),
    ...(publish && { ports: [{ internal: publish.target, external: publish.port, ip: publish.address }] }),
    ...(service.stopSeconds && {
      stopTimeout: service.stopSeconds,
      destroyGraceSeconds: service.stopSeconds,
    }),
  };
}
