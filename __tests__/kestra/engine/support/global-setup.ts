import { serverAtHand } from "./engine-at-hand";

/** Says once, and visibly, when this tier cannot run. */
export default function setup(): void {
  if (!serverAtHand()) {
    process.stderr.write(
      "the Kestra tier did not run: no engine folder beside the checkout and no KESTRA_URL\n",
    );
  }
}
