import { BudgetAlert } from "../../constructs/budget-alert";
import { MailChannel } from "../../constructs/mail-channel";
import { PipelineAlerts, type PipelineAlertsProps } from "../../constructs/pipeline-alerts";
import { synthesize } from "../support/stack";

/** What Cloud Logging makes of the filter of an alert, as far as these filters go. */
function matcher(filter: string): (message: string) => boolean {
  const unquote = (quoted: string) => JSON.parse(quoted) as string;
  const has = /jsonPayload\.message:("(?:[^"\\]|\\.)*")/.exec(filter);
  const like = /jsonPayload\.message=~("(?:[^"\\]|\\.)*")/.exec(filter);
  return (message) =>
    (!has || message.includes(unquote(has[1]!))) && (!like || new RegExp(unquote(like[1]!)).test(message));
}

const alertsOf = (props: Partial<PipelineAlertsProps> = {}) => {
  const { all, one } = synthesize((stack) => new PipelineAlerts(stack, "Alerts", { project: "p", ...props }));
  const byName = (part: string) =>
    all("google_monitoring_alert_policy").find(({ display_name }) => String(display_name).includes(part))!;
  const filterOf = (part: string) =>
    (byName(part)["conditions"] as { condition_matched_log: { filter: string } }[])[0]!.condition_matched_log
      .filter;
  return { byName, filterOf, metric: one("google_logging_metric") };
};

test.each([
  ['crime_outcome {"flow":"crime_pipeline","outcome":"failed"}', true],
  ['2026 INFO crime_outcome {"outcome":"partial","reason":"x"}', true],
  ['crime_outcome {"outcome":"success"}', false],
  ['someone said "outcome":"failed"', false],
])("a failed run is told: %s -> %s", (line, told) => {
  expect(matcher(alertsOf().filterOf("failed"))(line)).toBe(told);
});

test("stale data are told", () => {
  expect(matcher(alertsOf().filterOf("older"))('crime_stale {"dataset":"major_crimes"}')).toBe(true);
});

test.each([
  [85, 84, false],
  [85, 85, true],
  [85, 99, true],
  [85, 100, true],
  [85, 9, false],
  [92, 91, false],
  [92, 95, true],
  [70, 71, true],
  [70, 7, false],
])("limit %d %%: a disk at %d %% is told: %s", (diskPercent, used, told) => {
  const { filterOf } = alertsOf({ diskPercent });
  expect(matcher(filterOf("full"))(`crime_disk {"used_percent":${used}}`)).toBe(told);
});

test("filters look only at what containers print in this project", () => {
  const { filterOf, metric } = alertsOf();
  for (const filter of [filterOf("failed"), filterOf("older"), filterOf("full"), String(metric["filter"])]) {
    expect(filter).toContain('logName="projects/p/logs/gcplogs-docker-driver"');
  }
});

test("silence is told: no success, with or without new data, for eight days", () => {
  const { byName, metric } = alertsOf();
  const match = matcher(String(metric["filter"]));
  expect(match('crime_outcome {"outcome":"unchanged"}')).toBe(true);
  expect(match('crime_outcome {"outcome":"failed"}')).toBe(false);
  expect(metric).toMatchObject({
    name: "crime_success",
    metric_descriptor: { metric_kind: "DELTA", value_type: "INT64" },
  });
  const silent = byName("no success");
  expect(silent).toMatchObject({
    display_name: "Toronto crime: no success for 8 days",
    depends_on: [expect.stringMatching(/^google_logging_metric\./)],
    conditions: [
      {
        condition_prometheus_query_language: {
          query:
            'absent_over_time(logging_googleapis_com:user_crime_success{monitored_resource="gce_instance"}[8d])',
          duration: "3600s",
        },
      },
    ],
  });
  expect(silent["alert_strategy"]).toEqual({ auto_close: "604800s" });
  expect(alertsOf({ silentDays: 3 }).byName("no success")["display_name"]).toContain("3 days");
});

test("alerts on log lines carry the rate limit that Google wants", () => {
  expect(alertsOf().byName("failed")["alert_strategy"]).toEqual({
    auto_close: "604800s",
    notification_rate_limit: { period: "3600s" },
  });
});

test("mail goes to the channel, when there is one", () => {
  expect(alertsOf().byName("failed")).not.toHaveProperty("notification_channels");
  expect(alertsOf({ mail: { channel: "c" } }).byName("failed")["notification_channels"]).toEqual(["c"]);
  const { one } = synthesize((stack) => {
    expect(new MailChannel(stack, "Mail", { project: "p", email: "a@b.ca" }).channel).toBeTruthy();
  });
  expect(one("google_monitoring_notification_channel")).toEqual({
    project: "p",
    type: "email",
    display_name: "Toronto crime pipeline",
    labels: { email_address: "a@b.ca" },
  });
});

test("a budget tells at half, nine tenths, all, and when a month is about to overrun", () => {
  const budget = (mail?: { channel: string }) =>
    synthesize((stack) => {
      const made = new BudgetAlert(stack, "Budget", {
        billingAccount: "0123",
        projectNumber: "42",
        amount: 50,
        ...(mail && { mail }),
      });
      expect(made.name).toBeTruthy();
    }).one("google_billing_budget");
  expect(budget()).toEqual({
    billing_account: "0123",
    display_name: "Toronto crime pipeline",
    budget_filter: { projects: ["projects/42"] },
    amount: { specified_amount: { units: "50" } },
    threshold_rules: [
      { threshold_percent: 0.5 },
      { threshold_percent: 0.9 },
      { threshold_percent: 1 },
      { threshold_percent: 1, spend_basis: "FORECASTED_SPEND" },
    ],
  });
  expect(budget({ channel: "c" })["all_updates_rule"]).toEqual({ monitoring_notification_channels: ["c"] });
});
