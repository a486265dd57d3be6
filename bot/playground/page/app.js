// The page: the channel on the left, the directory on the right, and what links them.
import { $, el, toast } from "./dom.js";
import { follow, latest, look } from "./api.js";
import { setNames } from "./slack/mrkdwn.js";
import { Channel } from "./slack/channel.js";
import { Directory } from "./directory.js";
import { composer } from "./slack/composer.js";
import { trouble } from "./trouble.js";

const ROLES = { admin: "admin", responder: "responder", none: "no role" };
// While many people are changed, the directory is drawn at most this often.
const DIRECTORY_MS = 300;
const narrow = matchMedia("(max-width: 899px)");

// Tick what was done. With everything tried, the hint is folded away, once.
function steps(done) {
  const all = [...document.querySelectorAll("[data-step]")];
  const open = () => all.filter((one) => !one.classList.contains("done")).length;
  const before = open();
  for (const one of all) one.classList.toggle("done", done.includes(one.dataset.step));
  if (before && !open()) setTimeout(() => ($("hint").open = false), 2500);
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

const counted = ({ done, total }) => `${done.toLocaleString()}${total ? ` of ${total.toLocaleString()}` : ""}`;

// What the first scan is doing, from its numbers.
function reading({ phase, people, leavers, ...numbers }) {
  return {
    users: () => `Reading people: ${counted({ ...numbers, total: people })}, ${leavers.toLocaleString()} of them disabled`,
    leavers: () => `Reading what disabled people can get into: ${counted(numbers)}`,
    locations: () => `Reading account by account: ${counted(numbers)}`,
    trail: () => `Looking in CloudTrail for access that was used: page ${counted(numbers)}`,
    people: () => `Putting it together: ${counted(numbers)}`,
  }[phase]?.();
}

function status(tick) {
  $("calls").textContent = `${tick.aws_calls.toLocaleString()} AWS calls · ${tick.slack_calls.toLocaleString()} Slack calls`;
  const now = tick.reading ? `The first scan, at the pace that AWS allows. ${reading(tick.reading) ?? ""}` : "";
  const away = tick.connected ? "" : "The bot is not connected to Slack right now. It will reconnect by itself.";
  notice(tick.started ? away || now : "The bot is starting…", tick.started && tick.reading);
  $("messages").dataset.empty = tick.started ? "No messages yet. The first scan is running…" : "The bot is starting…";
}

// `numbers`: how far something is, or true if that is not known.
function notice(text, numbers = null) {
  $("notice-text").textContent = text;
  $("notice").hidden = !text;
  const bar = $("notice-bar");
  bar.hidden = !numbers;
  if (!numbers) return;
  const total = numbers.phase === "users" ? numbers.people : numbers.total;
  if (!total) return bar.removeAttribute("value");
  bar.max = total;
  bar.value = numbers.done;
}

function escapes(channel) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]") || event.defaultPrevented) return;
    if (channel.thread) channel.openThread(null);
  });
}

// The page, once the company is there. Gives what to do with each tick, and what to do when the server is lost.
async function begin() {
  const about = await look("about");
  setNames(about);
  const mark = tabs();
  const showTrouble = trouble();
  const directory = new Directory({ refresh: () => loadDirectory() });
  const channel = new Channel(about, {
    onPress: (user) => user && directory.light(user),
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
  }, DIRECTORY_MS);
  persona(about, (id) => {
    channel.be(id);
    loadChannel();
  });
  composer(about.command, (text) => channel.say(text), () => directory.leavers());
  escapes(channel);
  let last = {};
  const failed = (error) => toast(error.message, "bad");
  return {
    tick(now) {
      status(now);
      steps(now.done);
      showTrouble(now.trouble);
      if (now.slack !== last.slack) loadChannel().catch(failed);
      if (now.aws !== last.aws) loadDirectory().catch(failed);
      last = now;
    },
    lost() {
      last = {};
    },
  };
}

function start() {
  if (narrow.matches) $("hint").open = false;
  let page = null;
  const failed = (error) => notice(`The page could not start: ${error.message}`);
  follow(
    (tick) => {
      if (tick.building) return notice(tick.building, true);
      page ??= begin();
      page.then((one) => one.tick(tick)).catch(failed);
    },
    () => {
      page?.then((one) => one.lost());
      notice("The playground is not responding. Is it still running in your terminal? This page will reconnect by itself.");
    },
  );
}

start();
