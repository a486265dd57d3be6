// The rich_text block.
import { el } from "../dom.js";
import { broadcast, channelMention, date, groupMention, link, userMention } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

function part(element) {
  const made = {
    text: () => el("span", {}, element.text),
    link: () => link(element.url, element.text),
    user: () => userMention(element.user_id),
    usergroup: () => groupMention(element.usergroup_id),
    channel: () => channelMention(element.channel_id),
    emoji: () => el("span", {}, `:${element.name}:`),
    date: () => date(element.timestamp, element.format),
    broadcast: () => broadcast(element.range),
    color: () => el("code", {}, element.value),
  }[element.type]?.();
  if (!made) return "";
  return Object.entries(STYLES).reduce((inner, [style, tag]) => (element.style?.[style] ? el(tag, {}, inner) : inner), made);
}

const parts = (elements) => elements.map(part);

export function richText(block) {
  return el(
    "div",
    { class: "rich text" },
    block.elements.map((element) => {
      if (element.type === "rich_text_list") {
        const list = el(element.style === "ordered" ? "ol" : "ul", { start: element.offset ? element.offset + 1 : null });
        list.append(...element.elements.map((item) => el("li", {}, parts(item.elements))));
        return list;
      }
      const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[element.type] ?? "p";
      return el(tag, {}, parts(element.elements));
    }),
  );
}
