import assert from "node:assert/strict";
import { WebClient } from "@slack/web-api";
import { control, line, look, noViolations, quiet, ran, step } from "./stage.mjs";

ran("@slack/web-api");
const options = { slackApiUrl: line.slack_api_url, logger: quiet };
const web = new WebClient(line.bot_token, options);

await step("knows itself and its scopes", async () => {
  const who = await web.auth.test();
  assert.equal(who.user_id, "U0HEADWAY");
  assert.ok(who.response_metadata.scopes.includes("chat:write"));
  const user = await web.users.info({ user: "U03ADA" });
  assert.deepEqual(user.response_metadata.acceptedScopes, ["users:read"]);
});

await step("reads lists page by page", async () => {
  const ids = [];
  for await (const page of web.paginate("users.list", { limit: 5 })) ids.push(...page.members.map((u) => u.id));
  assert.equal(new Set(ids).size, 12);
});

await step("posts, edits, links and deletes", async () => {
  const { ts, channel } = await web.chat.postMessage({ channel: "C01PAY", text: "one" });
  await web.chat.update({ channel, ts, text: "two" });
  const { permalink } = await web.chat.getPermalink({ channel, message_ts: ts });
  assert.ok(permalink.includes(`/archives/${channel}/p`));
  const { channel: dm } = await web.conversations.open({ users: "U03ADA" });
  assert.equal(dm.id, "D03ADA");
  await web.chat.delete({ channel, ts });
  assert.deepEqual((await look("messages?channel=C01PAY")).messages, []);
});

await step("uploads a file", async () => {
  const { files } = await web.filesUploadV2({ channel_id: "C01PAY", filename: "report.csv", content: "a,b\n1,2\n", initial_comment: "Here" });
  const { messages } = await look("messages?channel=C01PAY");
  assert.equal(messages[0].text, "Here");
  assert.equal(messages[0].files[0].id, files[0].files[0].id);
  const content = await fetch(messages[0].files[0].url_private);
  assert.equal(await content.text(), "a,b\n1,2\n");
});

await step("waits as long as a 429 says", async () => {
  await control("rate-limit", { method: "users.info", times: 1, retry_after: 1 });
  const began = Date.now();
  const { user } = await web.users.info({ user: "U03ADA" });
  assert.equal(user.id, "U03ADA");
  assert.ok(Date.now() - began >= 990, `after ${Date.now() - began} ms`);
});

await step("installs in the second workspace and renews its token", async () => {
  await control("fault", { fault: "token_rotation" });
  const redirect_uri = "http://127.0.0.1:39555/slack/installed";
  const query = new URLSearchParams({ client_id: line.client_id, scope: "chat:write,users:read", state: "s1", redirect_uri });
  const back = await fetch(`${new URL(line.slack_api_url).origin}/oauth/v2/authorize?${query}`, {
    method: "POST", redirect: "manual", body: new URLSearchParams({ team: "T0NORTH01", allow: "yes" }),
  });
  const { client_id, client_secret } = line;
  const code = new URL(back.headers.get("location")).searchParams.get("code");
  const first = await new WebClient(undefined, options).oauth.v2.access({ client_id, client_secret, code, redirect_uri });
  assert.equal(first.team.id, "T0NORTH01");
  const next = await new WebClient(undefined, options).oauth.v2.access({ client_id, client_secret, grant_type: "refresh_token", refresh_token: first.refresh_token });
  const who = await new WebClient(next.access_token, options).auth.test();
  assert.equal(who.team_id, "T0NORTH01");
});

await step("nothing was wrong so far", noViolations);

await step("reads where blocks are wrong", async () => {
  const blocks = [{ type: "header", text: { type: "mrkdwn", text: "x" } }];
  const refused = await web.chat.postMessage({ channel: "C01PAY", text: "x", blocks }).catch((error) => error);
  assert.equal(refused.code, "slack_webapi_platform_error");
  assert.equal(refused.data.error, "invalid_blocks");
  assert.deepEqual(refused.data.response_metadata.messages, ["[ERROR] unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"]);
});
