import type { Section } from "./figure";
import { complete } from "./figures/complete";
import { drivers } from "./figures/drivers";
import { hate } from "./figures/hate";
import { rising } from "./figures/rising";
import { when } from "./figures/when";
import { where } from "./figures/where";
import type { Model } from "./model";
import { rankedYears, type View } from "./view";

export interface Sections {
  readonly when: ReturnType<typeof when>;
  readonly rising: ReturnType<typeof rising>;
  readonly drivers: ReturnType<typeof drivers>;
  readonly where: ReturnType<typeof where>;
  readonly hate: ReturnType<typeof hate>;
  readonly complete: ReturnType<typeof complete>;
}

/** The sections that the data allow, in the order of the page. */
export function sectionsOf(model: Model, view: View): Partial<Sections> {
  return {
    ...(model.years.length > 0 ? { when: when(model, view) } : {}),
    // One year rises from nothing.
    ...(rankedYears(model).length > 1 ? { rising: rising(model), drivers: drivers(model, view) } : {}),
    ...(model.years.length > 0 ? { where: where(model, view) } : {}),
    ...(model.hate.years.length > 0 ? { hate: hate(model) } : {}),
    ...(model.years.length > 0 ? { complete: complete(model) } : {}),
  };
}

/** The same as a list. */
export function inOrder(sections: Partial<Sections>): Section[] {
  return Object.values(sections);
}
