import { slice } from "../../support/crime";
import { Cloud } from "./support/cloud";
import { serverAtHand } from "./support/engine-at-hand";

const here = serverAtHand() === "engine" ? describe : describe.skip;

here("the pipeline in the cloud", () => {
  const cloud = new Cloud();
  beforeAll(() => cloud.start());
  afterAll(() => cloud.stop());

  it("checks its settings", async () => {
    const ran = await cloud.run("01_gcp_kv");
    console.log(ran.state, await cloud.log(ran.execution.id));
    const setup = await cloud.run("02_gcp_setup");
    console.log(setup.state, await cloud.log(setup.execution.id));
  });
  it("lands", async () => {
    cloud.publish("major_crimes", slice("major_crimes", 2000));
    cloud.publish("hate_crimes", slice("hate_crimes", 400));
    const ran = await cloud.run("crime_pipeline");
    console.log(JSON.stringify({...ran, execution: ran.execution.state}, null, 1), await cloud.log(ran.execution.id));
    console.log(await cloud.outcomes(), await cloud.publications());
  });
});
