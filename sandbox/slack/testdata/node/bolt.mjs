import assert from "node:assert/strict";
import bolt from "@slack/bolt";
import { control, home, line, look, modal, noViolations, plain, question, quiet, ran, slash, step, topView } from "./stage.mjs";

ran("@slack/bolt");
const clientOptions = { slackApiUrl: line.slack_api_url };
const receiver = new bolt.SocketModeReceiver({ appToken: line.app_token, logger: quiet, clientPingTimeout: 2000, installerOptions: { clientOptions } });
const app = new bolt.App({ token: line.bot_token, receiver, clientOptions, logger: quiet });

let retries = 0;
app.command("/headway", async ({ command, ack, client }) => {
  if (command.text !== "form") return ack({ text: `you said ${command.text}` });
  await client.views.open({ trigger_id: command.trigger_id, view: modal });
  return ack();
});
app.view("form", async ({ ack, view }) => {
  const typed = view.state.values.name.value.value;
  return typed === "taken" ? ack({ response_action: "errors", errors: { name: "Taken" } }) : ack();
});
app.view({ callback_id: "form", type: "view_closed" }, async ({ ack }) => ack());
app.action("ok", async ({ ack, action, say, respond }) => {
  await ack();
  await respond({ response_type: "ephemeral", replace_original: false, text: `thanks for ${action.value}` });
  await say("noted");
});
app.options("epic", async ({ ack, options }) => ack({ options: [{ text: plain(options.value), value: "1" }] }));
app.shortcut("checkin_answer", async ({ ack, shortcut, client }) => {
  await ack();
  await client.views.open({ trigger_id: shortcut.trigger_id, view: modal });
});
app.event("app_home_opened", async ({ event, client }) => client.views.publish({ user_id: event.user, view: home }));
app.event("user_change", async () => {
  retries++;
});

await step("starts", async () => {
  await app.start();
});

await step("a command, and a form that refuses and takes", async () => {
  assert.equal((await slash("hello")).payload.text, "you said hello");
  await slash("form");
  const submit = async (value) => control("submit", { view_id: (await topView()).id, user: "U03ADA", values: { name: { value: { value } } } });
  await submit("taken");
  assert.deepEqual((await topView()).errors, { name: "Taken" });
  await submit("free");
  assert.equal(await topView(), undefined);
});

await step("a button is answered twice, a select gets its options", async () => {
  const { ts } = await app.client.chat.postMessage({ channel: "C01PAY", text: "question", blocks: question });
  await control("click", { channel: "C01PAY", ts, user: "U03ADA", action: { action_id: "ok" } });
  let texts = [];
  for (let after = ts; texts.length < 2;) {
    const { messages } = await look(`messages?channel=C01PAY&user=U03ADA&wait_ms=5000&after=${after}`);
    assert.notEqual(messages.length, 0, "no answer in 5 s");
    texts = texts.concat(messages.map((m) => m.text));
    after = messages.at(-1).ts;
  }
  assert.deepEqual(texts, ["thanks for 42", "noted"]);
  const { payload } = await control("suggest", { channel: "C01PAY", ts, user: "U03ADA", action_id: "epic", value: "che" });
  assert.equal(payload.options[0].text.text, "che");
});

await step("App Home, a shortcut and a change of a person", async () => {
  assert.equal((await control("home", { user: "U03ADA" })).acked, true);
  assert.equal((await control("shortcut", { user: "U03ADA", callback_id: "checkin_answer" })).acked, true);
  const { events } = await control("person", { user: "U03ADA", tz: "America/New_York" });
  assert.equal(events[0].acked, true);
  assert.equal(retries, 1);
});

await step("connects again after a disconnect", async () => {
  const connected = new Promise((resolve) => receiver.client.once("connected", resolve));
  await control("disconnect", { reason: "warning" });
  await connected;
  assert.equal((await slash("again")).payload.text, "you said again");
});

await step("nothing was wrong", noViolations);
await app.stop();
