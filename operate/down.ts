import { goesAndStays, leftOver, renderLeftOver } from "./left-over";
import { perform } from "./perform";
import { downStages } from "./stages";
import { runSteps } from "./terraform";
import type { Surroundings } from "./up";

/**
 * Takes the machine and its surroundings down; the data stay unless they are named.
 *
 * @throws UserError naming the stage that failed
 */
export async function down(
  { root, settings, tell, print, agree }: Surroundings,
  includingData: boolean,
): Promise<void> {
  await perform(
    downStages(settings, includingData),
    {
      announce: () => goesAndStays(settings, includingData).forEach(tell),
      preview: ({ steps }) => void runSteps(root, steps, tell),
      ask: () =>
        includingData
          ? agree(`The data of ${settings.projectId} go for good.`, settings.projectId)
          : agree("Take it down?"),
      destroy: ({ steps }) => void runSteps(root, steps, tell),
      "left over": () => renderLeftOver(leftOver(settings, includingData)).forEach(print),
    },
    tell,
    includingData ? "crime down --including-data" : "crime down",
  );
}
