// Writes the example answers and events that GitHub publishes to the test resources:
//   npm ci && node examples.mjs
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const require = createRequire(import.meta.url);
const resources = new URL("../resources/dev/quark/github/", import.meta.url);
const description = JSON.parse(
  readFileSync(require.resolve("@octokit/openapi/generated/api.github.com.json"), "utf8"),
);

const answers = [
  "GET /user",
  "GET /user/repos",
  "GET /user/memberships/orgs/{org}",
  "GET /repos/{owner}/{repo}",
  "GET /repos/{owner}/{repo}/branches",
  "GET /repos/{owner}/{repo}/branches/{branch}",
  "GET /repos/{owner}/{repo}/commits",
  "GET /repos/{owner}/{repo}/compare/{basehead}",
  "GET /repos/{owner}/{repo}/hooks",
  "POST /repos/{owner}/{repo}/hooks",
  "PATCH /repos/{owner}/{repo}/hooks/{hook_id}",
  "POST /repos/{owner}/{repo}/statuses/{sha}",
  "POST /repos/{owner}/{repo}/deployments",
  "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
  "GET /repos/{owner}/{repo}/commits/{ref}/check-suites",
  "GET /repos/{owner}/{repo}/commits/{ref}/status",
];

function example(operation) {
  const [method, path] = operation.split(" ");
  const responses = description.paths[path][method.toLowerCase()].responses;
  const json = responses[200] ?? responses[201];
  const [first] = Object.values(json.content["application/json"].examples);
  return first.$ref ? description.components.examples[first.$ref.split("/").pop()].value : first.value;
}

const examples = Object.fromEntries(answers.map((operation) => [operation, example(operation)]));
writeFileSync(new URL("answers.json", resources), JSON.stringify(examples, null, 1) + "\n");

const events = require("@octokit/webhooks-examples").map(({ name, examples: [payload] }) =>
  JSON.stringify({ event: name, payload }),
);
writeFileSync(new URL("events.jsonl.gz", resources), gzipSync(events.join("\n") + "\n", { level: 9 }));
