import { createSpinner } from "nanospinner";
import pc from "picocolors";
import type { Progress, Step } from "../pipeline/progress";

export interface ShownProgress extends Progress {
  /** Clears the live line; nothing more will be told by steps. */
  end(): void;
}

/** One live line with what is going on above the finished steps; plain lines where there is no terminal. */
export function showProgress(stream: NodeJS.WriteStream): ShownProgress {
  const live = stream.isTTY && !process.env["CI"];
  const spinner = createSpinner("", { stream });
  const going = new Map<symbol, string>();
  let spinning = false;

  const refresh = (): void => {
    const text = [...going.values()].join(pc.dim(" · "));
    if (!live) return;
    if (text === "") {
      if (spinning) spinner.stop().clear();
      spinning = false;
    } else if (spinning) spinner.update({ text });
    else {
      spinning = true;
      spinner.start({ text });
    }
  };
  const line = (text: string): void => {
    if (spinning) spinner.clear();
    stream.write(`${text}\n`);
  };

  return {
    step(title): Step {
      const key = Symbol(title);
      const started = Date.now();
      going.set(key, title);
      refresh();
      const finish = (mark: string, detail: string): void => {
        if (!going.delete(key)) return;
        const seconds = pc.dim(`${((Date.now() - started) / 1000).toFixed(1)} s`);
        line(`${mark} ${title.padEnd(18)} ${detail}${detail ? " " : ""}${seconds}`);
        refresh();
      };
      return {
        update(detail) {
          going.set(key, `${title}: ${detail}`);
          refresh();
        },
        done: (detail = "") => finish(pc.green("✔"), detail),
        fail: (detail = "failed") => finish(pc.red("✖"), detail),
      };
    },
    note: (text) => line(text),
    warn: (text) => line(`${pc.yellow("!")} ${pc.bold(text)}`),
    end() {
      going.clear();
      refresh();
    },
  };
}
