import { UserError } from "../errors";
import type { Stage, Work } from "./stages";

/** For each work the function that does it. */
export type Hands = Partial<Record<Work, (stage: Stage) => Promise<void> | void>>;

/** Refused by the person who was asked, or there was nobody to ask: no failure of a stage. */
export class Declined extends UserError {}

/**
 * Goes through the stages and stops at the first that fails.
 *
 * @param tell told which stage begins
 * @param again the command that goes on after a failure
 * @throws UserError naming the stage, what failed in it, and how to go on
 */
export async function perform(
  stages: readonly Stage[],
  hands: Hands,
  tell: (line: string) => void,
  again: string,
): Promise<void> {
  for (const [at, stage] of stages.entries()) {
    tell(`[${at + 1}/${stages.length}] ${stage.work}`);
    try {
      await hands[stage.work]!(stage);
    } catch (error) {
      if (!(error instanceof UserError) || error instanceof Declined) throw error;
      const { what, where, hint, exitCode } = error;
      throw new UserError(
        `stage ${at + 1}, ${stage.work}, failed: ${what}`,
        where,
        `${hint}; ${again} then goes on from there`,
        exitCode,
      );
    }
  }
}
