import type { BuildOptions, BuildResult, Plugin } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const OUT = "dashboard/dist";

/** What the renderer is bundled from, save the packages, whose versions the lock file pins. */
const SOURCES = ["dashboard", "datasets", "errors.ts", "package-lock.json"];

type Build = (options: BuildOptions) => Promise<BuildResult>;

/** A bundled renderer. */
export interface Renderer {
  /** A script for bare Node: `node FILE AGGREGATES_FOLDER PAGE_FILE`. */
  readonly file: string;
  /** Identifies what it was bundled from; stands in every page that it renders. */
  readonly id: string;
}

/** The renderer of the project's present sources, bundled when there is none or they changed. */
export async function ensureRenderer(projectDir: string): Promise<Renderer> {
  const id = sourcesId(projectDir);
  const file = path.join(projectDir, OUT, "render.cjs");
  const banner = `// renderer ${id}`;
  if (!existsSync(file) || !readFileSync(file, "utf8").startsWith(banner)) {
    const text = await bundle(projectDir, id);
    await mkdir(path.dirname(file), { recursive: true });
    const partial = `${file}.${process.pid}`;
    try {
      await writeFile(partial, `${banner}\n${text}`);
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }
  return { file, id };
}

function sourcesId(projectDir: string): string {
  const hash = createHash("sha256");
  const add = (name: string): void => {
    const file = path.join(projectDir, name);
    if (!statSync(file).isDirectory()) hash.update(`${name}\0`).update(readFileSync(file)).update("\0");
    else if (name !== OUT && !name.endsWith("samples")) {
      for (const inside of readdirSync(file).sort()) add(`${name}/${inside}`);
    }
  };
  for (const source of SOURCES) add(source);
  return hash.digest("hex").slice(0, 16);
}

async function bundle(projectDir: string, id: string): Promise<string> {
  // Loaded only here: a run that finds its renderer made does not wait for it.
  const { build } = await import("esbuild");
  const common: BuildOptions = { bundle: true, minify: true, write: false, absWorkingDir: projectDir };
  const built = await build({
    ...common,
    entryPoints: ["dashboard/render.mts"],
    platform: "node",
    format: "cjs",
    target: "node20",
    define: { RENDERER: JSON.stringify(id) },
    footer: { js: "if (require.main === module) module.exports.main(process.argv.slice(2));" },
    // linkedom asks for it when it is there; nothing here draws on a canvas.
    external: ["canvas"],
    plugins: [pageParts(common, build)],
  });
  return built.outputFiles![0]!.text;
}

/** Plot brings them along; no chart that a reader's browser draws has a colour scheme or a projection. */
const ABSENT = ["d3-geo", "d3-scale-chromatic"];

/** Keeps packages out of the page: their exports are there and do nothing. */
function absent(common: BuildOptions, build: Build): Plugin {
  return {
    name: "absent",
    setup(bundling) {
      bundling.onResolve({ filter: new RegExp(`^(${ABSENT.join("|")})$`) }, ({ path: name }) => ({
        path: name,
        namespace: "absent",
      }));
      bundling.onLoad({ filter: /.*/, namespace: "absent" }, async ({ path: name }) => {
        const { metafile } = await build({ ...common, entryPoints: [name], format: "esm", metafile: true });
        const names = Object.values(metafile!.outputs).flatMap(({ exports }) => exports);
        const exported = names.map((one) => `nothing as ${one}`).join(", ");
        return { contents: `const nothing = () => undefined; export { ${exported} };` };
      });
    },
  };
}

/** Builds `page:NAME`, a style sheet or a script of the page, into the renderer as text. */
function pageParts(common: BuildOptions, build: Build): Plugin {
  return {
    name: "page-parts",
    setup(bundling) {
      bundling.onResolve({ filter: /^page:/ }, ({ path: name }) => ({
        path: name.slice("page:".length),
        namespace: "page",
      }));
      bundling.onLoad({ filter: /.*/, namespace: "page" }, async ({ path: name }) => {
        const built = await build({
          ...common,
          entryPoints: [`dashboard/${name}`],
          format: "iife",
          target: ["chrome123", "firefox120", "safari17.5"],
          loader: { ".woff2": "dataurl" },
          plugins: [absent(common, build)],
        });
        // An end tag within would end the element that the text stands in.
        const text = built.outputFiles![0]!.text.trim().replaceAll("</", "<\\/");
        return { contents: text, loader: "text" };
      });
    },
  };
}

if (require.main === module) {
  void ensureRenderer(path.join(__dirname, "..")).then(({ file }) => console.log(file));
}
