"use strict";

const id = location.pathname.split("/").at(-1);
const address = "../../deployments/" + id;
const show = (name) => document.getElementById(name);

/** So much of a log is shown; all of it is at its own address. */
const MOST = 1_000_000;

function say(text) {
  show("message").textContent = text;
}

function fact(name, value) {
  if (value !== null && value !== undefined && value !== "") {
    const term = document.createElement("dt");
    const description = document.createElement("dd");
    term.textContent = name;
    description.textContent = value;
    show("facts").append(term, description);
  }
}

async function refresh() {
  const answer = await fetch(address);
  show("sign-in").hidden = answer.status !== 401;
  if (!answer.ok) {
    const problem = await answer.json();
    say(answer.status === 401 ? "You are not signed in." : problem.detail);
    return null;
  }
  const deployment = await answer.json();
  const status = deployment.status.replace("_", " ");
  document.title = `${status}: ${deployment.repo_full_name} · QUARK`;
  say(deployment.error_message ? `${status}: ${deployment.error_message}` : status);
  show("facts").replaceChildren();
  fact("Repository", deployment.repo_full_name);
  fact("Branch", deployment.branch);
  fact("Commit", deployment.commit_sha);
  fact("Message", deployment.commit_message);
  fact("Author", deployment.commit_author);
  fact("Triggered by", deployment.triggered_by);
  fact("Queued", deployment.created_at);
  fact("Started", deployment.started_at);
  fact("Ended", deployment.completed_at);
  fact("Exit code", deployment.exit_code);
  return deployment;
}

async function follow() {
  const answer = await fetch(address + "/logs?follow=true", { headers: { Accept: "text/plain" } });
  if (!answer.ok) {
    return;
  }
  show("output").hidden = false;
  const log = show("log");
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
    text = (text + piece.value).slice(-MOST);
    log.textContent = text;
    if (atEnd) {
      log.scrollTop = log.scrollHeight;
    }
  }
}

async function load() {
  if ((await refresh()) !== null) {
    await follow();
    await refresh();
  }
}

show("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { username, password } = event.target.elements;
  const answer = await fetch("../../auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username: username.value, password: password.value, cookie: true }),
  });
  if (answer.ok) {
    await load();
  } else {
    say((await answer.json()).detail);
  }
});

load().catch(() => say("The server can't be reached: try again in a moment."));
