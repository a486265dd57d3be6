// Slack's mrkdwn, drawn as Slack draws it: bold, italic, strike, code, quotes, links, mentions, dates.
import { el, name } from "../dom.js";

let names = {};
let groups = {};
let channels = {};

export function setNames(about) {
  names = about.names;
  groups = about.groups;
  channels = about.channels;
}

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export function userMention(id) {
  return el("span", { class: "mention" }, "@", name(names[id] ?? id));
}

export const groupMention = (id, label) => el("span", { class: "mention" }, "@", name(groups[id] ?? label ?? id));
export const channelMention = (id) => el("span", { class: "mention" }, "#", name(channels[id] ?? id));
export const broadcast = (range) => el("span", { class: "mention loud" }, `@${range}`);

// Where a message of the workspace is: /archives/C0123/p1700000000000100
const PERMALINK = /^https:\/\/[\w-]+\.slack\.com\/archives\/\w+\/p(\d+)(\d{6})/;

export function link(url, label) {
  const message = PERMALINK.exec(url);
  if (message) return el("a", { href: "#", data: { message: `${message[1]}.${message[2]}` } }, name(label ?? url));
  if (!/^(https?|mailto):/i.test(url)) return name(label ?? url);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, name(label ?? url));
}

const SHORT = { hour: "2-digit", minute: "2-digit" };
const DATES = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
};

function dayName(when) {
  const day = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
  const days = Math.round((day(when) - day(new Date())) / 86400000);
  return { 0: "today", "-1": "yesterday", 1: "tomorrow" }[days];
}

// As in Slack, dates in words leave out the year when they are less than six months away.
function dateParts(kind, when) {
  const near = kind !== "date_num" && Math.abs(when - Date.now()) < 182 * 86400000;
  return near ? { ...DATES[kind], year: undefined } : DATES[kind];
}

// <!date^epoch^format>: in the reader's own time zone.
export function date(epoch, format) {
  const when = new Date(Number(epoch) * 1000);
  const text = format.replace(/\{(\w+?)(_pretty)?\}/g, (whole, kind, pretty) => {
    if (kind === "time") return new Intl.DateTimeFormat(undefined, SHORT).format(when);
    if (kind === "time_secs") return new Intl.DateTimeFormat(undefined, { ...SHORT, second: "2-digit" }).format(when);
    if (kind === "ago") return ago(when);
    if (!DATES[kind]) return whole;
    return (pretty && dayName(when)) || new Intl.DateTimeFormat(undefined, dateParts(kind, when)).format(when);
  });
  return el("time", { datetime: when.toISOString(), title: when.toString() }, text);
}

function ago(when) {
  const minutes = Math.round((when - Date.now()) / 60000);
  const format = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  if (Math.abs(minutes) < 60) return format.format(minutes, "minute");
  if (Math.abs(minutes) < 48 * 60) return format.format(Math.round(minutes / 60), "hour");
  return format.format(Math.round(minutes / 1440), "day");
}

function angled(inside) {
  const [target, ...rest] = inside.split("|");
  const label = rest.length ? unescape(rest.join("|")) : undefined;
  if (target.startsWith("@")) return userMention(target.slice(1));
  if (target.startsWith("#")) return channelMention(target.slice(1));
  if (target.startsWith("!date^")) {
    const [, epoch, format] = target.split("^");
    return /^\d+$/.test(epoch) && format ? date(epoch, unescape(format)) : name(label ?? "");
  }
  if (target.startsWith("!subteam^")) return groupMention(target.slice(9), label);
  if (target.startsWith("!")) return broadcast(target.slice(1));
  return link(unescape(target), label);
}

// What may come before and after formatted text; Slack only formats at word boundaries.
const OPENS = /(^|[\s\p{P}\p{S}\u2066-\u2069])$/u;
const CLOSES = /^($|[\s\p{P}\p{S}\u2066-\u2069])/u;
const TAGS = { "*": "strong", _: "em", "~": "s" };

function inline(text) {
  const made = [];
  let plain = "";
  const flush = () => {
    if (plain) made.push(document.createTextNode(unescape(plain)));
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const sign = text[at];
    const end = span(text, at);
    if (end < 0) {
      plain += sign;
      at += 1;
      continue;
    }
    flush();
    const inside = text.slice(at + 1, end);
    if (sign === "<") made.push(angled(inside));
    else if (sign === "`") made.push(el("code", {}, inline_code(inside)));
    else made.push(el(TAGS[sign], {}, inline(inside)));
    at = end + 1;
  }
  flush();
  return made;
}

const inline_code = (text) => inline_parts(text).map((part) => (typeof part === "string" ? unescape(part) : part));

function inline_parts(text) {
  return text.split(/(<[^<>]+>)/).filter(Boolean).map((part) => (/^<[^<>]+>$/.test(part) ? angled(part.slice(1, -1)) : part));
}

// The end of what starts at `at`, or -1 if nothing does.
function span(text, at) {
  const sign = text[at];
  if (sign === "<") return text.indexOf(">", at) > at + 1 ? text.indexOf(">", at) : -1;
  if (sign === "`") {
    const end = text.indexOf("`", at + 1);
    return end > at + 1 && !text.slice(at, end).includes("\n") ? end : -1;
  }
  if (!TAGS[sign] || !OPENS.test(text.slice(Math.max(0, at - 1), at)) || /\s/.test(text[at + 1] ?? " ")) return -1;
  for (let end = text.indexOf(sign, at + 1); end > 0; end = text.indexOf(sign, end + 1)) {
    if (text.slice(at, end).includes("\n")) return -1;
    const angles = text.slice(at, end);
    if (angles.lastIndexOf("<") > angles.lastIndexOf(">")) continue;
    if (end > at + 1 && !/\s/.test(text[end - 1]) && CLOSES.test(text.slice(end + 1, end + 2))) return end;
  }
  return -1;
}

function lines(text) {
  const made = [];
  let quote = null;
  const all = text.split("\n");
  all.forEach((line, index) => {
    const quoted = /^&gt; ?/.test(line);
    const content = inline(quoted ? line.replace(/^&gt; ?/, "") : line);
    if (quoted) {
      if (quote) quote.append("\n", ...content);
      else made.push((quote = el("blockquote", {}, content)));
    } else {
      if (index > 0 && !quote) made.push("\n");
      quote = null;
      made.push(...content);
    }
  });
  return made;
}

export function mrkdwn(text) {
  const made = el("span", { class: "text" });
  text.split("```").forEach((part, index, all) => {
    const code = index % 2 === 1 && index < all.length - 1;
    if (code) made.append(el("pre", {}, inline_code(part.replace(/^\n|\n$/g, ""))));
    else if (index % 2 === 1) made.append(...lines("```" + part));
    else made.append(...lines(part.replace(index ? /^\n/ : /(?!)/, "")));
  });
  return made;
}

// A text object: mrkdwn or plain.
export function textOf(object) {
  if (!object) return "";
  return object.type === "mrkdwn" ? mrkdwn(object.text) : el("span", { class: "text" }, object.text);
}
