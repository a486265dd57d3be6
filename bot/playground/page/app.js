// The page: the channel on the left, the directory on the right, and what links them.
import { $, el, toast } from "./dom.js";
import { follow, latest, look } from "./api.js";
import { setNames } from "./slack/mrkdwn.js";
import { Channel } from "./slack/channel.js";
import { Directory } from "./directory.js";
import { composer } from "./slack/composer.js";
import { trouble } from "./trouble.js";

const ROLES = { admin: "admin", responder: "responder", none: "no role" };
const narrow = matchMedia("(max-width: 899px)");

function step(id) {
  const all = [...document.querySelectorAll("[data-step]")];
  const before = all.every((one) => one.classList.contains("done"));
  document.querySelector(`[data-step="${id}"]`)?.classList.add("done");
  // All steps tried: fold the hint away.
  if (!before && all.every((one) => one.classList.contains("done"))) setTimeout(() => ($("hint").open = false), 2500);
}

function tabs() {
  const all = ["slack", "directory"];
  const choose = (id) => {
    document.querySelector(".panes").dataset.pane = id;
    for (const one of all) {
      $(`tab-${one}`).setAttribute("aria-selected", String(one === id));
      $(`tab-${one}`).tabIndex = one === id ? 0 : -1;
    }
    $(`tab-${id}`).querySelector(".dot").hidden = true;
  };
  for (const one of all) {
    $(`tab-${one}`).addEventListener("click", () => choose(one));
    $(`tab-${one}`).addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      const other = all[1 - all.indexOf(one)];
      choose(other);
      $(`tab-${other}`).focus();
    });
  }
  return (id) => {
    if (narrow.matches && document.querySelector(".panes").dataset.pane !== id) $(`tab-${id}`).querySelector(".dot").hidden = false;
  };
}

function persona(about, onChange) {
  const choice = $("persona");
  choice.append(...about.people.map((one) => el("option", { value: one.id }, `${one.name} (${ROLES[one.role]})`)));
  choice.addEventListener("change", () => onChange(choice.value));
}

function status(tick) {
  $("calls").textContent = `${tick.aws_calls.toLocaleString()} AWS calls · ${tick.slack_calls.toLocaleString()} Slack calls`;
  const text = !tick.started ? "The bot is starting…" : tick.connected ? "" : "The bot is not connected to Slack right now. It will reconnect by itself.";
  notice(text);
  $("messages").dataset.empty = tick.started ? "No messages yet. The first scan is running…" : "The bot is starting…";
}

function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = !text;
}

function escapes(channel) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]") || event.defaultPrevented) return;
    if (channel.thread) channel.openThread(null);
  });
}

async function start() {
  const about = await look("about");
  setNames(about);
  const mark = tabs();
  if (narrow.matches) $("hint").open = false;
  const showTrouble = trouble();
  const directory = new Directory({
    onEnter: () => step("enter"),
    onDisable: () => step("disable"),
    refresh: () => loadDirectory(),
  });
  const channel = new Channel(about, {
    onPress: (action, user, viewer) => {
      const mayAct = about.people.find((one) => one.id === viewer)?.role !== "none";
      const tried = { case_revoke: "revoke", case_shut_out: "shut-out" }[action];
      if (mayAct && tried) step(tried);
      if (!mayAct) step("refused");
      if (user) directory.light(user);
    },
    onChange: () => mark("slack"),
  });
  const loadChannel = latest(async () => {
    const viewer = channel.viewer;
    const data = await look("channel", { as: viewer });
    if (viewer !== channel.viewer) return;
    channel.show(data);
    // The directory starts at the person whom the first alert is about.
    if (!directory.lit) directory.light([...channel.abouts.values()].find(Boolean));
  });
  const loadDirectory = latest(async () => {
    const first = !directory.data;
    await directory.load();
    if (first) directory.light();
    else mark("directory");
  });
  persona(about, (id) => {
    channel.be(id);
    loadChannel();
  });
  const say = (text) => {
    if (text.startsWith(`${about.command} deny `)) step("laptop");
    return channel.say(text);
  };
  composer(about.command, say, () => directory.leavers());
  escapes(channel);
  let last = {};
  const failed = (error) => toast(error.message, "bad");
  follow(
    (tick) => {
      status(tick);
      showTrouble(tick.trouble);
      if (tick.slack !== last.slack) loadChannel().catch(failed);
      if (tick.aws !== last.aws) loadDirectory().catch(failed);
      last = tick;
    },
    () => {
      last = {};
      notice("The playground is not responding. Is it still running in your terminal? This page will reconnect by itself.");
    },
  );
}

start().catch((error) => notice(`The page could not start: ${error.message}`));
