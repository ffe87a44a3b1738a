/** What a long run tells of itself; how it is shown is the caller's affair. */
export interface Progress {
  step(title: string): Step;
  /** A line worth reading at leisure. */
  note(text: string): void;
  /** A line that must not be overlooked. */
  warn(text: string): void;
}

export interface Step {
  update(detail: string): void;
  done(detail?: string): void;
  fail(detail?: string): void;
}

/** Progress for a log: notes, warnings and details as they come, each a line. */
export function plainProgress(tell: (line: string) => void): Progress {
  const step = (title: string): Step => ({
    update: (detail) => tell(`${title}: ${detail}`),
    done: () => undefined,
    fail: () => undefined,
  });
  return { step, note: tell, warn: tell };
}

/** Runs `work` as one step and marks it done, or failed when it throws. */
export async function inStep<T>(
  progress: Progress,
  title: string,
  work: (step: Step) => Promise<T>,
  summary: (result: T) => string = () => "",
): Promise<T> {
  const step = progress.step(title);
  try {
    const result = await work(step);
    step.done(summary(result));
    return result;
  } catch (error) {
    step.fail();
    throw error;
  }
}
