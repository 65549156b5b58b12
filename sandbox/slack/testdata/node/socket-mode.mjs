import assert from "node:assert/strict";
import { SocketModeClient } from "@slack/socket-mode";
import { WebClient } from "@slack/web-api";
import { control, home, line, look, modal, next, noViolations, question, quiet, ran, slash, step, topView } from "./stage.mjs";

ran("@slack/socket-mode");
const clientOptions = { slackApiUrl: line.slack_api_url, logger: quiet };
const web = new WebClient(line.bot_token, clientOptions);
const socket = new SocketModeClient({ appToken: line.app_token, clientOptions, logger: quiet, clientPingTimeout: 2000 });

await step("connects", async () => {
  await socket.start();
});

await step("a slash command is acked with a message", async () => {
  socket.once("slash_commands", ({ ack, body, accepts_response_payload }) => {
    assert.equal(accepts_response_payload, true);
    ack({ text: `you said ${body.text}` });
  });
  const result = await slash("hello");
  assert.equal(result.payload.text, "you said hello");
  const { messages } = await look("messages?channel=C01PAY&user=U03ADA");
  assert.equal(messages.at(-1).ephemeral_to, "U03ADA");
});

await step("a modal opens, shows an error and closes", async () => {
  socket.once("slash_commands", async ({ ack, body }) => {
    await web.views.open({ trigger_id: body.trigger_id, view: modal });
    await ack();
  });
  await slash("form");
  const submit = async (value) => control("submit", { view_id: (await topView()).id, user: "U03ADA", values: { name: { value: { value } } } });
  socket.once("interactive", ({ ack }) => ack({ response_action: "errors", errors: { name: "Taken" } }));
  await submit("first");
  assert.deepEqual((await topView()).errors, { name: "Taken" });
  let typed;
  socket.once("interactive", ({ ack, body }) => {
    typed = body.view.state.values.name.value.value;
    ack();
  });
  await submit("second");
  assert.equal(typed, "second");
  assert.equal(await topView(), undefined);
});

await step("a button and a select that asks for its options", async () => {
  const { ts } = await web.chat.postMessage({ channel: "C01PAY", text: "question", blocks: question });
  const clicked = next(socket, "interactive");
  const click = control("click", { channel: "C01PAY", ts, user: "U03ADA", action: { action_id: "ok" } });
  const { ack, body } = await clicked;
  await ack();
  await click;
  assert.equal(body.actions[0].value, "42");
  assert.equal(body.message.ts, ts);
  await fetch(body.response_url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ replace_original: false, text: "thanks" }) });

  socket.once("interactive", (suggestion) => suggestion.ack({
    options: [{ text: { type: "plain_text", text: suggestion.body.value }, value: "1" }],
  }));
  const { payload } = await control("suggest", { channel: "C01PAY", ts, user: "U03ADA", action_id: "epic", value: "che" });
  assert.equal(payload.options[0].text.text, "che");
});

await step("App Home is opened and published", async () => {
  const opened = next(socket, "app_home_opened");
  const visit = control("home", { user: "U03ADA" });
  const { ack, event } = await opened;
  await web.views.publish({ user_id: event.user, view: home });
  await ack();
  assert.equal((await visit).acked, true);
  assert.equal((await look("home?user=U03ADA")).view.blocks[0].text.text, "*Hello*");
});

await step("an event without an ack comes again", async () => {
  const first = next(socket, "app_home_opened");
  const visit = control("home", { user: "U03ADA" });
  const { body } = await first;
  const again = await next(socket, "app_home_opened");
  await again.ack();
  assert.equal(again.retry_num, 1);
  assert.equal(again.retry_reason, "timeout");
  assert.equal(again.body.event_id, body.event_id);
  assert.equal((await visit).error, "operation_timeout");
});

await step("connects again after a disconnect", async () => {
  const connected = next(socket, "connected");
  assert.equal((await control("disconnect", { reason: "refresh_requested" })).disconnected, 1);
  await connected;
  socket.once("slash_commands", ({ ack }) => ack());
  assert.equal((await slash("again")).acked, true);
});

await step("nothing was wrong", noViolations);
await socket.disconnect();
