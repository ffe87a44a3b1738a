/** A folder of the host (absolute path) or a named volume, as the container sees it. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  /** @default false */
  readonly readOnly?: boolean;
}

/** Is the source a folder or file of the host, rather than a named volume? */
export const isFolder = (mount: Mount): boolean => mount.source.startsWith("/");

export interface HealthCheck {
  /** Command and arguments, run inside the container without a shell. */
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly retries: number;
  /** Failures in this first while do not count. */
  readonly startSeconds: number;
}

/** One container, in the few words that Compose, Docker and Terraform share. */
export interface Service {
  readonly image: string;
  /** Folder that the image is built from. @default the image is pulled */
  readonly build?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** User inside the container. @default the image's own */
  readonly user?: string;
  /** Capabilities that are kept; all others are dropped. @default Docker's usual set */
  readonly capabilities?: readonly string[];
  /** @default false */
  readonly readOnly?: boolean;
  readonly memoryMb: number;
  readonly mounts?: readonly Mount[];
  readonly networks: readonly string[];
  /** Address and port of the host that port 8080 of the container is published on. */
  readonly publish?: { readonly address: string; readonly port: number; readonly target: number };
  readonly health?: HealthCheck;
  /** Services that must be healthy before this one starts. */
  readonly after?: readonly string[];
  readonly stopSeconds?: number;
  /** True for an image that is only built, never started with the others. @default false */
  readonly onlyBuilt?: boolean;
}

/** All containers of one host. */
export interface ComposeStack {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  /** Network name -> closed to the outside world? */
  readonly networks: Readonly<Record<string, { readonly internal: boolean }>>;
  readonly volumes: readonly string[];
  /** Where every container's output goes. */
  readonly logging: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
}
