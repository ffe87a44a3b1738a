import { escape } from "./html";
import { CATEGORIES, type Model } from "./model";
import { asLabel } from "./names";
import { CHOICES, rankedYears, type View } from "./view";

/** Each control carries the part of the view that it sets as `data-sets`; controls of one part move together. */
function select(
  sets: keyof View,
  label: string,
  options: readonly (readonly [value: string | number, text: string])[],
  chosen: string | number,
): string {
  const items = options.map(
    ([value, text]) =>
      `<option value="${escape(String(value))}"${value === chosen ? " selected" : ""}>${escape(text)}</option>`,
  );
  return `<label class="control"><span>${escape(label)}</span><select data-sets="${sets}" autocomplete="off">${items.join("")}</select></label>`;
}

const years = (model: Model): (readonly [number, string])[] =>
  rankedYears(model).map((year) => [year, String(year)] as const);

const choices = CHOICES.map((choice) => [choice, asLabel(choice)] as const);

/** The controls of each section, and of the yearly totals; the page hides them when scripts are off. */
export function controls(
  model: Model,
  view: View,
): Record<"when" | "year" | "drivers" | "where" | "hood", string> {
  const range = select("from", "From", years(model), view.from) + select("to", "To", years(model), view.to);
  const bar = (label: string, inner: string): string =>
    `<div class="controls" role="group" aria-label="${escape(label)}">${inner}</div>`;
  const chips = ["All" as const, ...CATEGORIES].map(
    (choice) =>
      `<label><input type="radio" name="category" data-sets="category" value="${choice}" autocomplete="off"${choice === view.category ? " checked" : ""}><span>${escape(asLabel(choice))}</span></label>`,
  );
  return {
    when: bar(
      "Filter of When and Where",
      `<fieldset class="chips"><legend>Crime</legend>${chips.join("")}</fieldset>${range}`,
    ),
    year: bar(
      "Yearly totals",
      select(
        "count",
        "Count",
        [
          ["offences", "Offences"],
          ["events", "Events"],
        ],
        view.count,
      ) +
        select(
          "basis",
          "By year of",
          [
            ["occurrence", "Occurrence"],
            ["report", "Report"],
          ],
          view.basis,
        ),
    ),
    drivers: bar(
      "Change to divide",
      select("driver", "Crime", choices, view.driver) +
        select("base", "From", years(model), view.base) +
        select("compare", "To", years(model), view.compare),
    ),
    where: bar(
      "Filter of When and Where, and measure",
      select("category", "Crime", choices, view.category) +
        range +
        select(
          "measure",
          "Shade by",
          [
            ["rate", "Rate per 1,000 residents"],
            ["count", "Count"],
          ],
          view.measure,
        ),
    ),
    hood: bar(
      "Neighbourhood",
      select(
        "hood",
        "Neighbourhood",
        [
          ["", "The one that ranks first"],
          ...[...model.hoods]
            .sort((a, b) => (a.name < b.name ? -1 : 1))
            .map(({ id, name }) => [id, name] as const),
        ],
        view.hood,
      ),
    ),
  };
}
