// The Slack channel: messages, threads, ephemeral messages, and the input box.
import { $, button, clock, el, name, reconcile, toast } from "../dom.js";
import { act } from "../api.js";
import { blocks } from "./blocks.js";
import { mrkdwn } from "./mrkdwn.js";
import { showView } from "./modal.js";

const REASONS = {
  no_such_control: "That button is gone: the message has changed.",
  no_such_message: "That message is gone.",
  no_such_view: "That dialog is closed.",
  not_in_channel: "You are not in this channel.",
};

export class Channel {
  constructor(about, { onPress, onChange }) {
    this.about = about;
    this.viewer = about.people[0].id;
    this.onPress = onPress;
    this.onChange = onChange;
    this.data = null;
    this.problems = new Map();
    this.dismissed = new Set();
    this.own = [];
    this.abouts = new Map();
    this.thread = null;
    // Until the reader does something, the page stays at the first alert.
    this.touched = false;
    $("channel-name").textContent = about.channel.name;
    $("team-name").textContent = `${about.team} · ${about.people.length} people and leaverbot`;
    $("thread-close").addEventListener("click", () => this.openThread(null));
    document.addEventListener("click", (event) => this.follow(event));
    this.jump = button("New messages ↓", () => this.toBottom(), { class: "button jump", hidden: true });
    $("scroll").after(this.jump);
    $("scroll").addEventListener("scroll", () => this.atBottom() && (this.jump.hidden = true));
    for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      $("scroll").addEventListener(kind, () => (this.touched = true), { passive: true });
    }
  }

  be(viewer) {
    this.viewer = viewer;
    this.problems.clear();
  }

  show(data) {
    const bottom = this.touched && (this.atBottom() || this.told(data));
    this.data = data;
    this.shownTo = this.viewer;
    for (const message of data.messages) {
      this.abouts.set(message.ts, message.about);
      delete message.about;
    }
    this.draw(bottom);
    showView(data.view, this.viewer, (place, element, blockId, value) => this.press(place, element, blockId, value));
  }

  // Something new answers what the reader just did: an ephemeral message, or the alert about somebody disabled here.
  told(data) {
    const last = (messages) => Number(messages.at(-1)?.ts ?? 0);
    const caused = ({ messages }) => messages.filter((message) => message.disabled_before);
    if (last(caused(data)) > last(caused(this.data))) return true;
    return this.shownTo === this.viewer && last(data.ephemerals) > last(this.data.ephemerals);
  }

  draw(bottom = this.touched && this.atBottom()) {
    if (!this.data) return;
    const place = $("messages");
    const items = this.items();
    const before = place.childElementCount;
    const changed = reconcile(place, items, (item) => item.key, (item) => this.message(item));
    place.setAttribute("aria-busy", "false");
    $("scroll").classList.toggle("empty", items.length === 0);
    if (!this.touched) this.toFirst();
    else if (bottom) this.toBottom();
    else if (place.childElementCount > before) this.jump.hidden = false;
    this.drawThread();
    if (changed) this.onChange();
  }

  items() {
    const { messages, ephemerals } = this.data;
    const mine = [...ephemerals, ...this.own.filter((one) => one.viewer === this.viewer)];
    return [
      ...messages.map((message) => this.item(message)),
      ...mine.filter((one) => !one.thread_ts).map((one) => this.item(one, true)),
    ]
      .filter((item) => !this.dismissed.has(item.key))
      .sort((one, other) => Number(one.message.ts) - Number(other.message.ts));
  }

  item(message, ephemeral = false) {
    const key = `${ephemeral ? "e" : "m"}${message.ts}`;
    return { key, message, ephemeral, problem: this.problems.get(key) ?? "" };
  }

  message({ key, message, ephemeral, problem }, inThread = false) {
    const bot = message.user === this.about.bot;
    const slackbot = message.user === "slackbot";
    const who = slackbot ? "Slackbot" : (this.about.names[message.user] ?? message.user);
    const time = clock(Number(message.ts));
    const place = ephemeral ? { ephemeral: message.ts } : { ts: message.ts };
    const press = (element, blockId, value) => this.press(place, element, blockId, value, key);
    const body = message.blocks?.length ? blocks(message.blocks, press) : el("div", { class: "block section" }, mrkdwn(message.text));
    return el(
      "article",
      { class: `message ${ephemeral ? "ephemeral" : ""}`, tabindex: "-1", "aria-label": `${who}, ${time}`, data: { ts: message.ts } },
      el("span", { class: `avatar ${bot ? "bot" : slackbot ? "slackbot" : ""}`, "aria-hidden": "true" }, bot ? "lb" : who.slice(0, 1)),
      el(
        "div",
        { class: "content" },
        ephemeral ? el("p", { class: "only-you" }, "Only visible to you") : null,
        el(
          "div",
          { class: "from" },
          el("strong", {}, name(who)),
          bot ? el("span", { class: "app" }, "APP") : null,
          el("time", { datetime: new Date(Number(message.ts) * 1000).toISOString() }, time),
        ),
        el("div", { class: "body" }, body),
        message.edited && !ephemeral ? el("span", { class: "edited" }, "(edited)") : null,
        message.disabled_before ? this.seconds(message.disabled_before) : null,
        problem ? el("p", { class: "problem", role: "alert" }, `⚠ ${problem}`) : null,
        !inThread && message.reply_count ? this.threadLink(message) : null,
      ),
      ephemeral ? button("Dismiss", () => this.dismiss(key), { class: "link dismiss" }) : this.menu(message),
    );
  }

  // Said by the page, not by the bot.
  seconds({ name: who, seconds }) {
    return el(
      "p",
      { class: "page-note" },
      el("b", {}, name(who), ` was disabled ${seconds.toLocaleString()} s before this alert.`),
      " Real AWS takes about 5 minutes on average to deliver an event, and promises no time.",
    );
  }

  threadLink(message) {
    const count = message.reply_count;
    return button(
      [el("b", {}, `${count} ${count === 1 ? "reply" : "replies"}`), el("span", { class: "sub" }, ` Last reply ${clock(Number(message.latest_reply))}`)],
      () => this.openThread(message.ts),
      { class: "thread-link", data: { control: "thread" } },
    );
  }

  menu(message) {
    const items = el("div", { class: "menu-items" }, button("Delete message", () => this.remove(message.ts), { class: "menu-item" }));
    const menu = el("details", { class: "menu" }, el("summary", { "aria-label": "More about this message", title: "More" }, "⋯"), items);
    menu.addEventListener("focusout", (event) => !menu.contains(event.relatedTarget) && (menu.open = false));
    return menu;
  }

  openThread(ts) {
    const before = this.thread;
    this.thread = ts;
    this.touched = true;
    this.drawThread();
    if (ts) {
      $("thread-messages").scrollTop = 0;
      $("thread-close").focus();
    }
    else if (before) document.querySelector(`#messages [data-ts="${CSS.escape(before)}"] .thread-link`)?.focus();
  }

  drawThread() {
    const root = this.data.messages.find((message) => message.ts === this.thread);
    $("thread").hidden = !root;
    if (!root) {
      this.thread = null;
      return;
    }
    const whispers = this.data.ephemerals.filter((one) => one.thread_ts === root.ts);
    const items = [this.item(root), ...(this.data.threads[root.ts] ?? []).map((one) => this.item(one)), ...whispers.map((one) => this.item(one, true))];
    reconcile($("thread-messages"), items, (item) => item.key, (item) => this.message(item, true));
  }

  async press(place, element, blockId, value, key = "view") {
    this.touched = true;
    this.onPress(this.abouts.get(place.ts));
    this.problems.delete(key);
    const mine = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"] [data-action]`)];
    for (const one of mine) one.setAttribute("aria-busy", "true");
    try {
      const answer = await act("press", { as: this.viewer, place, action_id: element.action_id, block_id: blockId, value });
      if (!answer.ok) this.problems.set(key, answer.shown || REASONS[answer.error] || `Slack said: ${answer.error}`);
    } catch (error) {
      this.problems.set(key, error.message);
    }
    for (const one of mine) one.removeAttribute("aria-busy");
    if (key === "view" && this.problems.has(key)) toast(this.problems.get(key), "bad");
    this.draw();
  }

  async say(text) {
    this.touched = true;
    // The answer comes to the channel.
    if (this.threadCovers()) this.openThread(null);
    try {
      const answer = await act("say", { as: this.viewer, text });
      if (!answer.ok) this.tell(answer.shown || REASONS[answer.error] || `Slack said: ${answer.error}`);
    } catch (error) {
      this.tell(error.message);
    }
    this.toBottom();
  }

  // A message from Slack itself, for this reader only.
  tell(text) {
    this.own.push({ ts: (Date.now() / 1000).toFixed(6), user: "slackbot", text, viewer: this.viewer });
    this.draw(true);
  }

  dismiss(key) {
    this.dismissed.add(key);
    this.draw();
    $("typed").focus();
  }

  async remove(ts) {
    await act("delete", { ts }).catch((error) => toast(error.message, "bad"));
    $("scroll").focus();
  }

  threadCovers() {
    return !$("thread").hidden && getComputedStyle($("thread")).position === "absolute";
  }

  // The first alert, or the first message if there is none.
  toFirst() {
    const first = this.data.messages.find((message) => this.abouts.get(message.ts)) ?? this.data.messages[0];
    const shown = first && $("messages").querySelector(`[data-ts="${CSS.escape(first.ts)}"]`);
    if (shown) $("scroll").scrollTop += shown.getBoundingClientRect().top - $("scroll").getBoundingClientRect().top;
  }

  // A link to a message of this channel leads there.
  follow(event) {
    const link = event.target.closest("a[data-message]");
    if (!link) return;
    event.preventDefault();
    this.touched = true;
    if (this.threadCovers()) this.openThread(null);
    const message = $("messages").querySelector(`[data-ts="${CSS.escape(link.dataset.message)}"]`);
    if (!message) return toast("That message is not in this channel.");
    message.scrollIntoView({ block: "start" });
    message.classList.add("changed");
    message.focus({ preventScroll: true });
    setTimeout(() => message.classList.remove("changed"), 2000);
  }

  atBottom() {
    const scroll = $("scroll");
    return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 90;
  }

  toBottom() {
    $("scroll").scrollTop = $("scroll").scrollHeight;
    this.jump.hidden = true;
  }
}
